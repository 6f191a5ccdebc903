/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads a table whose entries have a key, an address or a domain, and a value. Use once.
 *
 * @param <T> the values
 */
final class MapReader<T> {
    private static final String DOMAIN = "domain";
    private static final Pattern ADDRESS_FORM =
            Pattern.compile("[^\\s@]+@[^\\s@]+|\"[^\"]+\"@[^\\s@]+");
    private static final Pattern DOMAIN_FORM =
            Pattern.compile("\\.?[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

    private final Map<String, T> entries = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Table table;
    private final String address;
    private final Set<String> special;
    private final Report report;

    /**
     * @param address the attribute for keys that are addresses
     * @param special keys that are neither addresses nor domains, with the attribute they are values of
     */
    MapReader(Table table, String address, Set<String> special, Report report) {
        this.table = table;
        this.address = address;
        this.special = special;
        this.report = report;
    }

    /**
     * @param value from an entry that has a text; empty if it has reported what is wrong with it
     */
    Map<String, T> read(XmlElement element, Function<XmlElement, Optional<T>> value) {
        new TableEntries(table, Set.of(address, DOMAIN), report)
                .of(element)
                .forEach(entry -> readEntry(entry, value));
        return entries;
    }

    private void readEntry(XmlElement entry, Function<XmlElement, Optional<T>> value) {
        Optional<String> fault = fault(entry);
        if (fault.isPresent()) {
            report.problem(entry, fault.get());
            return;
        }
        String key = key(entry);
        Integer earlier = lines.putIfAbsent(key, entry.line());
        if (earlier != null) {
            report.problem(
                    entry,
                    "%s is already in line %d, allowed: only one of them"
                            .formatted(Shown.plain(key), earlier));
            return;
        }
        value.apply(entry).ifPresent(found -> entries.put(key, found));
    }

    private Optional<String> fault(XmlElement entry) {
        if (entry.attributes().size() != 1) {
            return Optional.of(
                    "found %d keys, allowed: one, %s=\"...\" or domain=\"...\""
                            .formatted(entry.attributes().size(), address));
        }
        if (!isKey(entry)) {
            return Optional.of(
                    "found the key %s, allowed: %s"
                            .formatted(Shown.quoted(text(entry)), allowed(entry)));
        }
        return entry.text().isEmpty() ? Optional.of("has no value") : Optional.empty();
    }

    private boolean isKey(XmlElement entry) {
        Pattern form = isDomain(entry) ? DOMAIN_FORM : ADDRESS_FORM;
        return form.matcher(text(entry)).matches() || isSpecial(entry);
    }

    private boolean isSpecial(XmlElement entry) {
        return special.contains(attribute(entry) + "=" + text(entry));
    }

    private String allowed(XmlElement entry) {
        String forms = isDomain(entry) ? "a domain" : "an address, as user@example.org";
        return special.isEmpty() ? forms : forms + ", or " + String.join(", ", special);
    }

    private static boolean isDomain(XmlElement entry) {
        return attribute(entry).equals(DOMAIN);
    }

    private static String attribute(XmlElement entry) {
        return entry.attributes().keySet().iterator().next();
    }

    private static String text(XmlElement entry) {
        return entry.attributes().get(attribute(entry)).strip();
    }

    private static String key(XmlElement entry) {
        return text(entry).toLowerCase(Locale.ROOT);
    }
}
