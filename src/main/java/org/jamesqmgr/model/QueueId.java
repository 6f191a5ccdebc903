/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The name of a queued message, unique for ever, in the form of Postfix's long queue ids: digits
 * and letters without vowels, for example {@code 4fXk2Q1bTnz3Gh7d}.
 *
 * <pre>
 *   6 characters   seconds since 1970, base 52
 *   4 characters   microseconds, base 52
 *   z              the separator of Postfix's long ids
 *   5 characters   tag of the server run that made the id, base 51 (no z)
 * </pre>
 *
 * All parts have a fixed width, so ids sort by time both as values and as text, are safe as file
 * names, and leave room for the status mark in the 17 columns of {@code mailq}. Within one run of a
 * server the microseconds are never used twice; between runs and hosts the random tag differs.
 *
 * @param micros microseconds since 1970, at which the message was accepted
 * @param tag of the server run, below {@link #TAG_LIMIT}
 */
public record QueueId(long micros, int tag) implements Comparable<QueueId> {

    /** Length of the text form. */
    public static final int LENGTH = 16;

    /** Tags are smaller than this: 51^5. */
    public static final int TAG_LIMIT = 51 * 51 * 51 * 51 * 51;

    private static final String DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    private static final int SECONDS_WIDTH = 6;
    private static final int MICROS_WIDTH = 4;
    private static final int TAG_WIDTH = 5;
    private static final char SEPARATOR = 'z';
    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long SECONDS_LIMIT = 52L * 52 * 52 * 52 * 52 * 52;

    public QueueId {
        if (micros < 0 || micros / MICROS_PER_SECOND >= SECONDS_LIMIT) {
            throw new IllegalArgumentException("time of a queue id out of range: " + micros);
        }
        if (tag < 0 || tag >= TAG_LIMIT) {
            throw new IllegalArgumentException("tag of a queue id out of range: " + tag);
        }
    }

    /**
     * Reads the text form.
     *
     * @return empty when {@code text} is not a queue id; operators mistype, so this is no error
     */
    public static Optional<QueueId> parse(String text) {
        if (text.length() != LENGTH || text.charAt(SECONDS_WIDTH + MICROS_WIDTH) != SEPARATOR) {
            return Optional.empty();
        }
        long seconds = number(text, 0, SECONDS_WIDTH, 52);
        long micros = number(text, SECONDS_WIDTH, MICROS_WIDTH, 52);
        long tag = number(text, SECONDS_WIDTH + MICROS_WIDTH + 1, TAG_WIDTH, 51);
        if (seconds < 0 || micros < 0 || micros >= MICROS_PER_SECOND || tag < 0) {
            return Optional.empty();
        }
        return Optional.of(new QueueId(seconds * MICROS_PER_SECOND + micros, (int) tag));
    }

    /** When the message was accepted, as the server's clock had it. */
    public Instant time() {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    public String asString() {
        char[] text = new char[LENGTH];
        digits(text, 0, SECONDS_WIDTH, micros / MICROS_PER_SECOND, 52);
        digits(text, SECONDS_WIDTH, MICROS_WIDTH, micros % MICROS_PER_SECOND, 52);
        text[SECONDS_WIDTH + MICROS_WIDTH] = SEPARATOR;
        digits(text, SECONDS_WIDTH + MICROS_WIDTH + 1, TAG_WIDTH, tag, 51);
        return new String(text);
    }

    @Override
    public int compareTo(QueueId other) {
        int byTime = Long.compare(micros, other.micros);
        return byTime != 0 ? byTime : Integer.compare(tag, other.tag);
    }

    @Override
    public String toString() {
        return asString();
    }

    private static void digits(char[] text, int offset, int width, long value, int base) {
        long rest = value;
        for (int i = offset + width - 1; i >= offset; i--) {
            text[i] = DIGITS.charAt((int) (rest % base));
            rest /= base;
        }
    }

    private static long number(String text, int offset, int width, int base) {
        long value = 0;
        for (int i = offset; i < offset + width; i++) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0 || digit >= base) {
                return -1;
            }
            value = value * base + digit;
        }
        return value;
    }
}
