/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.james.core.MaybeSender;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mail that the engine delivers by itself, with an agent that does what the test says. */
class PushDeliveryTest extends QueueManagerFixture {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final TransportName SLOW = new TransportName("slow");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestAgent agent = new TestAgent(clock);
    private final RecordingFollowUp followUp = new RecordingFollowUp();
    private final AtomicReference<TransportName> route = new AtomicReference<>(SMTP);
    private TransportLimits limits = TransportLimits.defaults();
    private DeliveryPlan delivery;

    @BeforeEach
    void retryEverySecond() {
        settings =
                settings.withRetry(
                                new RetrySchedule(
                                        Duration.ofSeconds(1000),
                                        Duration.ofSeconds(4000),
                                        Duration.ofDays(5)))
                        .withQueueRunDelay(Duration.ofSeconds(10));
    }

    private void deliver() {
        start();
        delivery =
                DeliveryPlan.of(
                        List.of(
                                new PushTransport(SMTP, limits, agent),
                                new PushTransport(SLOW, limits, agent)),
                        (envelope, to) -> new Destination(route.get(), to.getDomain().asString()),
                        followUp);
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
    @Tag("T7")
    void deliveredMailShouldLeaveTheSystem() throws Exception {
        deliver();

        QueueId id = submit(outbound("a@x.example", "b@x.example").build());

        gone(id);
        assertThat(events.eventsOf(id))
                .containsExactly("accepted", "claimed", "attempted", "attempted", "done");
        assertThat(followUp.successes()).containsExactly("a@x.example", "b@x.example");
    }

    @Test
    @Tag("T7")
    void onlyTheDeferredRecipientShouldBeTriedAgain() throws Exception {
        agent.fate(address("b@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example", "c@x.example").build());
        QueuedMessage waiting = deferred(id);
        assertThat(waiting.pendingRecipients()).containsExactly(address("b@x.example"));
        assertThat(waiting.status().reason()).isEqualTo("later");
        assertThat(waiting.status().due()).isEqualTo(NOW.plusSeconds(1000));

        agent.works(address("b@x.example"));
        clock.pass(Duration.ofSeconds(1010));

        gone(id);
        assertThat(agent.requests()).hasSize(2);
        assertThat(agent.requests().get(1).recipients()).containsExactly(address("b@x.example"));
    }

    @Test
    @Tag("D1")
    void aFinalFailureShouldBeReportedAtOnceAndNeverBeDeferred() throws Exception {
        agent.fate(address("b@x.example"), "5.1.1", "no such user");
        deliver();

        QueueId id = submit(outbound("a@x.example", "b@x.example").build());

        gone(id);
        assertThat(followUp.failures()).containsExactly("b@x.example");
        assertThat(events.eventsOf(id)).doesNotContain("deferred");
    }

    @Test
    @Tag("D1")
    void aFailureThatCannotBeReportedShouldWaitAndNotBeTriedAgain() throws Exception {
        agent.fate(address("a@x.example"), "5.1.1", "no such user");
        followUp.breaks(true);
        deliver();
        QueueId id = submit(outbound("a@x.example").build());
        deferred(id);

        followUp.breaks(false);
        clock.pass(Duration.ofSeconds(1010));

        gone(id);
        assertThat(followUp.failures()).containsExactly("a@x.example");
        assertThat(agent.requests()).hasSize(1);
    }

    @Test
    @Tag("D11")
    void softBounceShouldDeferWhatFailedForGood() throws Exception {
        agent.fate(address("a@x.example"), "5.1.1", "no such user");
        deliver();
        queueManager.reconfigure(delivery.withSoftBounce(true));

        QueueId id = submit(outbound("a@x.example").build());

        assertThat(deferred(id).lastAttempt(address("a@x.example")).orElseThrow().outcome())
                .extracting(outcome -> outcome.status().code().asString())
                .isEqualTo("4.1.1");
        assertThat(followUp.failures()).isEmpty();
    }

    @Test
    @Tag("D4")
    void expiredMailShouldGoBackToItsSenderAfterOneMoreAttempt() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();

        QueueId id =
                submit(outbound("a@x.example").createdAt(NOW.minus(Duration.ofDays(6))).build());

        gone(id);
        assertThat(events.eventsOf(id))
                .containsExactly("accepted", "claimed", "attempted", "expired", "done");
        assertThat(followUp.failures()).containsExactly("a@x.example");
    }

    @Test
    @Tag("D4")
    void lifetimeZeroShouldMeanOneAttempt() throws Exception {
        settings =
                settings.withRetry(
                        new RetrySchedule(
                                Duration.ofSeconds(1000), Duration.ofSeconds(4000), Duration.ZERO));
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();

        QueueId id = submit(outbound("a@x.example").build());

        gone(id);
        assertThat(agent.requests()).hasSize(1);
    }

    @Test
    @Tag("D4")
    void reportsShouldHaveTheirOwnLifetime() throws Exception {
        settings = settings.withBounceLifetime(Duration.ofHours(1));
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        EnvelopeBuilder old = outbound("a@x.example").createdAt(NOW.minus(Duration.ofHours(2)));

        QueueId report = submit(old.from(MaybeSender.nullSender()).build());
        QueueId mail = submit(old.build());

        gone(report);
        deferred(mail);
    }

    @Test
    @Tag("D5")
    void aDeadDestinationShouldDeferItsWaitingMailWithoutAnAttempt() throws Exception {
        limits =
                new TransportLimits(
                        1, 1, 1, 1, limits.positive(), limits.negative(), 50, Duration.ZERO);
        agent.siteIsDown("4.4.1", "connect to x.example[192.0.2.1]:25: Connection refused");
        agent.block();
        deliver();
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(submit(outbound("a@x.example").build()));
        }
        soon(() -> assertThat(queueManager.inWork().get(SMTP)).isEqualTo(5));

        agent.letGo();

        for (QueueId id : ids) {
            deferred(id);
        }
        assertThat(agent.requests()).hasSize(1);
        assertThat(found(ids.get(4)).status().reason())
                .isEqualTo(
                        "delivery temporarily suspended: connect to x.example[192.0.2.1]:25:"
                                + " Connection refused");
    }

    @Test
    @Tag("D7")
    void flushShouldTryADeadDestinationAgain() throws Exception {
        limits =
                new TransportLimits(
                        1, 1, 1, 1, limits.positive(), limits.negative(), 50, Duration.ZERO);
        agent.siteIsDown("4.4.1", "refused");
        deliver();
        QueueId id = submit(outbound("a@x.example").build());
        deferred(id);
        agent.siteIsUp();

        queueManager.flush(SMTP);

        gone(id);
    }

    @Test
    @Tag("T9")
    void aChangedRouteShouldTakeEffectAtTheNextActivation() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = submit(outbound("a@x.example").build());
        deferred(id);

        queueManager.reconfigure(
                delivery.withRouter((envelope, to) -> new Destination(SLOW, "elsewhere")));
        agent.works(address("a@x.example"));
        queueManager.flush(SMTP);

        gone(id);
        assertThat(agent.requests().get(1).destination())
                .isEqualTo(new Destination(SLOW, "elsewhere"));
    }

    @Test
    @Tag("D8")
    void mailOfADeferredTransportShouldWaitUntilItIsFlushed() throws Exception {
        deliver();
        queueManager.reconfigure(delivery.withDeferTransports(Set.of(SMTP)));
        QueueId id = submit(outbound("a@x.example").build());
        assertThat(deferred(id).status().reason()).isEqualTo("deferred transport");
        assertThat(agent.requests()).isEmpty();

        queueManager.flush(SMTP);

        gone(id);
    }

    @Test
    @Tag("T1")
    void mailForATransportThatDoesNotExistShouldWait() throws Exception {
        route.set(new TransportName("gone"));
        deliver();

        QueueId id = submit(outbound("a@x.example").build());

        assertThat(deferred(id).status().reason()).isEqualTo("mail transport unavailable");
    }

    @Test
    @Tag("T3")
    void aLongListOfRecipientsShouldGoInGroups() throws Exception {
        limits =
                new TransportLimits(
                        100, 5, 20, 1, limits.positive(), limits.negative(), 3, Duration.ZERO);
        deliver();

        QueueId id =
                submit(
                        outbound(
                                        "1@x.eu", "2@x.eu", "3@x.eu", "4@x.eu", "5@x.eu", "6@x.eu",
                                        "7@x.eu", "8@x.eu")
                                .build());

        gone(id);
        assertThat(agent.requests())
                .extracting(request -> request.recipients().size())
                .containsExactlyInAnyOrder(3, 3, 2);
    }

    @Test
    @Tag("T2")
    void aDestinationShouldNeverGetMoreThanItsWindow() throws Exception {
        agent.block();
        deliver();
        for (int i = 0; i < 50; i++) {
            submit(outbound("a@x.example").build());
        }
        soon(() -> assertThat(agent.inside()).isEqualTo(5));

        agent.letGo();

        soon(() -> assertThat(memory.count(SMTP)).isZero());
        assertThat(agent.peak()).isBetween(5, 20);
    }

    @Test
    @Tag("Q5")
    void mailBehindADestinationWithItsShareShouldGetThrough() throws Exception {
        settings = settings.withLimits(new org.jamesqmgr.schedule.ActiveLimits(50, 50));
        agent.block();
        deliver();
        for (int i = 0; i < 200; i++) {
            submit(outbound("a@slow.example").build());
        }
        soon(() -> assertThat(agent.inside()).isEqualTo(5));

        QueueId other = submit(outbound("b@quick.example").build());

        soon(
                () ->
                        assertThat(agent.requests())
                                .anyMatch(request -> request.message().id().equals(other)));
        assertThat(queueManager.inWork().get(SMTP)).isLessThanOrEqualTo(11 + 64);
        agent.letGo();
        soon(() -> assertThat(memory.count(SMTP)).isZero());
    }

    @Test
    @Tag("Q8")
    void contentThatCannotBeReadShouldBeDeferred() throws Exception {
        agent.cannotRead();
        deliver();

        QueueId id = submit(outbound("a@x.example").build());

        assertThat(deferred(id).status().reason()).contains("unreadable mail queue entry");
    }

    @Test
    @Tag("Q7")
    void aCleanStopShouldWaitForDeliveriesAndGiveTheRestBack() throws Exception {
        agent.block();
        deliver();
        for (int i = 0; i < 20; i++) {
            submit(outbound("a@x.example").build());
        }
        soon(() -> assertThat(queueManager.inWork().get(SMTP)).isEqualTo(20));
        soon(() -> assertThat(agent.inside()).isEqualTo(5));
        int left = queueManager.drain(Duration.ofMillis(500));
        assertThat(left).isEqualTo(5);

        agent.letGo();

        assertThat(queueManager.drain(SOON)).isZero();
        assertThat(agent.requests()).hasSize(5);
        assertThat(memory.count(SMTP)).isEqualTo(15);
        assertThat(memory.counts()).containsEntry(QueueName.INCOMING, 15L);
    }

    @Test
    @Tag("Q7")
    void deliveriesThatAStopBreaksOffShouldBeGivenBackAndBlameNobody() throws Exception {
        agent.block();
        agent.breaksOffAs("4.4.2", "lost connection");
        agent.fate(address("done@x.example"), "2.0.0", "250 just in time");
        deliver();
        QueueId id = submit(outbound("a@x.example", "done@x.example").build());
        QueueId old =
                submit(outbound("b@x.example").createdAt(NOW.minus(Duration.ofDays(6))).build());
        soon(() -> assertThat(agent.inside()).isEqualTo(2));

        queueManager.close();

        memory = memory.afterKill();
        for (QueueId each : List.of(id, old)) {
            assertThat(found(each).queue()).isEqualTo(QueueName.INCOMING);
            assertThat(found(each).status().crashes()).isZero();
        }
        assertThat(found(id).pendingRecipients()).containsExactly(address("a@x.example"));
        assertThat(found(old).pendingRecipients()).containsExactly(address("b@x.example"));
        assertThat(found(old).history()).isEmpty();
        assertThat(followUp.failures()).isEmpty();
    }

    @Test
    @Tag("Q7")
    void outcomesShouldSurviveAKill() throws Exception {
        agent.fate(address("b@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example").build());
        deferred(id);

        QueuedMessage after = memory.afterKill().find(id).orElseThrow();

        assertThat(after.pendingRecipients()).containsExactly(address("b@x.example"));
        assertThat(after.history()).hasSize(2);
        assertThat(after.status().reason()).isEqualTo("later");
    }
}
