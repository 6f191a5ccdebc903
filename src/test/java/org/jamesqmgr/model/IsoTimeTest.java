/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK says what is right. */
@Tag("Q9")
class IsoTimeTest {

    @Provide
    Arbitrary<Instant> instants() {
        Arbitrary<Long> seconds =
                Arbitraries.oneOf(
                        Arbitraries.longs().between(-100_000_000_000L, 300_000_000_000L),
                        Arbitraries.longs().between(1_700_000_000L, 1_900_000_000L));
        Arbitrary<Integer> nanos =
                Combinators.combine(
                                Arbitraries.integers().between(0, 999),
                                Arbitraries.of(0, 1, 1_000, 1_000_000))
                        .as((number, unit) -> number * unit);
        Arbitrary<Integer> anyNanos = Arbitraries.integers().between(0, 999_999_999);
        return Combinators.combine(seconds, Arbitraries.oneOf(nanos, anyNanos))
                .as(Instant::ofEpochSecond);
    }

    @Property
    void timeShouldBeWrittenAndReadAsTheJdkDoes(@ForAll("instants") Instant time) {
        assertThat(IsoTime.format(time)).isEqualTo(time.toString());
        assertThat(IsoTime.parse(time.toString())).isEqualTo(time);
    }

    static Stream<Instant> limits() {
        return Stream.of(
                Instant.MIN,
                Instant.MAX,
                Instant.EPOCH,
                Instant.EPOCH.minusNanos(1),
                Instant.parse("2028-02-29T23:59:59.999999999Z"),
                Instant.parse("9999-12-31T23:59:59.999999999Z"),
                Instant.parse("9999-12-31T23:59:59.999999999Z").plusNanos(1));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void limitsShouldBeWrittenAndReadAsTheJdkDoes(Instant time) {
        timeShouldBeWrittenAndReadAsTheJdkDoes(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01T00:00:00.1Z",
                "2026-01-01T00:00:00.12345678Z",
                "2026-01-01T00:00:00z",
                "2026-01-01t00:00:00Z",
                "2026-01-01T24:00:00Z",
                "2026-12-31T23:59:60Z",
                "0000-01-01T00:00:00Z",
                "2026-01-01T00:00:00.Z",
                "-0001-01-01T00:00:00Z",
                "+10000-01-01T00:00:00Z"
            })
    void whatTheJdkReadsShouldBeRead(String text) {
        assertThat(IsoTime.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-01-01",
                "2026-01-01T00:00Z.",
                "2026-01-01T00:00:00.1234567890Z",
                "2026-01-01T00:00:00,1Z",
                "2026-01-01T00:00:0\u0661Z",
                "2026-13-01T00:00:00Z",
                "2026-02-29T00:00:00Z",
                "2026-01-01T25:00:00Z",
                "2026-01-01T00:60:00Z",
                "2026-01-01T00:00:61Z",
                "2026/01/01T00:00:00Z",
                "2026-01-01T00:00:00.12x4Z",
                "2026-01-01T00:00:00ZZ"
            })
    void whatIsNoInstantShouldBeRefused(String text) {
        assertThatThrownBy(() -> Instant.parse(text)).isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> IsoTime.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
