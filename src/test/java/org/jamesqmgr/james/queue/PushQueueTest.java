/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.core.MailAddress;
import org.apache.james.core.builder.MimeMessageBuilder;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.james.server.core.MailImpl;
import org.jamesqmgr.engine.DeliveryPlan;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.FollowUp;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.PushTransport;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.ConcurrencyFeedback;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.DeliveryAgent;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** A transport that the queue manager delivers for, as the mail queue that James's tools see. */
class PushQueueTest {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final MemoryMessageStore store = new MemoryMessageStore(clock);
    private final Site site = new Site();
    private final RecordingMetricFactory metrics = new RecordingMetricFactory();
    private final Transports transports = new Transports(Map.of(SMTP, AgentKind.SMTP));
    private QueueManager queueManager;
    private QmgrMailQueueFactory factory;
    private QmgrMailQueue queue;

    @BeforeEach
    void start() {
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ZERO);
        queueManager =
                QueueManager.start(
                        store, settings, clock, new DeliveryMetrics(transports, metrics));
        factory =
                new QmgrMailQueueFactory(
                        queueManager,
                        store,
                        transports,
                        new RawMailQueueItemDecoratorFactory(),
                        metrics,
                        new NoopGaugeRegistry(),
                        clock);
        queue = factory.createQueue(MailQueueName.of("smtp"));
    }

    @AfterEach
    void stop() {
        factory.stop();
    }

    @Test
    @Tag("A8")
    void deQueueShouldFailAtOnceAlreadyBeforeDeliveryIsStarted() {
        assertThatThrownBy(queue::deQueue)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "smtp is a transport of the queue manager, whose agent smtp delivers its mail;"
                                + " what delivers mail itself, as RemoteDelivery does, needs a mail queue"
                                + " of another name (not one of smtp)");
    }

    @Test
    @Tag("T10")
    void deQueueShouldWorkBesideForAQueueOfAnotherName() throws Exception {
        QmgrMailQueue outgoing = factory.createQueue(MailQueueName.of("outgoing"));
        outgoing.enQueue(mail());

        assertThat(Flux.from(outgoing.deQueue()).blockFirst(SOON).getMail().getName())
                .isEqualTo("mail");
    }

    @Test
    @Tag("D7")
    void flushShouldTryADeadDestinationAgain() throws Exception {
        site.isDown = true;
        queueManager.startDelivery(plan());
        queue.enQueue(mail());
        awaitDeferred();
        site.isDown = false;

        assertThat(queue.flush()).isEqualTo(1);

        awaitDelivered();
        assertThat(site.attempts).hasValue(2);
    }

    @Test
    @Tag("D8")
    void flushShouldDeliverTheMailOfADeferredTransport() throws Exception {
        queueManager.startDelivery(plan().withDeferTransports(Set.of(SMTP)));
        queue.enQueue(mail());
        assertThat(awaitDeferred().status().reason()).isEqualTo("deferred transport");
        assertThat(site.attempts).hasValue(0);

        assertThat(queue.flush()).isEqualTo(1);

        awaitDelivered();
    }

    @Test
    @Tag("A8")
    void mailShouldBeCountedWhicheverWayItComes() throws Exception {
        queueManager.startDelivery(plan());

        queue.enQueue(mail());
        queueManager.submit(
                new MailCodec().envelopeOf(mail(), SMTP, clock.instant(), Duration.ZERO),
                out -> out.write('x'),
                Provenance.UNKNOWN);
        awaitDelivered();

        assertThat(metrics.countFor("enqueuedMail:smtp")).isEqualTo(2);
        assertThat(metrics.countFor("dequeuedMail:smtp")).isEqualTo(2);
    }

    private DeliveryPlan plan() {
        ConcurrencyFeedback one = TransportLimits.defaults().positive();
        // Dead after the first failure.
        TransportLimits limits = new TransportLimits(1, 1, 1, 1, one, one, 50, Duration.ZERO);
        return DeliveryPlan.of(
                List.of(new PushTransport(SMTP, limits, site)),
                (envelope, to) -> new Destination(SMTP, to.getDomain().asString()),
                new Nothing());
    }

    private static MailImpl mail() throws Exception {
        return MailImpl.builder()
                .name("mail")
                .sender("sender@x.example")
                .addRecipient("a@y.example")
                .mimeMessage(MimeMessageBuilder.mimeMessageBuilder().setText("text"))
                .build();
    }

    private QueuedMessage awaitDeferred() {
        await().atMost(SOON).until(() -> only().queue() == QueueName.DEFERRED);
        return only();
    }

    private void awaitDelivered() {
        await().atMost(SOON).until(() -> queue.getSize() == 0);
    }

    private QueuedMessage only() {
        List<QueuedMessage> messages = store.list(SMTP).toList();
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    /** A destination that cannot be connected to, or takes everything. */
    private final class Site implements DeliveryAgent {

        private final AtomicInteger attempts = new AtomicInteger();
        private volatile boolean isDown;

        @Override
        public DeliveryReport deliver(DeliveryRequest request) {
            attempts.incrementAndGet();
            DeliveryStatus status =
                    isDown
                            ? DeliveryStatus.local("4.4.1", "connection refused")
                            : DeliveryStatus.local("2.0.0", "250 ok");
            return new DeliveryReport(
                    request.recipients().stream().map(to -> attempt(to, status)).toList(),
                    isDown ? Optional.of(status) : Optional.empty());
        }

        private Attempt attempt(MailAddress recipient, DeliveryStatus status) {
            return Attempt.immediate(clock.instant(), RecipientOutcome.of(recipient, status));
        }
    }

    private static final class Nothing implements FollowUp {

        @Override
        public void undeliverable(QueuedMessage message, Content content, List<Attempt> failures) {
            throw new AssertionError("nothing fails for good here");
        }

        @Override
        public void delayed(QueuedMessage message, Content content, List<Attempt> deferrals) {
            throw new AssertionError("nothing is late here");
        }

        @Override
        public void delivered(QueuedMessage message, Content content, List<Attempt> deliveries) {}
    }
}
