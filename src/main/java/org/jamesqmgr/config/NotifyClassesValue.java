/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jamesqmgr.notice.NotifyClass;

/** What the postmaster hears of: none, some or all of the classes, with commas or white space between them. */
record NotifyClassesValue() implements ValueType<Set<NotifyClass>> {
    private static final NamesValue NAMES = new NamesValue();

    @Override
    public Optional<Set<NotifyClass>> parse(String text) {
        return unknown(text).findAny().isPresent()
                ? Optional.empty()
                : Optional.of(
                        names(text)
                                .map(NotifyClass::parse)
                                .flatMap(Optional::stream)
                                .collect(toUnmodifiableSet()));
    }

    @Override
    public String allowed() {
        return "any of %s, with commas or spaces between them, or nothing"
                .formatted(String.join(", ", known()));
    }

    @Override
    public List<String> guesses(String text) {
        return unknown(text)
                .flatMap(name -> NearMiss.of(name, known()).stream())
                .distinct()
                .toList();
    }

    private static Stream<String> unknown(String text) {
        return names(text).filter(name -> NotifyClass.parse(name).isEmpty());
    }

    private static Stream<String> names(String text) {
        return NAMES.parse(text).orElseThrow().stream();
    }

    private static List<String> known() {
        return Stream.of(NotifyClass.values()).map(NotifyClass::asString).toList();
    }
}
