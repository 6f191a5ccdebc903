/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Instants as {@link Instant#toString} writes and {@link Instant#parse} reads them, without the
 * machinery of the JDK's formatters: every message has half a dozen of them. Times before 1970 and
 * after year 9999, and texts of any other shape, are left to the JDK.
 */
public final class IsoTime {

    private static final String SECONDS = "0000-00-00T00:00:00";
    private static final int LONGEST_FRACTION = 9;
    private static final int SHORTEST = SECONDS.length() + 1;
    private static final int LONGEST = SHORTEST + 1 + LONGEST_FRACTION;

    private static final long SECONDS_PER_DAY = 86_400L;
    private static final long AFTER_YEAR_9999 = 253_402_300_800L;

    private IsoTime() {}

    /** The same as {@link Instant#toString}. */
    public static String format(Instant time) {
        long seconds = time.getEpochSecond();
        if (seconds < 0 || seconds >= AFTER_YEAR_9999) {
            return time.toString();
        }
        char[] text = new char[LONGEST];
        SECONDS.getChars(0, SECONDS.length(), text, 0);
        putDate(text, LocalDate.ofEpochDay(seconds / SECONDS_PER_DAY));
        putTime(text, (int) (seconds % SECONDS_PER_DAY));
        int end = putFraction(text, time.getNano());
        text[end] = 'Z';
        return new String(text, 0, end + 1);
    }

    private static void putDate(char[] text, LocalDate date) {
        put(text, 0, 4, date.getYear());
        put(text, 5, 2, date.getMonthValue());
        put(text, 8, 2, date.getDayOfMonth());
    }

    private static void putTime(char[] text, int seconds) {
        put(text, 11, 2, seconds / 3600);
        put(text, 14, 2, seconds / 60 % 60);
        put(text, 17, 2, seconds % 60);
    }

    /** Milliseconds, microseconds or nanoseconds, whatever says all; returns where it ends. */
    private static int putFraction(char[] text, int nanos) {
        if (nanos == 0) {
            return SECONDS.length();
        }
        int digits = LONGEST_FRACTION;
        int rest = nanos;
        while (rest % 1000 == 0) {
            rest /= 1000;
            digits -= 3;
        }
        text[SECONDS.length()] = '.';
        put(text, SHORTEST, digits, rest);
        return SHORTEST + digits;
    }

    private static void put(char[] text, int offset, int digits, int number) {
        int rest = number;
        for (int i = offset + digits - 1; i >= offset; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /**
     * The same as {@link Instant#parse}.
     *
     * @throws java.time.DateTimeException if the text is not an instant
     */
    public static Instant parse(String text) {
        if (!hasOurShape(text)) {
            return Instant.parse(text);
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            return Instant.parse(text);
        }
        LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
        long ofDay = (hour * 60L + minute) * 60 + second;
        return Instant.ofEpochSecond(date.toEpochDay() * SECONDS_PER_DAY + ofDay, nanos(text));
    }

    private static boolean hasOurShape(String text) {
        int last = text.length() - 1;
        if (last < SECONDS.length() || last >= LONGEST || text.charAt(last) != 'Z') {
            return false;
        }
        for (int i = 0; i < SECONDS.length(); i++) {
            char expected = SECONDS.charAt(i);
            char found = text.charAt(i);
            if (expected == '0' ? !isDigit(found) : found != expected) {
                return false;
            }
        }
        return last == SECONDS.length() || hasFraction(text, last);
    }

    private static boolean hasFraction(String text, int end) {
        for (int i = SHORTEST; i < end; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return text.charAt(SECONDS.length()) == '.' && end > SHORTEST;
    }

    private static int nanos(String text) {
        int end = text.length() - 1;
        if (end <= SHORTEST) {
            return 0;
        }
        int nanos = number(text, SHORTEST, end);
        for (int digits = end - SHORTEST; digits < LONGEST_FRACTION; digits++) {
            nanos *= 10;
        }
        return nanos;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
