/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearMissTest {
    @ParameterizedTest
    @CsvSource({
        "minimum_backoff_time, minimal_backoff_time",
        "min_backoff_time, minimal_backoff_time",
        "maximum_backoff_time, maximal_backoff_time",
        "max_queue_lifetime, maximal_queue_lifetime",
        "queue_run_delays, queue_run_delay",
        "queue_rundelay, queue_run_delay",
        "run_queue_delay, queue_run_delay",
        "QUEUE_RUN_DELAY, queue_run_delay",
        "queueRunDelay, queue_run_delay",
        "queue-run-delay, queue_run_delay",
        "qmgr_active_limit, qmgr_message_active_limit",
        "message_recipient_limit, qmgr_message_recipient_limit",
        "queue_dir, queue_directory",
        "queue_min, queue_minfree",
        "notify_class, notify_classes",
        "2bounce_recipient, 2bounce_notice_recipient",
        "stor, store",
        "stopTimeout, stop_timeout",
    })
    void ofShouldGuessTheNameMeant(String typed, String meant) {
        assertThat(NearMiss.of(typed, Parameters.names())).containsExactly(meant);
    }

    @Test
    void ofShouldNameAllGuessesThatAreEquallyGood() {
        assertThat(NearMiss.of("backoff_time", Parameters.names()))
                .containsExactly("minimal_backoff_time", "maximal_backoff_time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailetcontainer", "x", "_", "", "relay_domains", "\u00fc\u00fc\u00fc"})
    void ofShouldNotGuessWhenNothingIsLikeIt(String typed) {
        assertThat(NearMiss.of(typed, Parameters.names())).isEmpty();
    }

    @Test
    void ofShouldNotSpendTimeOnMonsters() {
        assertThat(NearMiss.of("queue_run_delay".repeat(1_000_000), Parameters.names())).isEmpty();
    }
}
