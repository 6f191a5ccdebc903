/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.schedule.ConcurrencyFeedback.Divisor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("T2")
class ConcurrencyWindowTest {

    private static final ConcurrencyFeedback ONE = ConcurrencyFeedback.constant(1);
    private static final ConcurrencyFeedback NTH = new ConcurrencyFeedback(1, Divisor.CONCURRENCY);
    private static final ConcurrencyFeedback ROOT =
            new ConcurrencyFeedback(1, Divisor.ROOT_OF_CONCURRENCY);

    private static TransportLimits limits(
            int processes,
            int initial,
            int limit,
            int cohorts,
            ConcurrencyFeedback positive,
            ConcurrencyFeedback negative) {
        return new TransportLimits(
                processes, initial, limit, cohorts, positive, negative, 50, Duration.ZERO);
    }

    /** {@code +}: a success with the window full; {@code -}: a failure; 0 is dead. */
    private static List<Integer> sizes(TransportLimits limits, String feedback) {
        ConcurrencyWindow window = new ConcurrencyWindow(limits);
        List<Integer> sizes = new ArrayList<>(List.of(window.size()));
        for (int i = 0; i < feedback.length(); i++) {
            if (feedback.charAt(i) == '+') {
                window.succeeded(window.size());
                sizes.add(window.size());
            } else {
                sizes.add(window.failed() ? 0 : window.size());
            }
        }
        return sizes;
    }

    @Test
    @Tag("D5")
    void failuresShouldShrinkTheWindowAsPostfixDoesUntilItIsDead() {
        assertThat(sizes(TransportLimits.defaults(), "---")).containsExactly(5, 3, 2, 0);
    }

    @Test
    @Tag("D5")
    void pseudoCohortsShouldAddUpAsPostfixLogsThem() {
        ConcurrencyWindow window = new ConcurrencyWindow(TransportLimits.defaults());
        List<Double> cohorts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            window.failed();
            cohorts.add(Math.round(window.failedCohorts() * 1e6) / 1e6);
        }

        assertThat(cohorts).containsExactly(0.2, 0.533333, 1.033333);
    }

    @Test
    void successesShouldGrowTheWindowUpToItsLimit() {
        assertThat(sizes(limits(100, 5, 8, 1, ONE, ONE), "+++++"))
                .containsExactly(5, 6, 7, 8, 8, 8);
    }

    @Test
    void windowWithoutLimitShouldGrowOn() {
        assertThat(sizes(limits(100, 5, 0, 1, ONE, ONE), "+".repeat(100)).get(100)).isEqualTo(105);
    }

    @ParameterizedTest(name = "window {0}, initial {1}, busy {2}: {3}")
    @CsvSource({"5, 5, 1, 6", "10, 5, 5, 10", "10, 5, 6, 11", "10, 1, 9, 10", "10, 1, 10, 11"})
    void windowThatIsNotUsedShouldNotGrow(int size, int initial, int busy, int grown) {
        ConcurrencyWindow window = new ConcurrencyWindow(limits(100, initial, 20, 1, ONE, ONE));
        while (window.size() < size) {
            window.succeeded(window.size());
        }

        window.succeeded(busy);

        assertThat(window.size()).isEqualTo(grown);
    }

    /** Down sooner than up: the first failure has no success to undo. */
    @Test
    void feedbackByConcurrencyShouldTakeAboutAWindowOfEvents() {
        assertThat(sizes(limits(100, 5, 20, 10, NTH, NTH), "+++++++++++"))
                .containsExactly(5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7);
        assertThat(sizes(limits(100, 5, 20, 10, NTH, NTH), "-----"))
                .containsExactly(5, 4, 4, 4, 3, 3);
    }

    @Test
    void feedbackByRootOfConcurrencyShouldBeInBetween() {
        assertThat(sizes(limits(100, 4, 20, 10, ROOT, ROOT), "++++"))
                .containsExactly(4, 4, 5, 5, 6);
    }

    @Test
    void noFeedbackShouldLeaveTheWindowAlone() {
        ConcurrencyFeedback none = ConcurrencyFeedback.constant(0);

        assertThat(sizes(limits(100, 5, 20, 10, none, none), "++--++--")).containsOnly(5);
    }

    @Test
    @Tag("D5")
    void tenCohortsShouldTakeTenWindowsOfFailures() {
        ConcurrencyFeedback none = ConcurrencyFeedback.constant(0);

        List<Integer> sizes = sizes(limits(100, 5, 20, 10, ONE, none), "-".repeat(50));

        assertThat(sizes.subList(0, 50)).containsOnly(5);
        assertThat(sizes.get(50)).isZero();
    }

    @Test
    @Tag("D5")
    void tenCohortsWithTheSuggestedFeedbackShouldShrinkTheWindowSlowly() {
        assertThat(sizes(limits(100, 5, 20, 10, NTH, NTH), "-".repeat(17)))
                .containsExactly(5, 4, 4, 4, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0);
    }

    @Test
    @Tag("D5")
    void successShouldForgetTheCohorts() {
        assertThat(sizes(limits(100, 5, 5, 1, ONE, ONE), "--+--"))
                .containsExactly(5, 3, 2, 3, 1, 0);
    }

    @Test
    @Tag("D5")
    void withoutCohortLimitNothingShouldDie() {
        assertThat(sizes(limits(100, 5, 20, 0, ONE, ONE), "-".repeat(50))).endsWith(1, 1, 1, 1);
    }

    @ParameterizedTest(name = "{0} processes, initial {1}, limit {2}: starts at {3}")
    @CsvSource({"100, 5, 20, 5", "100, 5, 2, 2", "3, 5, 20, 3", "100, 5, 0, 5", "2, 5, 3, 2"})
    void initialWindowShouldNotExceedLimitNorProcesses(
            int processes, int initial, int limit, int start) {
        assertThat(sizes(limits(processes, initial, limit, 1, ONE, ONE), ""))
                .containsExactly(start);
    }

    @Test
    void restartShouldTakeWhatIsInProgressElseTheInitialWindow() {
        ConcurrencyWindow window = new ConcurrencyWindow(TransportLimits.defaults());

        window.restart(3);
        assertThat(window.size()).isEqualTo(3);

        window.restart(0);
        assertThat(window.size()).isEqualTo(5);
    }

    @Test
    @Tag("T6")
    void rateDelayShouldMakeTheWindowOne() {
        TransportLimits limits =
                new TransportLimits(100, 5, 20, 0, ONE, ONE, 50, Duration.ofSeconds(1));

        assertThat(sizes(limits, "+++---")).containsOnly(1);
    }
}
