/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

    @ParameterizedTest(name = "{0} crashes: {1}")
    @CsvSource({"0, NORMAL", "1, NORMAL", "2, ALONE", "3, HOLD", "4, HOLD"})
    @Tag("Q11")
    void crashesShouldDecideTheTreatment(int crashes, CrashPolicy treatment) {
        assertThat(CrashPolicy.after(crashes)).isEqualTo(treatment);
    }

    @ParameterizedTest(name = "{0} refusals: held {1}")
    @CsvSource({"1, false", "2, false", "3, true", "4, true"})
    void thirdRefusalInARowShouldHold(int rejections, boolean held) {
        assertThat(RejectionPolicy.defaults().holds(rejections)).isEqualTo(held);
    }

    @ParameterizedTest(name = "limit {0}: a transport may take {1}")
    @CsvSource({"1, 1", "2, 1", "3, 1", "20000, 10000"})
    @Tag("Q5")
    void shareOfATransportShouldBeHalfButNeverNothing(int limit, int share) {
        assertThat(new ActiveLimits(limit, limit).share())
                .isEqualTo(new ActiveLimits(share, share));
    }
}
