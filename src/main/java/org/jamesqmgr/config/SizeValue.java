/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size in bytes, from nothing to more than any disk holds; the unit may be written small. */
record SizeValue() implements ValueType<Long> {
    private static final long MOST = 1L << 50;

    /** Sixteen digits hold every legal number of bytes. */
    private static final Pattern NOTATION = Pattern.compile("(0*[0-9]{1,16})([KMGkmg]?)");

    private static final Map<String, Integer> BINARY_DIGITS =
            Map.of("", 0, "K", 10, "M", 20, "G", 30);

    @Override
    public Optional<Long> parse(String text) {
        Matcher matcher = NOTATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        int digits = BINARY_DIGITS.get(matcher.group(2).toUpperCase(Locale.ROOT));
        return number <= MOST >> digits ? Optional.of(number << digits) : Optional.empty();
    }

    @Override
    public String allowed() {
        return "a size from 0 to 1048576G: a whole number, then K, M, G or nothing, which means bytes";
    }
}
