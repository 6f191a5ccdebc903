/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jamesqmgr.transport.AgentKind;

/** Reads {@code <transports>}. Use once. */
final class TransportsReader {
    private static final String AGENT = "agent";
    private static final String MAXPROC = "maxproc";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,60}");

    /** James's mail queues, which are transports of their own, and the name of what all transports share. */
    private static final Set<String> TAKEN = Set.of("spool", "outgoing", "default");

    private static final CountValue PROCESSES = new CountValue(1);

    private final Map<String, TransportEntry> entries =
            new LinkedHashMap<>(TransportEntry.builtIn());
    private final Map<String, Integer> lines = new HashMap<>();
    private final Report report;

    TransportsReader(Report report) {
        this.report = report;
    }

    /** All transports by name: the built-in ones too, unless others have their names. */
    Map<String, TransportEntry> read(XmlElement element) {
        new TableEntries(Table.TRANSPORTS, Set.of(XmlElement.NAME, AGENT, MAXPROC), report)
                .of(element)
                .forEach(this::readEntry);
        return entries;
    }

    private void readEntry(XmlElement element) {
        String name = element.attributes().getOrDefault(XmlElement.NAME, "");
        Optional<String> fault = fault(name, element);
        if (fault.isPresent()) {
            report.problem(element, fault.get());
            return;
        }
        lines.put(name, element.line());
        agent(name, element)
                .ifPresent(
                        agent ->
                                entries.put(
                                        name, new TransportEntry(name, agent, processes(element))));
    }

    private Optional<String> fault(String name, XmlElement element) {
        if (!NAME.matcher(name).matches()) {
            return Optional.of(
                    "found the name %s, allowed: letters, digits, _ and -"
                            .formatted(Shown.quoted(name)));
        }
        if (TAKEN.contains(name)) {
            return Optional.of(
                    "found the name %s, which is taken, allowed: any but %s"
                            .formatted(
                                    Shown.quoted(name),
                                    TAKEN.stream().sorted().collect(joining(", "))));
        }
        if (!element.text().isEmpty()) {
            return Optional.of(
                    "found the text %s, allowed: only attributes"
                            .formatted(Shown.quoted(element.text())));
        }
        return Optional.ofNullable(lines.get(name))
                .map(
                        line ->
                                "%s is already in line %d, allowed: only one of them"
                                        .formatted(name, line));
    }

    /** Who changes a built-in transport need not say its agent. */
    private Optional<AgentKind> agent(String name, XmlElement element) {
        String word = element.attributes().get(AGENT);
        Optional<AgentKind> agent =
                word == null
                        ? Optional.ofNullable(entries.get(name)).map(TransportEntry::agent)
                        : new ChoiceValue<>(AgentKind.class).parse(word);
        if (agent.isEmpty()) {
            report.problem(
                    element,
                    "found %s, allowed: agent=\"...\" with one of %s"
                            .formatted(
                                    word == null ? "no agent" : "the agent " + Shown.quoted(word),
                                    agents()));
        }
        return agent;
    }

    private static String agents() {
        return Arrays.stream(AgentKind.values()).map(AgentKind::asString).collect(joining(", "));
    }

    private int processes(XmlElement element) {
        String text = element.attributes().get(MAXPROC);
        if (text == null) {
            return 0;
        }
        Optional<Integer> processes = PROCESSES.parse(text);
        if (processes.isEmpty()) {
            report.problem(
                    element,
                    "found maxproc=%s, allowed: %s"
                            .formatted(Shown.quoted(text), PROCESSES.allowed()));
        }
        return processes.orElse(0);
    }
}
