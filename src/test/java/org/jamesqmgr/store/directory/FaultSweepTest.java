/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.jamesqmgr.store.directory.Audit.End;
import org.jamesqmgr.store.directory.FaultyFileOperations.Fault;
import org.jamesqmgr.store.directory.FaultyFileOperations.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong at whichever operation on files, no promise is broken. */
@ExtendWith(SilentStore.class)
@Tag("Q3")
@Tag("Q7")
@Tag("Q8")
class FaultSweepTest {

    private final Trial trial = trial();

    Trial trial() {
        return Trial.of(Scenario::run);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "FAILS_HALF_WAY"})
    void oneFailingOperationShouldBreakNoPromise(Outcome outcome) {
        assertThat(trial.sweep(n -> trial.afterFailing(Fault.once(n, outcome)))).isEmpty();
    }

    @Test
    void diskThatBreaksShouldBreakNoPromise() {
        assertThat(trial.sweep(n -> trial.afterFailing(Fault.from(n)))).isEmpty();
    }

    @Test
    void diskThatFillsUpShouldBreakNoPromise() {
        assertThat(trial.sweep(n -> trial.afterFailing(Fault.diskFullFrom(n)))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "FAILS_HALF_WAY"})
    void storeShouldNotNeedARestartAfterOneFailure(Outcome outcome) {
        assertThat(trial.sweep(n -> trial.whileRunning(Fault.once(n, outcome)))).isEmpty();
    }

    @Test
    void storeShouldNotNeedARestartWhenTheDiskIsRepaired() {
        assertThat(trial.sweep(n -> trial.whileRunning(Fault.from(n)))).isEmpty();
        assertThat(trial.sweep(n -> trial.whileRunning(Fault.diskFullFrom(n)))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DIES", "DIES_HALF_WAY"})
    void killShouldBreakNoPromise(Outcome outcome) {
        assertThat(trial.sweep(n -> trial.afterKill(n, outcome))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DIES", "DIES_HALF_WAY"})
    void powerCutShouldBreakNoPromise(Outcome outcome) {
        assertThat(
                        trial.sweep(
                                n ->
                                        trial.afterPowerCut(
                                                n,
                                                outcome,
                                                End.POWER_CUT,
                                                MemoryDisk.NOTHING_MORE)))
                .isEmpty();
    }

    @Test
    void powerCutAfterACleanStopShouldUndoNothing() {
        assertThat(trial.afterStopAndPowerCut()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void powerCutThatSparesSomeOfWhatWasNotForcedShouldBreakNoPromise(long seed) {
        assertThat(
                        trial.sweep(
                                n ->
                                        trial.afterPowerCut(
                                                n,
                                                Outcome.DIES_HALF_WAY,
                                                End.UNTIDY_POWER_CUT,
                                                some(new Random(seed * 10_000 + n)))))
                .isEmpty();
    }

    /** A message that is tried again and again collects many records, none of which is forced. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void powerCutInTheRecordsOfManyAttemptsShouldBreakNoPromise(long seed) {
        Trial attempts = Trial.of(FaultSweepTest::manyAttempts);
        assertThat(
                        attempts.sweep(
                                n ->
                                        attempts.afterPowerCut(
                                                n,
                                                Outcome.DIES_HALF_WAY,
                                                End.UNTIDY_POWER_CUT,
                                                some(new Random(seed * 10_000 + n)))))
                .isEmpty();
    }

    private static void manyAttempts(Customer customer) {
        customer.open();
        customer.accept(10);
        for (int attempt = 0; attempt < 12; attempt++) {
            customer.claim();
            customer.begin(0);
            customer.record(attempt);
            customer.defer(0, Duration.ZERO);
        }
        customer.claim();
        customer.replaceEnvelope(0);
        for (int attempt = 0; attempt < 12; attempt++) {
            customer.begin(0);
            customer.defer(0, Duration.ZERO);
            customer.claim();
        }
    }

    /** What went on is one record in the midst of others, none of which is forced. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void powerCutInWhatWentOnShouldBreakNoPromise(long seed) {
        Trial goingOn = Trial.of(FaultSweepTest::goingOn);
        assertThat(
                        goingOn.sweep(
                                n ->
                                        goingOn.afterPowerCut(
                                                n,
                                                Outcome.DIES_HALF_WAY,
                                                End.UNTIDY_POWER_CUT,
                                                some(new Random(seed * 10_000 + n)))))
                .isEmpty();
    }

    private static void goingOn(Customer customer) {
        customer.open();
        for (int header = 0; header < 3; header++) {
            customer.accept(10);
            customer.claim();
            customer.begin(header);
            customer.record(header);
            customer.goOn(header);
            customer.begin(header);
            customer.record(header + 1);
        }
        customer.replaceEnvelope(1);
        for (int attempt = 0; attempt < 6; attempt++) {
            customer.record(attempt);
            customer.defer(attempt, Duration.ZERO);
            customer.claim();
        }
    }

    private static IntUnaryOperator some(Random random) {
        return unsynced -> random.nextInt(unsynced + 1);
    }
}
