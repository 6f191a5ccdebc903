/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that dies while it recovers from its last death. */
@ExtendWith(SilentStore.class)
@Tag("Q7")
class RecoverySweepTest {

    private static final Trial TRIAL = Trial.of(Scenario::run);

    /** Kills that leave the disk in many different states, without taking all day. */
    static IntStream kills() {
        int operations = TRIAL.operations();
        return IntStream.concat(
                IntStream.iterate(150, n -> n < operations, n -> n + 37), IntStream.of(operations));
    }

    @ParameterizedTest
    @MethodSource("kills")
    void recoveryThatIsKilledAnywhereAndRunAgainShouldGiveTheSame(int kill) throws Exception {
        List<String> expected = TRIAL.recovered(kill, OptionalInt.empty());
        List<String> breaches = new ArrayList<>();
        for (int n = 1; n <= TRIAL.recoveryOperations(kill); n++) {
            breaches.addAll(TRIAL.afterKillInRecovery(kill, n));
            assertThat(TRIAL.recovered(kill, OptionalInt.of(n))).isEqualTo(expected);
        }
        assertThat(breaches).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kills")
    void powerCutDuringRecoveryShouldBreakNoPromise(int kill) {
        List<String> breaches = new ArrayList<>();
        for (int n = 1; n <= TRIAL.recoveryOperations(kill); n++) {
            breaches.addAll(TRIAL.afterPowerCutInRecovery(kill, n));
        }
        assertThat(breaches).isEmpty();
    }

    @Test
    void recoveryShouldHaveSomethingToDo() throws Exception {
        assertThat(TRIAL.recovered(TRIAL.operations(), OptionalInt.empty())).hasSizeGreaterThan(3);
    }
}
