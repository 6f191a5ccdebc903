/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads times as {@link Instant#toString} writes them, several times faster than {@link
 * Instant#parse}: with four of them in the head of a file that was a sixth of the time to read it.
 */
final class Instants {

    /** {@code 2026-03-01T12:00:00}, behind which a fraction and a Z stand. */
    private static final String SHAPE = "dddd-dd-ddTdd:dd:dd";

    private static final int NANO_DIGITS = 9;
    private static final int SECONDS_PER_DAY = 86_400;

    private Instants() {}

    /**
     * As {@link Instant#parse}.
     *
     * @throws java.time.DateTimeException if it is no time
     */
    static Instant parse(String text) {
        int end = text.length() - 1;
        int fraction = end - SHAPE.length();
        boolean plain =
                hasShape(text)
                        && text.charAt(end) == 'Z'
                        && (fraction == 0 || isFraction(text, end))
                        && number(text, 11, 13) < 24
                        && number(text, 14, 16) < 60
                        && number(text, 17, 19) < 60;
        return plain ? parsePlain(text, end) : Instant.parse(text);
    }

    private static boolean hasShape(String text) {
        if (text.length() <= SHAPE.length()) {
            return false;
        }
        for (int i = 0; i < SHAPE.length(); i++) {
            char wanted = SHAPE.charAt(i);
            if (wanted == 'd' ? !isDigit(text.charAt(i)) : text.charAt(i) != wanted) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFraction(String text, int end) {
        int start = SHAPE.length() + 1;
        if (text.charAt(start - 1) != '.' || start == end || end - start > NANO_DIGITS) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static Instant parsePlain(String text, int end) {
        long day =
                LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                        .toEpochDay();
        int second = (number(text, 11, 13) * 60 + number(text, 14, 16)) * 60 + number(text, 17, 19);
        int start = Math.min(SHAPE.length() + 1, end);
        int nanos = number(text, start, end);
        for (int digits = end - start; digits < NANO_DIGITS; digits++) {
            nanos *= 10;
        }
        return Instant.ofEpochSecond(day * SECONDS_PER_DAY + second, nanos);
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private static int number(String text, int start, int end) {
        int number = 0;
        for (int i = start; i < end; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
