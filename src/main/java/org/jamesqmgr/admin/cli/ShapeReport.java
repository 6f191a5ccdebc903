/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jamesqmgr.admin.jmx.ShapeRow;
import org.jamesqmgr.admin.jmx.ShapeTable;

/** The table of {@code qshape}: rows by total, the largest first, columns by age. */
final class ShapeReport {

    private static final String TOTAL = "TOTAL";
    private static final int NARROWEST_COLUMN = 3;
    private static final int NARROWEST_DOMAIN = 18;

    /** A domain without its first label, if at least two are left. */
    private static final Pattern PARENT = Pattern.compile("\\.?[^.]+\\.(.*\\..*)");

    private final List<Long> bounds;
    private final Map<String, long[]> rows = new LinkedHashMap<>();
    private final Map<String, Integer> subdomains = new HashMap<>();

    /**
     * @param buckets how many ages, the last of which has no upper bound
     * @param minutes upper bound of the first
     */
    ShapeReport(int buckets, int minutes, boolean linear) {
        List<Long> upper = new ArrayList<>();
        long bound = minutes;
        for (int i = 1; i < buckets; i++) {
            upper.add(bound);
            bound = linear ? bound + minutes : bound * 2;
        }
        this.bounds = upper;
        this.rows.put(TOTAL, new long[buckets + 1]);
    }

    /** Upper bounds of all ages but the last, in minutes. */
    List<Long> bounds() {
        return bounds;
    }

    void add(ShapeTable table) {
        add(TOTAL, counts(table.getTotal()));
        for (ShapeRow row : table.getDomains()) {
            domain(row.getDomain(), counts(row));
        }
        if (table.getRest().getTotal() > 0) {
            add("(others)", counts(table.getRest()));
        }
    }

    private static long[] counts(ShapeRow row) {
        long[] counts = new long[row.getCounts().size() + 1];
        counts[0] = row.getTotal();
        for (int i = 1; i < counts.length; i++) {
            counts[i] = row.getCounts().get(i - 1);
        }
        return counts;
    }

    /** Adds a domain to its row and to those of its parents. */
    private void domain(String domain, long[] counts) {
        boolean isNew = add(domain, counts);
        Matcher parent = PARENT.matcher(domain);
        while (parent.matches()) {
            String name = "." + parent.group(1);
            if (isNew) {
                subdomains.merge(name, 1, Integer::sum);
            }
            isNew = add(name, counts);
            parent = PARENT.matcher(name);
        }
    }

    private boolean add(String name, long[] counts) {
        boolean isNew = !rows.containsKey(name);
        long[] sum = rows.computeIfAbsent(name, absent -> new long[counts.length]);
        for (int i = 0; i < Math.min(counts.length, sum.length); i++) {
            sum[i] += counts[i];
        }
        return isNew;
    }

    /**
     * The table.
     *
     * @param fewest subdomains of a parent that is shown; 0 shows none
     * @param most rows; 0 for all
     */
    String print(int width, int fewest, int most) {
        List<String> heads = heads();
        List<Integer> widths = widths(heads);
        int left = width - widths.stream().mapToInt(Integer::intValue).sum();
        int domainWidth = Math.max(NARROWEST_DOMAIN, left);
        StringBuilder table = new StringBuilder();
        row("", heads, widths, domainWidth, table);
        rows.entrySet().stream()
                .filter(row -> isShown(row.getKey(), fewest))
                .sorted(
                        Comparator.comparing((Map.Entry<String, long[]> row) -> -row.getValue()[0])
                                .thenComparing(row -> row.getKey().length()))
                .limit(most == 0 ? Long.MAX_VALUE : most)
                .forEach(
                        row ->
                                row(
                                        row.getKey(),
                                        texts(row.getValue()),
                                        widths,
                                        domainWidth,
                                        table));
        return table.toString();
    }

    private boolean isShown(String name, int fewest) {
        return !name.startsWith(".") || (fewest > 0 && subdomains.get(name) >= fewest);
    }

    private List<String> heads() {
        List<String> heads = new ArrayList<>(List.of("T"));
        bounds.forEach(bound -> heads.add(Long.toString(bound)));
        heads.add((bounds.isEmpty() ? "0" : heads.get(heads.size() - 1)) + "+");
        return heads;
    }

    private List<Integer> widths(List<String> heads) {
        long[] total = rows.get(TOTAL);
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            int longest = Math.max(heads.get(i).length(), Long.toString(total[i]).length());
            widths.add(Math.max(NARROWEST_COLUMN, longest + 1));
        }
        return widths;
    }

    private static List<String> texts(long[] counts) {
        return Arrays.stream(counts).mapToObj(Long::toString).collect(Collectors.toList());
    }

    private static void row(
            String name,
            List<String> cells,
            List<Integer> widths,
            int domainWidth,
            StringBuilder table) {
        table.append(fitted(Text.printable(name), domainWidth));
        for (int i = 0; i < cells.size(); i++) {
            table.append(" ".repeat(Math.max(0, widths.get(i) - cells.get(i).length())));
            table.append(cells.get(i));
        }
        table.append('\n');
    }

    /** To the right; what is too long keeps its end. */
    private static String fitted(String name, int width) {
        int length = name.length();
        if (length <= width) {
            return " ".repeat(width - length) + name;
        }
        return name.startsWith(".")
                ? ".+" + name.substring(length - width + 2)
                : "+" + name.substring(length - width + 1);
    }
}
