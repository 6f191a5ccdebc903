/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jamesqmgr.admin.Shape;

/** The table of {@code qshape}: rows by total, the largest first, columns by age. */
final class ShapeReport {

    private static final String TOTAL = "TOTAL";
    private static final int NARROWEST_COLUMN = 3;
    private static final int NARROWEST_DOMAIN = 18;

    /** A domain without its first label, if at least two are left. */
    private static final Pattern PARENT = Pattern.compile("\\.?[^.]+\\.(.*\\..*)");

    private final List<Long> bounds;
    private final Map<String, long[]> rows = new LinkedHashMap<>();

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

    void add(Shape shape) {
        add(TOTAL, counts(shape.total()));
        shape.rows().forEach(row -> add(row.name(), counts(row)));
        if (shape.rest().total() > 0) {
            add("(others)", counts(shape.rest()));
        }
    }

    /** The total, then one for each age. */
    private static long[] counts(Shape.Row row) {
        LongStream ages = row.counts().stream().mapToLong(Long::longValue);
        return LongStream.concat(LongStream.of(row.total()), ages).toArray();
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
     * The table with domains before the counts, as Postfix has it.
     *
     * @param fewest subdomains of a parent that is shown; 0 shows none
     * @param most rows; 0 for all
     */
    String domains(int width, int fewest, int most) {
        if (fewest > 0) {
            addParents(fewest);
        }
        List<Integer> widths = widths();
        int left = width - widths.stream().mapToInt(Integer::intValue).sum();
        int domainWidth = Math.max(NARROWEST_DOMAIN, left);
        StringBuilder table = new StringBuilder(" ".repeat(domainWidth));
        table.append(cells(heads(), widths)).append('\n');
        largest(most)
                .forEach(
                        row ->
                                table.append(fitted(Text.printable(row.getKey()), domainWidth))
                                        .append(cells(texts(row.getValue()), widths))
                                        .append('\n'));
        return table.toString();
    }

    /**
     * The table with reasons behind the counts, where they have room.
     *
     * @param most rows; 0 for all
     */
    String reasons(int most) {
        List<Integer> widths = widths();
        StringBuilder table = new StringBuilder(cells(heads(), widths)).append('\n');
        largest(most)
                .forEach(
                        row ->
                                table.append(cells(texts(row.getValue()), widths))
                                        .append("  ")
                                        .append(Text.printable(row.getKey()))
                                        .append('\n'));
        return table.toString();
    }

    /** Adds the sums of parent domains that have so many domains right below them. */
    private void addParents(int fewest) {
        Map<String, Integer> subdomains = new HashMap<>();
        for (Map.Entry<String, long[]> row : List.copyOf(rows.entrySet())) {
            boolean isNew = true;
            Matcher parent = PARENT.matcher(row.getKey());
            while (parent.matches()) {
                String name = "." + parent.group(1);
                if (isNew) {
                    subdomains.merge(name, 1, Integer::sum);
                }
                isNew = add(name, row.getValue());
                parent = PARENT.matcher(name);
            }
        }
        rows.keySet().removeIf(name -> subdomains.getOrDefault(name, fewest) < fewest);
    }

    private Stream<Map.Entry<String, long[]>> largest(int most) {
        Comparator<Map.Entry<String, long[]>> byTotal =
                Comparator.comparing(row -> -row.getValue()[0]);
        return rows.entrySet().stream()
                .sorted(byTotal.thenComparing(row -> row.getKey().length()))
                .limit(most == 0 ? Long.MAX_VALUE : most);
    }

    private List<String> heads() {
        List<String> heads = new ArrayList<>(List.of("T"));
        bounds.forEach(bound -> heads.add(Long.toString(bound)));
        heads.add((bounds.isEmpty() ? "0" : heads.get(heads.size() - 1)) + "+");
        return heads;
    }

    private List<Integer> widths() {
        List<String> heads = heads();
        long[] total = rows.get(TOTAL);
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            int longest = Math.max(heads.get(i).length(), Long.toString(total[i]).length());
            widths.add(Math.max(NARROWEST_COLUMN, longest + 1));
        }
        return widths;
    }

    private static List<String> texts(long[] counts) {
        return LongStream.of(counts).mapToObj(Long::toString).toList();
    }

    private static String cells(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(" ".repeat(Math.max(0, widths.get(i) - cells.get(i).length())));
            line.append(cells.get(i));
        }
        return line.toString();
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
