/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How programs write down what is not theirs. */
final class Text {

    /** As C's {@code asctime}, but for the year. */
    private static final DateTimeFormatter SHORT =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss", Locale.ROOT);

    private static final DateTimeFormatter LONG =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    private Text() {}

    /** {@code Mon Nov 23 10:44:48}, where we are. */
    static String time(long millis, ZoneId zone) {
        return SHORT.format(Instant.ofEpochMilli(millis).atZone(zone));
    }

    /** {@code Mon Nov 23 10:44:48 2026}, where we are. */
    static String timeWithYear(long millis, ZoneId zone) {
        return LONG.format(Instant.ofEpochMilli(millis).atZone(zone));
    }

    /** Without what could move the cursor or begin a new line. */
    static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.chars().forEach(c -> printable.append(Character.isISOControl(c) ? '?' : (char) c));
        return printable.toString();
    }

    /** A string in JSON, quotes and all. */
    static String json(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            escape(text.charAt(i), json);
        }
        return json.append('"').toString();
    }

    private static void escape(char c, StringBuilder json) {
        switch (c) {
            case '"', '\\' -> json.append('\\').append(c);
            case '\b' -> json.append("\\b");
            case '\f' -> json.append("\\f");
            case '\n' -> json.append("\\n");
            case '\r' -> json.append("\\r");
            case '\t' -> json.append("\\t");
            default -> {
                if (Character.isISOControl(c)) {
                    json.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
                } else {
                    json.append(c);
                }
            }
        }
    }

    /** {@code 1 message}, {@code 2 messages}, {@code 0 messages}. */
    static String messages(long count) {
        return count + (count == 1 ? " message" : " messages");
    }

    /** No more of it than makes a readable line. */
    static String shortened(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
