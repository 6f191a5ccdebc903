/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Q9")
class ClockWatchTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SettableClock clock = new SettableClock(NOW);
    private long nanos;
    private final ClockWatch watch = new ClockWatch(clock, () -> nanos);

    @Test
    void timeThatPassesShouldBeNoJump() {
        pass(HOUR);

        assertThat(watch.jump()).isEmpty();
    }

    @Test
    void correctionOfSecondsShouldBeNoJump() {
        clock.pass(Duration.ofSeconds(10));

        assertThat(watch.jump()).isEmpty();
    }

    @Test
    void jumpForwardShouldBeMeasured() {
        pass(HOUR);
        clock.pass(Duration.ofMinutes(1));

        assertThat(watch.jump()).contains(Duration.ofMinutes(1));
    }

    @Test
    void jumpBackShouldBeNegativeAndToldOnce() {
        clock.pass(Duration.ofMinutes(-1));

        assertThat(watch.jump()).contains(Duration.ofMinutes(-1));
        pass(HOUR);
        assertThat(watch.jump()).isEmpty();
    }

    @Test
    void jumpSeenWhileAnAgeWasAskedForShouldStillBeTold() {
        clock.pass(HOUR);
        watch.nowFor(NOW);

        assertThat(watch.jump()).contains(HOUR);
    }

    @Test
    void messageShouldNotAgeByAJump() {
        pass(HOUR);
        clock.pass(Duration.ofDays(3650));
        pass(HOUR);

        assertThat(Duration.between(NOW, watch.nowFor(NOW))).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void messageCreatedAfterAJumpShouldAgeAsUsual() {
        clock.pass(Duration.ofDays(3650));
        Instant created = clock.instant();
        watch.jump();
        pass(HOUR);

        assertThat(Duration.between(created, watch.nowFor(created))).isEqualTo(HOUR);
    }

    @Test
    void messageShouldAgeByNeitherOfTwoJumps() {
        clock.pass(HOUR);
        watch.jump();
        pass(HOUR);
        clock.pass(HOUR);

        assertThat(Duration.between(NOW, watch.nowFor(NOW))).isEqualTo(HOUR);
    }

    @Test
    void jumpBackShouldMakeNobodyOlder() {
        pass(HOUR);
        clock.pass(HOUR.negated());

        assertThat(watch.nowFor(NOW)).isEqualTo(NOW);
    }

    private void pass(Duration time) {
        clock.pass(time);
        nanos += time.toNanos();
    }
}
