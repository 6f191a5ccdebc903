/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Serializer;
import org.jamesqmgr.model.IsoTime;

/**
 * Reads the dates among mail attributes as {@link AttributeValue#fromJson} does, without the JDK's
 * formatter. Mail from an SMTP session has one, and it cost more to read than all else together.
 */
final class AttributeDate {

    private static final int SECONDS_LENGTH = "0000-00-00T00:00:00".length();

    private AttributeDate() {}

    /** The value, if it is a date in the form that James writes; empty for all else. */
    static Optional<AttributeValue<?>> fromJson(JsonNode json) {
        String serializer = json.path("serializer").textValue();
        String text = json.path("value").textValue();
        return Serializer.DATE_SERIALIZER.getName().equals(serializer) && text != null
                ? parse(text).map(AttributeValue::of)
                : Optional.empty();
    }

    /** Reads {@code 2026-11-23T11:00:00.123+01:00[Europe/Berlin]}; the zone can be absent. */
    static Optional<ZonedDateTime> parse(String text) {
        int bracket = text.indexOf('[');
        int end = bracket < 0 ? text.length() : bracket;
        int offsetAt = offsetAt(text, end);
        if (offsetAt == end || (bracket >= 0 && !isNameInBrackets(text, bracket))) {
            return Optional.empty();
        }
        try {
            ZoneOffset offset = ZoneOffset.of(text.substring(offsetAt, end));
            Instant local = IsoTime.parse(text.substring(0, offsetAt) + "Z");
            ZoneId zone =
                    bracket < 0
                            ? offset
                            : ZoneId.of(text.substring(bracket + 1, text.length() - 1));
            Instant time = local.minusSeconds(offset.getTotalSeconds());
            return Optional.of(ZonedDateTime.ofInstant(time, zone));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int offsetAt(String text, int end) {
        int at = Math.min(SECONDS_LENGTH, end);
        while (at < end && "Z+-".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    /** Other zones are offsets in disguise. */
    private static boolean isNameInBrackets(String text, int bracket) {
        int last = text.length() - 1;
        for (int i = bracket + 1; i < last; i++) {
            char c = text.charAt(i);
            if (!Character.isLetter(c) && c != '/' && c != '_') {
                return false;
            }
        }
        return text.charAt(last) == ']' && last - bracket > 2;
    }
}
