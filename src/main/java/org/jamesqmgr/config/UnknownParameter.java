/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What to tell an administrator about a name that is not in {@link Parameters}. */
final class UnknownParameter {
    private static final String NOT_SUPPORTED = "not supported by this version of james-qmgr";

    private UnknownParameter() {}

    /**
     * @param transports whose parameters too it may be meant for
     */
    static String fault(String name, XmlElement element, Set<String> transports) {
        String found = "found " + Shown.quoted(element.text());
        return UnsupportedParameters.contains(name)
                ? "%s, %s: remove it".formatted(found, NOT_SUPPORTED)
                : "unknown parameter, %s, %s".formatted(found, hint(name, transports));
    }

    private static String hint(String name, Set<String> transports) {
        List<String> guesses = NearMiss.of(name, allNames(transports));
        return guesses.isEmpty()
                ? "allowed: %s, and the tables %s"
                        .formatted(
                                String.join(", ", Parameters.names()), String.join(", ", tables()))
                : guesses.stream()
                        .map(UnknownParameter::described)
                        .collect(joining(" or ", "did you mean ", "?"));
    }

    private static List<String> allNames(Set<String> transports) {
        Stream<String> ofTransports =
                transports.stream()
                        .flatMap(
                                transport ->
                                        ParameterFamily.ALL.stream()
                                                .map(family -> transport + family.suffix()));
        return Stream.concat(
                        Stream.of(Parameters.names(), tables(), UnsupportedParameters.NAMES)
                                .flatMap(List::stream),
                        ofTransports)
                .distinct()
                .toList();
    }

    private static List<String> tables() {
        return Table.ALL.stream().map(Table::name).toList();
    }

    private static String described(String name) {
        return UnsupportedParameters.contains(name)
                ? "%s (%s)".formatted(name, NOT_SUPPORTED)
                : name;
    }
}
