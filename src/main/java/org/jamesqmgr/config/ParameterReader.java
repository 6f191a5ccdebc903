/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Checks the elements of one file against {@link Parameters} and collects every problem, instead of stopping at the first. */
final class ParameterReader {
    private static final String ROOT = "qmgr";
    private static final String PARAMETER = "parameter";

    private final Map<Table, XmlElement> tables = new HashMap<>();
    private final Map<Parameter<?>, XmlElement> given = new HashMap<>();
    private final Set<Parameter<?>> faulty = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private DeliveryTables readTables = DeliveryTables.defaults();

    private ParameterReader() {}

    /**
     * @param file its name, for the messages
     */
    static ParameterValues read(String file, XmlElement root) throws QmgrConfigurationException {
        ParameterReader reader = new ParameterReader();
        reader.readRoot(root);
        if (reader.problems.isEmpty()) {
            return new ParameterValues(reader.given, reader.readTables);
        }
        reader.problems.sort(Comparator.comparingInt(Problem::line));
        throw new QmgrConfigurationException(file, reader.problems);
    }

    private void readRoot(XmlElement root) {
        if (!root.tag().equals(ROOT)) {
            report(root, "this is the root element, allowed: <" + ROOT + ">");
            return;
        }
        anyAttribute(root).ifPresent(found -> report(root, found + ", allowed: none"));
        if (!root.text().isEmpty()) {
            report(
                    root,
                    "found the text %s between the parameters, allowed: only elements"
                            .formatted(Shown.quoted(root.text())));
        }
        root.children().forEach(this::readTable);
        readTables = new TablesReader(tables, this::report).read();
        root.children().forEach(this::readElement);
        Contradictions.in(valid(), faulty).forEach(problems::add);
    }

    /** First of all: parameters may speak of transports. */
    private void readTable(XmlElement element) {
        name(element)
                .flatMap(Table::named)
                .ifPresent(
                        table ->
                                anyAttribute(element)
                                        .map(found -> found + ", allowed: none")
                                        .or(
                                                () ->
                                                        repeated(
                                                                table.name(),
                                                                tables.putIfAbsent(table, element)))
                                        .ifPresent(text -> report(element, text)));
    }

    private void readElement(XmlElement element) {
        Optional<String> name = name(element);
        if (name.isEmpty()) {
            report(
                    element,
                    "has no name, allowed: <parameter name=\"minimal_backoff_time\">300s</parameter>");
        } else if (Table.named(name.get()).isEmpty()) {
            readElement(name.get(), element);
        }
    }

    private void readElement(String name, XmlElement element) {
        Parameters.named(name)
                .or(() -> ofTransport(name))
                .ifPresentOrElse(
                        parameter -> readParameter(parameter, element),
                        () -> report(element, unknown(name, element)));
    }

    private Optional<Parameter<?>> ofTransport(String name) {
        return ParameterFamily.of(name)
                .filter(family -> transports().contains(family.transport(name)))
                .map(family -> family.member(family.transport(name)));
    }

    private String unknown(String name, XmlElement element) {
        return ParameterFamily.of(name)
                .map(
                        family ->
                                Contradictions.unknownTransport(
                                        family.transport(name), transports()))
                .orElseGet(() -> UnknownParameter.fault(name, element, transports()));
    }

    private Set<String> transports() {
        return readTables.transports().keySet();
    }

    private static Optional<String> name(XmlElement element) {
        return element.tag().equals(PARAMETER)
                ? Optional.ofNullable(element.attributes().get(XmlElement.NAME))
                        .filter(Predicate.not(String::isBlank))
                : Optional.of(element.tag());
    }

    private void readParameter(Parameter<?> parameter, XmlElement element) {
        repeated(parameter.name(), given.putIfAbsent(parameter, element))
                .or(() -> fault(parameter, element))
                .ifPresent(
                        text -> {
                            faulty.add(parameter);
                            report(element, text);
                        });
    }

    private static Optional<String> repeated(String name, XmlElement first) {
        return Optional.ofNullable(first)
                .map(
                        element ->
                                "%s is already in line %d, allowed: only one of them"
                                        .formatted(name, element.line()));
    }

    private static Optional<String> fault(Parameter<?> parameter, XmlElement element) {
        return Stream.of(
                        anyAttribute(element)
                                .map(found -> found + ", allowed: only a value between the tags"),
                        anyChild(element),
                        badValue(parameter, element))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> anyAttribute(XmlElement element) {
        return element.attributes().entrySet().stream()
                .filter(
                        attribute ->
                                !element.tag().equals(PARAMETER)
                                        || !attribute.getKey().equals(XmlElement.NAME))
                .map(
                        attribute ->
                                "found the attribute %s=%s"
                                        .formatted(
                                                Shown.plain(attribute.getKey()),
                                                Shown.quoted(attribute.getValue())))
                .findFirst();
    }

    private static Optional<String> anyChild(XmlElement element) {
        return element.children().stream()
                .map(
                        child ->
                                "found the element <%s> inside, allowed: only a value"
                                        .formatted(Shown.plain(child.tag())))
                .findFirst();
    }

    private static Optional<String> badValue(Parameter<?> parameter, XmlElement element) {
        String allowed = parameter.type().allowed();
        if (element.text().isEmpty() && !parameter.mayBeEmpty()) {
            return Optional.of("has no value: remove it, or give a value, allowed: " + allowed);
        }
        return parameter.type().parse(element.text()).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "found %s, allowed: %s%s"
                                .formatted(
                                        Shown.quoted(element.text()),
                                        allowed,
                                        guess(parameter.type().guesses(element.text()))));
    }

    private static String guess(List<String> guesses) {
        return guesses.isEmpty() ? "" : "; did you mean %s?".formatted(String.join(", ", guesses));
    }

    private ParameterValues valid() {
        Map<Parameter<?>, XmlElement> valid = new HashMap<>(given);
        valid.keySet().removeAll(faulty);
        return new ParameterValues(valid, readTables);
    }

    private void report(XmlElement element, String text) {
        problems.add(Problem.with(element, text));
    }
}
