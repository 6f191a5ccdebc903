/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What templates may tell: {@code $name}, {@code ${name}} or {@code $(name)}; {@code $$} is a dollar sign. Times have the
 * suffixes of Postfix, {@code _seconds} to {@code _weeks}, for whole numbers; without one they are words, {@code 4
 * hours}.
 */
final class TemplateFields {

    /** The names, in the order they are told in. */
    static final List<String> NAMES =
            List.copyOf(
                    new TemplateFields("localhost", Duration.ZERO, Duration.ZERO, 0)
                            .values.keySet());

    /** Groups 1 to 3: a name. None: a dollar sign, doubled or alone. */
    static final Pattern FIELD = Pattern.compile("\\$(?:\\$|\\{(\\w+)\\}|\\((\\w+)\\)|(\\w+))?");

    private final Map<String, String> values = new LinkedHashMap<>();

    TemplateFields(
            String myhostname,
            Duration delayWarningTime,
            Duration maximalQueueLifetime,
            long bounceSizeLimit) {
        values.put("myhostname", myhostname);
        values.put("mydomain", domain(myhostname));
        values.put("myorigin", myhostname);
        values.put("mail_name", "james-qmgr");
        values.put("bounce_size_limit", Long.toString(bounceSizeLimit));
        putTime("delay_warning_time", delayWarningTime);
        putTime("maximal_queue_lifetime", maximalQueueLifetime);
    }

    /** The name in a match of {@link #FIELD}; empty if there is none. */
    static String name(MatchResult field) {
        for (int group = 1; group <= field.groupCount(); group++) {
            if (field.group(group) != null) {
                return field.group(group);
            }
        }
        return "";
    }

    /** A line of a template as it is sent. */
    String expanded(String line) {
        return FIELD.matcher(line)
                .replaceAll(
                        field -> Matcher.quoteReplacement(values.getOrDefault(name(field), "$")));
    }

    private void putTime(String name, Duration time) {
        values.put(name, words(time));
        values.put(name + "_seconds", Long.toString(time.toSeconds()));
        values.put(name + "_minutes", Long.toString(time.toMinutes()));
        values.put(name + "_hours", Long.toString(time.toHours()));
        values.put(name + "_days", Long.toString(time.toDays()));
        values.put(name + "_weeks", Long.toString(time.toDays() / 7));
    }

    /** In the largest unit that says all. */
    private static String words(Duration time) {
        long seconds = time.toSeconds();
        if (seconds % 86_400 == 0 && seconds > 0) {
            return words(seconds / 86_400, "day");
        }
        if (seconds % 3600 == 0 && seconds > 0) {
            return words(seconds / 3600, "hour");
        }
        return seconds % 60 == 0 && seconds > 0
                ? words(seconds / 60, "minute")
                : words(seconds, "second");
    }

    private static String words(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    /** The host's name without its first label, if a domain is left then. */
    private static String domain(String host) {
        String rest = host.substring(host.indexOf('.') + 1);
        return rest.contains(".") ? rest : host;
    }
}
