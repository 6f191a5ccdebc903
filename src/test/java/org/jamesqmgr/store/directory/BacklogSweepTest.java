/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import org.jamesqmgr.store.directory.Audit.End;
import org.jamesqmgr.store.directory.FaultyFileOperations.Fault;
import org.jamesqmgr.store.directory.FaultyFileOperations.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes wrong while a store in use learns of its backlog, no promise is broken. */
@ExtendWith(SilentStore.class)
@Tag("Q3")
@Tag("Q7")
@Tag("Q8")
class BacklogSweepTest {

    private final Trial trial = Trial.of(Scenario::deepBacklog);

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "FAILS_HALF_WAY"})
    void oneFailingOperationShouldBreakNoPromise(Outcome outcome) {
        assertThat(trial.sweep(n -> trial.afterFailing(Fault.once(n, outcome)))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "FAILS_HALF_WAY"})
    void storeShouldNotNeedARestartAfterOneFailure(Outcome outcome) {
        assertThat(trial.sweep(n -> trial.whileRunning(Fault.once(n, outcome)))).isEmpty();
    }

    @Test
    void diskThatBreaksOrFillsUpShouldBreakNoPromise() {
        assertThat(trial.sweep(n -> trial.whileRunning(Fault.from(n)))).isEmpty();
        assertThat(trial.sweep(n -> trial.whileRunning(Fault.diskFullFrom(n)))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DIES", "DIES_HALF_WAY"})
    void killShouldBreakNoPromise(Outcome outcome) {
        assertThat(trial.sweep(n -> trial.afterKill(n, outcome))).isEmpty();
    }

    @Test
    void powerCutShouldBreakNoPromise() {
        assertThat(
                        trial.sweep(
                                n ->
                                        trial.afterPowerCut(
                                                n,
                                                Outcome.DIES,
                                                End.POWER_CUT,
                                                MemoryDisk.NOTHING_MORE)))
                .isEmpty();
    }
}
