/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A whole number.
 *
 * @param least the smallest legal number, not negative
 * @param most the largest legal number
 */
record CountValue(int least, int most) implements ValueType<Integer> {
    private static final Pattern NOTATION = Pattern.compile("0*[0-9]{1,10}");

    CountValue(int least) {
        this(least, Integer.MAX_VALUE);
    }

    @Override
    public Optional<Integer> parse(String text) {
        if (!NOTATION.matcher(text).matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(text);
        return number >= least && number <= most ? Optional.of((int) number) : Optional.empty();
    }

    @Override
    public String allowed() {
        return "a whole number from %d to %d".formatted(least, most);
    }
}
