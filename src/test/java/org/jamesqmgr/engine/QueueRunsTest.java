/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Lanes;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class QueueRunsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final QueueRuns runs = new QueueRuns(clock, EngineSettings.defaults());

    @Test
    @Tag("D3")
    void queueRunShouldBeDueAtTheStartAndThenAtEachDelay() {
        assertThat(runs.due(NOW)).isTrue();
        runs.run(NOW);
        assertThat(runs.due(NOW)).isFalse();
        assertThat(runs.due(NOW.plusSeconds(999))).isFalse();
        assertThat(runs.due(NOW.plusSeconds(1000))).isTrue();
    }

    @Test
    @Tag("Q9")
    void queueRunShouldBeDueWhenTheClockWasSetBack() {
        runs.run(NOW);

        assertThat(runs.due(NOW.minusSeconds(1))).isTrue();
    }

    @Test
    void runsShouldFollowQuicklyWithoutBackoff() {
        QueueRuns quick =
                new QueueRuns(
                        clock,
                        EngineSettings.defaults()
                                .withRetry(
                                        new RetrySchedule(
                                                Duration.ZERO,
                                                Duration.ofSeconds(1),
                                                Duration.ZERO)));
        quick.run(NOW);

        assertThat(quick.due(NOW.plus(QueueRuns.QUICK_RUN_DELAY))).isTrue();
    }

    @Test
    @Tag("D3")
    void windowShouldReachToNowAndToTheLastRun() {
        runs.run(NOW);
        clock.pass(Duration.ofSeconds(7));

        assertThat(runs.window(true, Lanes.ALL_OPEN))
                .isEqualTo(new ClaimWindow(NOW.plusSeconds(7), NOW, true));
    }

    @Test
    @Tag("D9")
    void waitShouldEndExactlyAtTheNextScheduledTime() {
        runs.run(NOW);

        assertThat(runs.scheduledCameDue(Optional.of(NOW.plusMillis(1234)), NOW)).isFalse();
        assertThat(runs.quiet(NOW)).isEqualTo(Duration.ofMillis(1234));
    }

    @Test
    @Tag("D3")
    void waitShouldEndAtTheNextRunWhenNothingIsScheduledBefore() {
        runs.run(NOW);
        runs.scheduledCameDue(Optional.of(NOW.plusSeconds(5000)), NOW);

        assertThat(runs.quiet(NOW)).isEqualTo(Duration.ofSeconds(1000));
    }

    @Test
    @Tag("D9")
    void scheduledTimeShouldComeDueOnceThoughTheStoreNamesTheNextOneByThen() {
        Optional<Instant> later = Optional.of(NOW.plusSeconds(9));
        runs.scheduledCameDue(Optional.of(NOW.plusSeconds(1)), NOW);

        assertThat(runs.scheduledCameDue(later, NOW.plusSeconds(1))).isTrue();
        assertThat(runs.scheduledCameDue(later, NOW.plusSeconds(2))).isFalse();
    }

    @Test
    @Tag("D9")
    void scheduledTimeThatPassesWhileItIsAskedForShouldComeDue() {
        runs.scheduledCameDue(Optional.empty(), NOW);
        Optional<Instant> justNow = Optional.of(NOW.plusNanos(1));

        assertThat(runs.scheduledCameDue(justNow, NOW.plusNanos(2))).isTrue();
    }
}
