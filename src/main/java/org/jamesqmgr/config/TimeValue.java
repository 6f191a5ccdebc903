/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Postfix's notation for time: a whole number and an optional unit, without space between them.
 *
 * @param defaultUnit the unit of a number without one
 * @param least the shortest legal time, in whole seconds
 * @param most the longest legal time, in whole days
 */
record TimeValue(ChronoUnit defaultUnit, Duration least, Duration most)
        implements ValueType<Duration> {

    /** The whole days that fit into Postfix's 32 bits of seconds. */
    private static final Duration LONGEST = Duration.ofDays(24855);

    /** Ten digits hold every legal number of seconds, and as weeks they do not overflow. */
    private static final Pattern NOTATION = Pattern.compile("(0*[0-9]{1,10})([smhdw]?)");

    private static final Map<String, ChronoUnit> UNITS =
            Map.of(
                    "s", ChronoUnit.SECONDS,
                    "m", ChronoUnit.MINUTES,
                    "h", ChronoUnit.HOURS,
                    "d", ChronoUnit.DAYS,
                    "w", ChronoUnit.WEEKS);

    static TimeValue inSeconds(Duration least) {
        return new TimeValue(ChronoUnit.SECONDS, least, LONGEST);
    }

    static TimeValue inHours(Duration least) {
        return new TimeValue(ChronoUnit.HOURS, least, LONGEST);
    }

    static TimeValue inDays(Duration least, Duration most) {
        return new TimeValue(ChronoUnit.DAYS, least, most);
    }

    @Override
    public Optional<Duration> parse(String text) {
        Matcher matcher = NOTATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ChronoUnit unit = UNITS.getOrDefault(matcher.group(2), defaultUnit);
        Duration time = unit.getDuration().multipliedBy(Long.parseLong(matcher.group(1)));
        return Optional.of(time).filter(this::isInRange);
    }

    private boolean isInRange(Duration time) {
        return time.compareTo(least) >= 0 && time.compareTo(most) <= 0;
    }

    @Override
    public String allowed() {
        return "a time from %ds to %dd: a whole number, then s, m, h, d, w or nothing, which means %s"
                .formatted(
                        least.toSeconds(),
                        most.toDays(),
                        defaultUnit.toString().toLowerCase(Locale.ROOT));
    }
}
