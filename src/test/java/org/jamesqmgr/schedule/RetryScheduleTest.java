/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {

    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    private static final RetrySchedule SCHEDULE = RetrySchedule.defaults();

    @ParameterizedTest(name = "queued for {0} s: next attempt in {1} s")
    @CsvSource({
        "0, 1000",
        "999, 1000",
        "1000, 1000",
        "1001, 1001",
        "3999, 3999",
        "4000, 4000",
        "4001, 4000",
        "1000000, 4000"
    })
    @Tag("D2")
    void nextAttemptShouldBeAsFarAsTheAgeWithinBounds(long age, long wait) {
        Instant now = CREATED.plusSeconds(age);

        assertThat(SCHEDULE.nextAttempt(CREATED, now)).isEqualTo(now.plusSeconds(wait));
    }

    @Test
    @Tag("D2")
    void waitsShouldAboutDouble() {
        List<Long> waits = new ArrayList<>();
        Instant now = CREATED;
        for (int attempt = 0; attempt < 6; attempt++) {
            Instant next = SCHEDULE.nextAttempt(CREATED, now);
            waits.add(Duration.between(now, next).toSeconds());
            now = next;
        }

        assertThat(waits).containsExactly(1000L, 1000L, 2000L, 4000L, 4000L, 4000L);
    }

    @Test
    @Tag("Q9")
    void messageFromTheFutureShouldCountAsNew() {
        Instant before = CREATED.minusSeconds(3600);

        assertThat(SCHEDULE.nextAttempt(CREATED, before)).isEqualTo(before.plusSeconds(1000));
        assertThat(SCHEDULE.expired(CREATED, before)).isFalse();
    }

    @Test
    void minimalBackoffOfZeroShouldAllowAnAttemptAtOnce() {
        RetrySchedule schedule =
                new RetrySchedule(Duration.ZERO, Duration.ofSeconds(4000), Duration.ofDays(5));

        assertThat(schedule.nextAttempt(CREATED, CREATED)).isEqualTo(CREATED);
    }

    @ParameterizedTest(name = "lifetime {0} s, age {1} s: expired {2}")
    @CsvSource({"0, 0, true", "10, 9, false", "10, 10, true", "10, 11, true"})
    @Tag("D4")
    void messageShouldExpireAtItsLifetime(long lifetime, long age, boolean expired) {
        RetrySchedule schedule =
                new RetrySchedule(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(lifetime));

        assertThat(schedule.expired(CREATED, CREATED.plusSeconds(age))).isEqualTo(expired);
    }

    @Test
    void contradictoryBoundsShouldBeRefused() {
        assertThatThrownBy(
                        () ->
                                new RetrySchedule(
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(1),
                                        Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT2S");
    }

    @Property
    void waitShouldNeverLeaveItsBounds(
            @ForAll @LongRange(min = -1_000_000, max = 1_000_000_000) long age) {
        Instant now = CREATED.plusSeconds(age);

        assertThat(Duration.between(now, SCHEDULE.nextAttempt(CREATED, now)))
                .isBetween(SCHEDULE.minimalBackoff(), SCHEDULE.maximalBackoff());
    }
}
