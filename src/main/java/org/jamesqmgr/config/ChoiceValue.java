/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One of the constants of an enum, written in lower case.
 *
 * @param choices the enum
 */
record ChoiceValue<E extends Enum<E>>(Class<E> choices) implements ValueType<E> {
    @Override
    public Optional<E> parse(String text) {
        return Arrays.stream(choices.getEnumConstants())
                .filter(choice -> word(choice).equals(text))
                .findAny();
    }

    @Override
    public String allowed() {
        return Arrays.stream(choices.getEnumConstants())
                .map(ChoiceValue::word)
                .collect(joining(", "));
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
