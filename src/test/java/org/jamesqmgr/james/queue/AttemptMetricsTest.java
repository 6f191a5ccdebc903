/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.Attempts;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("X6")
class AttemptMetricsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final TransportName SMTP = new TransportName("smtp");
    private static final String TO = "recipient@target.example";

    private final RecordingMetricFactory factory = new RecordingMetricFactory();
    private final AttemptMetrics metrics = new AttemptMetrics(factory);
    private QueuedMessage message;

    @BeforeEach
    void accept() throws Exception {
        MemoryMessageStore store = new MemoryMessageStore(new SettableClock(NOW));
        QueueId id = store.accept(EnvelopeBuilder.mail(SMTP, NOW).build(), out -> out.write('x'));
        message = store.find(id).orElseThrow();
    }

    @Test
    void eachFateShouldBeCountedForTheTransportThatTried() {
        attempted(Attempts.deferred(NOW, TO, "450 4.2.0 later"));
        attempted(Attempts.deferred(NOW, TO, "450 4.2.0 later"));
        attempted(Attempts.delivered(NOW, TO));
        attempted(Attempts.bounced(NOW, TO));

        assertThat(factory.countFor("qmgr.deferred.smtp")).isEqualTo(2);
        assertThat(factory.countFor("qmgr.delivered.smtp")).isEqualTo(1);
        assertThat(factory.countFor("qmgr.bounced.smtp")).isEqualTo(1);
    }

    @Test
    void theDelayShouldCountFromTheArrivalToTheEndOfTheDelivery() {
        attempted(Attempts.deferred(NOW.plusSeconds(10), TO, "450 4.2.0 later"));
        attempted(Attempts.delivered(NOW.plusSeconds(1000), TO));

        assertThat(factory.countFor("qmgr.delay_milliseconds.smtp")).isEqualTo(1_000_128);
        assertThat(factory.countFor("qmgr.attempt_milliseconds.smtp")).isEqualTo(2 * 128);
    }

    @Test
    void aClockThatWasSetShouldNotMakeADelayNegative() {
        attempted(Attempts.delivered(NOW.minusSeconds(1000), TO));

        assertThat(factory.countFor("qmgr.delay_milliseconds.smtp")).isZero();
    }

    private void attempted(Attempt attempt) {
        metrics.attempted(message, SMTP, NOW, attempt, false);
    }
}
