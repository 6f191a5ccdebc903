/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.apache.mailet.AttributeValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** James's own way to read dates says what is right. */
@Tag("Q1")
class AttributeDateTest {

    @Provide
    Arbitrary<ZonedDateTime> dates() {
        Arbitrary<ZoneId> named =
                Arbitraries.of(new TreeSet<>(ZoneId.getAvailableZoneIds())).map(ZoneId::of);
        Arbitrary<ZoneId> offsets =
                Arbitraries.integers()
                        .between(-64_800, 64_800)
                        .map(seconds -> ZoneOffset.ofTotalSeconds(seconds));
        Arbitrary<Instant> times =
                Combinators.combine(
                                Arbitraries.longs().between(-5_000_000_000L, 5_000_000_000L),
                                Arbitraries.integers().between(0, 999_999_999))
                        .as(Instant::ofEpochSecond);
        return Combinators.combine(times, Arbitraries.oneOf(named, offsets))
                .as(ZonedDateTime::ofInstant);
    }

    @Property
    void dateShouldBeReadAsJamesReadsIt(@ForAll("dates") ZonedDateTime date) {
        JsonNode json = AttributeValue.of(date).toJson().orElseThrow();

        assertThat(AttributeDate.fromJson(json).orElseGet(() -> AttributeValue.fromJson(json)))
                .isEqualTo(AttributeValue.fromJson(json));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00.5Z[UTC]",
        "2026-11-23T10:00:00.123456Z[Etc/UTC]",
        "2026-11-23T11:00:00+01:00",
        "2026-11-23T11:00:00+01:00[Europe/Berlin]",
        "2026-10-25T02:30:00+02:00[Europe/Berlin]",
        "2026-10-25T02:30:00+01:00[Europe/Berlin]",
        "2026-11-23T05:00:00-05:00[America/New_York]"
    })
    void usualDatesShouldBeRead(String text) {
        assertThat(AttributeDate.parse(text))
                .hasValue(ZonedDateTime.parse(text, DateTimeFormatter.ISO_DATE_TIME));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[UTC]",
                "2026-11-23",
                "2026-11-23T10:00:00",
                "2026-11-23T10:00:00[UTC]",
                "2026-11-23T10:00:00Z[UTC",
                "2026-11-23T10:00:00Z[]",
                "2026-11-23T10:00:00Z[Z]",
                "2026-11-23T10:00:00Z[UTC+01:00]",
                "2026-11-23T10:00:00Z[Nowhere/Land]",
                "2026-11-23T10:00:00+1[UTC",
                "2026-13-23T10:00:00Z"
            })
    void whatIsUnusualShouldBeLeftToJames(String text) {
        assertThat(AttributeDate.parse(text)).isEmpty();
    }
}
