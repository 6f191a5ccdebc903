/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names, none or several, with commas or white space between them. */
record NamesValue() implements ValueType<List<String>> {
    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

    @Override
    public Optional<List<String>> parse(String text) {
        return Optional.of(
                SEPARATOR.splitAsStream(text).filter(name -> !name.isEmpty()).distinct().toList());
    }

    @Override
    public String allowed() {
        return "names with commas or spaces between them, or nothing";
    }
}
