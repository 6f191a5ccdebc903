/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.Stream;

/** What to tell an administrator about a name that is not in {@link Parameters}. */
final class UnknownParameter {
    private static final String NOT_SUPPORTED = "not supported by this version of james-qmgr";

    private UnknownParameter() {}

    static String fault(String name, XmlElement element) {
        String found = "found " + Shown.quoted(element.text());
        return UnsupportedParameters.contains(name)
                ? "%s, %s: remove it".formatted(found, NOT_SUPPORTED)
                : "unknown parameter, %s, %s".formatted(found, hint(name));
    }

    private static String hint(String name) {
        List<String> guesses = NearMiss.of(name, allNames());
        return guesses.isEmpty()
                ? "allowed: " + String.join(", ", Parameters.names())
                : guesses.stream()
                        .map(UnknownParameter::described)
                        .collect(joining(" or ", "did you mean ", "?"));
    }

    private static List<String> allNames() {
        return Stream.of(Parameters.names(), UnsupportedParameters.NAMES)
                .flatMap(List::stream)
                .toList();
    }

    private static String described(String name) {
        return UnsupportedParameters.contains(name)
                ? "%s (%s)".formatted(name, NOT_SUPPORTED)
                : name;
    }
}
