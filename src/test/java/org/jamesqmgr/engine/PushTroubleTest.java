/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.ActiveLimits;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.transport.Router;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever breaks, a message that is being delivered is neither lost nor stuck nor doubled. */
class PushTroubleTest extends QueueManagerFixture {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final TransportName SLOW = new TransportName("slow");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestAgent agent = new TestAgent(clock);
    private final RecordingFollowUp followUp = new RecordingFollowUp();
    private final TransportLimits limits = TransportLimits.defaults();
    private Router router = (envelope, to) -> new Destination(SMTP, to.getDomain().asString());
    private DeliveryPlan delivery;

    private void deliver() {
        deliver(followUp, events);
    }

    private void deliver(FollowUp after, QueueEventListener listener) {
        start(listener);
        delivery =
                DeliveryPlan.of(
                        List.of(
                                new PushTransport(SMTP, limits, agent),
                                new PushTransport(SLOW, limits, agent)),
                        (envelope, to) -> router.route(envelope, to),
                        after);
        queueManager.startDelivery(delivery);
    }

    private EnvelopeBuilder outbound(String... recipients) {
        return EnvelopeBuilder.mail(SMTP, clock.instant()).to(recipients);
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).untilAsserted(assertion);
    }

    private void gone(QueueId id) {
        soon(() -> assertThat(memory.find(id)).isEmpty());
    }

    private QueuedMessage deferred(QueueId id) throws Exception {
        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED));
        return found(id);
    }

    @Test
    @Tag("Q7")
    void anAgentThatDiesOfAnErrorShouldDeferTheMessage() throws Exception {
        agent.isBroken(new NoClassDefFoundError("org/example/Missing"));
        deliver();
        QueueId id = submit(outbound("a@x.example").build());
        assertThat(deferred(id).status().reason()).contains("mail transport failed");

        agent.isMended();
        queueManager.flush(SMTP);

        gone(id);
    }

    @Test
    @Tag("Q7")
    void aRouteThatCannotBeFoundShouldDeferOnlyTheRecipientItIsFor() throws Exception {
        Router whole = router;
        router =
                (envelope, to) -> {
                    if (to.getDomain().asString().startsWith("bad")) {
                        throw new IllegalArgumentException("no route");
                    }
                    return whole.route(envelope, to);
                };
        deliver();

        QueueId both = submit(outbound("a@x.example", "b@bad.example").build());
        QueueId one = submit(outbound("b@bad.example").build());

        assertThat(deferred(both).pendingRecipients()).containsExactly(address("b@bad.example"));
        assertThat(deferred(one).status().reason()).contains("no route");
        gone(submit(outbound("c@x.example").build()));
    }

    @Test
    @Tag("Q7")
    void aReportThatDiesOfAnErrorShouldDeferTheMessageAndBeMadeLater() throws Exception {
        agent.fate(address("a@x.example"), "5.1.1", "no such user");
        followUp.isDefective(new StackOverflowError());
        deliver();
        QueueId id = submit(outbound("a@x.example").build());
        deferred(id);

        followUp.isMended();
        queueManager.flush(SMTP);

        gone(id);
        assertThat(followUp.failures()).containsExactly("a@x.example");
        assertThat(agent.requests()).hasSize(1);
    }

    @Test
    @Tag("B2")
    void aReportShouldBeMadeOnceHoweverOftenTheEndIsTried() throws Exception {
        agent.fate(address("a@x.example"), "5.1.1", "no such user");
        store.failEndings(true);
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example").build());
        soon(() -> assertThat(store.refusals()).isGreaterThanOrEqualTo(2));

        store.failEndings(false);

        gone(id);
        assertThat(followUp.failures()).containsExactly("a@x.example");
        assertThat(followUp.successes()).containsExactly("b@x.example");
    }

    @Test
    @Tag("D4")
    void expiredMailShouldBeReturnedOnceHoweverOftenTheEndIsTried() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        store.failEndings(true);
        deliver();
        QueueId id =
                submit(outbound("a@x.example").createdAt(NOW.minus(Duration.ofDays(6))).build());
        soon(() -> assertThat(store.refusals()).isGreaterThanOrEqualTo(2));

        store.failEndings(false);

        gone(id);
        assertThat(followUp.failures()).containsExactly("a@x.example");
    }

    @Test
    @Tag("Q7")
    void whatAStopBreaksOffShouldNotBeDeliveredTwiceNorForgotten() throws Exception {
        router =
                (envelope, to) ->
                        new Destination(
                                to.getDomain().asString().startsWith("later") ? SLOW : SMTP,
                                to.getDomain().asString());
        agent.block();
        deliver();
        List<QueueId> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            others.add(submit(outbound("o@later.example").build()));
        }
        soon(() -> assertThat(agent.inside()).isEqualTo(5));
        QueueId id = submit(outbound("a@x.example", "b@later.example").build());
        soon(() -> assertThat(agent.inside()).isEqualTo(6));
        store.failRecords(true);
        queueManager.drain(Duration.ZERO);

        agent.letGo();
        soon(() -> assertThat(store.refusals()).isPositive());
        store.failRecords(false);

        assertThat(queueManager.drain(SOON)).isZero();
        assertThat(found(id).pendingRecipients()).containsExactly(address("b@later.example"));
        assertThat(found(id).queue()).isEqualTo(QueueName.INCOMING);
        assertThat(followUp.successes()).contains("a@x.example");
        assertThat(others).allSatisfy(other -> assertThat(memory.find(other)).isEmpty());
    }

    @Test
    @Tag("Q7")
    void aListenerThatDiesShouldNotStopTheEngine() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        QueueEventListener listener =
                new QueueEventListener() {
                    @Override
                    public void destinationDead(
                            Destination destination, DeliveryStatus reason, Instant until) {
                        throw new AssertionError("a defect");
                    }

                    @Override
                    public void claimed(QueuedMessage message) {
                        if (broken.getAndSet(false)) {
                            throw new AssertionError("a defect");
                        }
                    }
                };
        agent.siteIsDown("4.4.1", "refused");
        deliver(followUp, listener);
        QueueId id = submit(outbound("a@x.example").build());
        deferred(id);
        agent.siteIsUp();

        gone(submit(outbound("b@y.example").build()));
    }

    @Test
    @Tag("T1")
    void aTransportThatIsTakenAwayShouldDeferWhatWaitsForIt() throws Exception {
        router = (envelope, to) -> new Destination(SLOW, to.getDomain().asString());
        agent.block();
        deliver();
        for (int i = 0; i < 8; i++) {
            submit(outbound("a@x.example").build());
        }
        soon(() -> assertThat(agent.inside()).isEqualTo(5));
        soon(() -> assertThat(queueManager.inWork()).containsEntry(SMTP, 8));

        queueManager.reconfigure(
                DeliveryPlan.of(
                        List.of(new PushTransport(SMTP, limits, agent)),
                        (envelope, to) -> new Destination(SMTP, to.getDomain().asString()),
                        followUp));
        agent.letGo();

        soon(() -> assertThat(queueManager.inWork()).isEmpty());
        assertThat(memory.counts()).containsEntry(QueueName.DEFERRED, 3L);
    }

    @Test
    @Tag("Q5")
    void reportsThatTakeLongShouldNotLetTheActiveQueueGrow() throws Exception {
        settings = settings.withLimits(new ActiveLimits(20, 1000));
        CountDownLatch gate = new CountDownLatch(1);
        FollowUp slow =
                new FollowUp() {
                    @Override
                    public void undeliverable(
                            QueuedMessage message, Content content, List<Attempt> failures) {
                        awaitQuietly(gate);
                    }

                    @Override
                    public void delayed(
                            QueuedMessage message, Content content, List<Attempt> deferrals) {}

                    @Override
                    public void delivered(
                            QueuedMessage message, Content content, List<Attempt> deliveries) {}
                };
        agent.fate(address("a@x.example"), "5.1.1", "no such user");
        deliver(slow, events);
        for (int i = 0; i < 100; i++) {
            submit(outbound("a@x.example").build());
        }
        soon(() -> assertThat(agent.requests()).hasSizeGreaterThanOrEqualTo(10));

        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> queueManager.inWork().get(SMTP) <= 10);
        gate.countDown();
        soon(() -> assertThat(memory.count(SMTP)).isZero());
    }

    @Test
    @Tag("D8")
    void aSiteThatIsFlushedShouldTakeAllItsMailHoweverMuch() throws Exception {
        deliver();
        queueManager.reconfigure(delivery.withDeferTransports(Set.of(SMTP)));
        int messages = 1200;
        for (int i = 0; i < messages; i++) {
            submit(outbound("a@x.example").build());
        }
        soon(() -> assertThat(memory.counts()).containsEntry(QueueName.DEFERRED, 1200L));
        clock.runs(Duration.ofNanos(1000));

        assertThat(queueManager.flushSite("x.example")).isEqualTo(messages);

        soon(() -> assertThat(memory.count(SMTP)).isZero());
    }

    @Test
    @Tag("D8")
    void messagesThatAreFlushedOneByOneShouldAllBeTaken() throws Exception {
        deliver();
        queueManager.reconfigure(delivery.withDeferTransports(Set.of(SMTP)));
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            ids.add(submit(outbound("a@x.example").build()));
        }
        soon(() -> assertThat(memory.counts()).containsEntry(QueueName.DEFERRED, 1200L));
        agent.block();
        clock.runs(Duration.ofNanos(1000));

        for (QueueId id : ids) {
            queueManager.flush(id);
        }

        agent.letGo();
        soon(() -> assertThat(memory.count(SMTP)).isZero());
    }

    @Test
    @Tag("Q11")
    void aSuspectShouldNotWaitForARemoteThatTakesItsTime() throws Exception {
        QueueId suspect = crasher(2);
        agent.block();
        deliver();
        submit(outbound("a@slow.example").build());
        soon(() -> assertThat(agent.inside()).isEqualTo(1));

        subscribe(consumer, 1);

        assertThat(consumer.nextId()).isEqualTo(suspect);
        submit(outbound("b@other.example").build());
        soon(() -> assertThat(agent.inside()).isEqualTo(2));
    }

    @Test
    @Tag("D9")
    void aSiteThatIsFlushedShouldLeaveScheduledMailAlone() throws Exception {
        deliver();
        QueueId id = submit(outbound("a@x.example").notBefore(NOW.plusSeconds(60)).build());

        assertThat(queueManager.flushSite("x.example")).isZero();

        assertThat(found(id).status().due()).isEqualTo(NOW.plusSeconds(60));
    }
}
