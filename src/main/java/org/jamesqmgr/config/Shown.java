/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;

/**
 * Shows text from the file inside one line of the log: cut when long, and with escapes for all that is not printable ASCII,
 * because a line break must not forge log lines and a foreign digit or an invisible space must be seen to be found.
 */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    /** The text in quotes, with its length when it had to be cut. */
    static String quoted(String text) {
        return text.length() <= LONGEST
                ? "\"%s\"".formatted(plain(text))
                : "\"%s\" (%d characters)".formatted(plain(text), text.length());
    }

    static String plain(String text) {
        String start = text.chars().limit(LONGEST).mapToObj(Shown::escaped).collect(joining());
        return text.length() <= LONGEST ? start : start + "...";
    }

    private static String escaped(int character) {
        return character >= ' ' && character <= '~'
                ? Character.toString(character)
                : "\\u%04x".formatted(character);
    }
}
