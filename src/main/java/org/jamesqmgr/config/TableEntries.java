/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks what any table and its entries look like, whatever they mean. */
final class TableEntries {
    private final Table table;
    private final Set<String> attributes;
    private final Report report;

    /**
     * @param attributes those an entry may have
     */
    TableEntries(Table table, Set<String> attributes, Report report) {
        this.table = table;
        this.attributes = attributes;
        this.report = report;
    }

    /** The entries that look like entries; the others are reported. */
    List<XmlElement> of(XmlElement element) {
        fault(element).ifPresent(text -> report.problem(element, text));
        return element.children().stream().filter(this::isEntry).toList();
    }

    private Optional<String> fault(XmlElement element) {
        if (!element.text().isEmpty()) {
            return Optional.of(
                    "found the text %s, allowed: only elements <%s>"
                            .formatted(Shown.quoted(element.text()), table.entry()));
        }
        return element.children().isEmpty()
                ? Optional.of("is empty: remove it, or give it a <%s>".formatted(table.entry()))
                : Optional.empty();
    }

    private boolean isEntry(XmlElement child) {
        Optional<String> fault = faultOfEntry(child);
        fault.ifPresent(text -> report.problem(child, text));
        return fault.isEmpty();
    }

    private Optional<String> faultOfEntry(XmlElement child) {
        if (!child.tag().equals(table.entry())) {
            return Optional.of(
                    "found in <%s>, allowed: <%s>".formatted(table.name(), table.entry()));
        }
        Stream<String> nested =
                child.children().stream()
                        .map(
                                inner ->
                                        "found the element <%s> inside, allowed: none"
                                                .formatted(Shown.plain(inner.tag())));
        Stream<String> strange =
                child.attributes().keySet().stream()
                        .filter(name -> !attributes.contains(name))
                        .map(
                                name ->
                                        "found the attribute %s, allowed: %s"
                                                .formatted(
                                                        Shown.plain(name),
                                                        attributes.stream()
                                                                .sorted()
                                                                .collect(joining(", "))));
        return Stream.concat(nested, strange).findFirst();
    }
}
