/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.engine.Operator.Outcome;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.artemis.ArtemisMessageStore;
import org.jamesqmgr.store.artemis.SharedQueues;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.RecordingQueueEventListener;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two servers at one broker: one delivers, an operator sits at the other. */
@Tag("X1")
@Timeout(120)
class SharedEnginesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TransportName SMTP = new TransportName("smtp");
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension static final SharedQueues queues = SharedQueues.ofAllTests();

    private final SettableClock clock = new SettableClock(NOW);
    private final TestAgent agent = new TestAgent(clock);
    private ArtemisMessageStore store;
    private QueueManager desk;
    private QueueManager delivering;

    @BeforeEach
    void open() throws Exception {
        store = queues.open("mx1", clock);
        desk = start(store);
        delivering = start(queues.open("mx2", clock));
        delivering.startDelivery(
                DeliveryPlan.of(
                        List.of(new PushTransport(SMTP, TransportLimits.defaults(), agent)),
                        (envelope, to) -> new Destination(SMTP, to.getDomain().asString()),
                        new RecordingFollowUp()));
        agent.fate(address("a@x.example"), "4.2.0", "later");
    }

    private QueueManager start(ArtemisMessageStore shared) {
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ofMillis(100));
        return QueueManager.start(shared, settings, clock, new RecordingQueueEventListener());
    }

    @AfterEach
    void close() throws Exception {
        agent.letGo();
        desk.close();
        delivering.close();
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).untilAsserted(assertion);
    }

    private QueueId send() throws Exception {
        return delivering.submit(
                EnvelopeBuilder.mail(SMTP, NOW).to("a@x.example").build(),
                out -> out.write('x'),
                Provenance.UNKNOWN);
    }

    private QueueId underWay() throws Exception {
        agent.block();
        QueueId id = send();
        soon(() -> assertThat(agent.requests()).hasSize(1));
        soon(() -> assertThat(desk.operator().worker(id)).hasValue("mx2"));
        return id;
    }

    @Test
    @Tag("A2")
    void deferralByOneShouldNotUndoADeletionAtTheOther() throws Exception {
        QueueId id = underWay();

        assertThat(desk.operator().delete(id)).isEqualTo(Outcome.LATER);
        assertThat(store.find(id)).isPresent();
        agent.letGo();

        soon(() -> assertThat(store.find(id)).isEmpty());
        assertThat(agent.requests()).hasSize(1);
        soon(() -> assertThat(desk.operator().intended(id)).isEmpty());
    }

    @Test
    @Tag("A3")
    void messageShouldBeHeldWhenItsDeliveryAtTheOtherHasEnded() throws Exception {
        QueueId id = underWay();

        assertThat(desk.operator().hold(id, "by hand")).isEqualTo(Outcome.LATER);
        agent.letGo();

        soon(() -> assertThat(store.find(id).orElseThrow().queue()).isEqualTo(QueueName.HOLD));
        assertThat(store.find(id).orElseThrow().lastAttempt(address("a@x.example"))).isPresent();
    }

    @Test
    @Tag("A10")
    void whatIsSuspendedAtOneShouldNotBeDeliveredByTheOther() throws Exception {
        desk.suspend(Suspension.parse("smtp:"));
        soon(() -> assertThat(delivering.suspensions()).containsExactly(Suspension.parse("smtp:")));
        QueueId id = send();
        assertThat(delivering.suspension(store.find(id).orElseThrow())).isPresent();
        assertThat(agent.requests()).isEmpty();

        desk.resume(Suspension.parse("smtp:"));

        soon(() -> assertThat(agent.requests()).hasSize(1));
    }
}
