/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.engine.Operator.Outcome;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator does to messages that are in work, and what he suspends. */
class OperatorTest extends QueueManagerFixture {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestAgent agent = new TestAgent(clock);
    private final RecordingFollowUp followUp = new RecordingFollowUp();

    @BeforeEach
    void retryLater() {
        settings =
                settings.withRetry(
                                new RetrySchedule(
                                        Duration.ofSeconds(1000),
                                        Duration.ofSeconds(4000),
                                        Duration.ofDays(5)))
                        .withQueueRunDelay(Duration.ofSeconds(10));
    }

    /** One delivery at a time, so that the second message waits for its turn. */
    private void deliver() {
        start();
        queueManager.startDelivery(
                DeliveryPlan.of(
                        List.of(new PushTransport(SMTP, limits(1), agent)),
                        (envelope, to) -> new Destination(SMTP, to.getDomain().asString()),
                        followUp));
    }

    private static TransportLimits limits(int processes) {
        TransportLimits usual = TransportLimits.defaults();
        return new TransportLimits(
                processes,
                1,
                1,
                usual.failedCohorts(),
                usual.positive(),
                usual.negative(),
                usual.recipientLimit(),
                usual.rateDelay());
    }

    private QueueId send(String... recipients) throws Exception {
        return submit(EnvelopeBuilder.mail(SMTP, clock.instant()).to(recipients).build());
    }

    /** Past its lifetime: its next failure is its last. */
    private QueueId sendOld(String... recipients) throws Exception {
        return submit(
                EnvelopeBuilder.mail(SMTP, NOW.minus(Duration.ofDays(6))).to(recipients).build());
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).untilAsserted(assertion);
    }

    private void isUnderWay(int deliveries) {
        soon(() -> assertThat(agent.requests()).hasSize(deliveries));
    }

    private void waitsForItsTurn(QueueId id) {
        soon(() -> assertThat(queueManager.openDeliveries(id)).isNotEmpty());
    }

    private Operator operator() {
        return queueManager.operator();
    }

    @Test
    @Tag("A2")
    void messageThatWaitsForItsTurnShouldBeDeletedAtOnce() throws Exception {
        agent.block();
        deliver();
        send("a@x.example");
        isUnderWay(1);
        QueueId waiting = send("b@x.example");
        waitsForItsTurn(waiting);

        assertThat(operator().delete(waiting)).isEqualTo(Outcome.DONE);

        assertThat(memory.find(waiting)).isEmpty();
        agent.letGo();
        soon(() -> assertThat(queueManager.inWork()).isEmpty());
        assertThat(agent.requests()).hasSize(1);
        assertThat(events.eventsOf(waiting)).contains("deleted").doesNotContain("done");
    }

    @Test
    @Tag("A3")
    void messageThatWaitsForItsTurnShouldBeHeldAtOnce() throws Exception {
        agent.block();
        deliver();
        send("a@x.example");
        isUnderWay(1);
        QueueId waiting = send("b@x.example");
        waitsForItsTurn(waiting);

        assertThat(operator().hold(waiting, "by hand")).isEqualTo(Outcome.DONE);

        assertThat(found(waiting).queue()).isEqualTo(QueueName.HOLD);
        assertThat(found(waiting).status().reason()).isEqualTo("by hand");
    }

    @Test
    @Tag("A2")
    void deferralShouldNotUndoADeletion() throws Exception {
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        isUnderWay(1);

        assertThat(operator().delete(id)).isEqualTo(Outcome.LATER);
        assertThat(memory.find(id)).isPresent();
        agent.letGo();

        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(events.eventsOf(id)).contains("deleted").doesNotContain("deferred");
    }

    @Test
    @Tag("A2")
    void deletionShouldStandWhateverIsWantedNext() throws Exception {
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        isUnderWay(1);
        operator().delete(id);

        assertThat(operator().hold(id, "by hand")).isEqualTo(Outcome.OTHERWISE);
        assertThat(operator().delete(id)).isEqualTo(Outcome.LATER);
        assertThat(operator().intended(id)).hasValue("deleted");
        agent.letGo();

        soon(() -> assertThat(memory.find(id)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("A3")
    void mailThatIsToBeHeldAndToExpireShouldBeHeldAsExpired(boolean holdFirst) throws Exception {
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        isUnderWay(1);
        List<Callable<Outcome>> wishes =
                List.of(() -> operator().hold(id, "by hand"), () -> operator().expire(id));

        assertThat(wishes.get(holdFirst ? 0 : 1).call()).isEqualTo(Outcome.LATER);
        assertThat(wishes.get(holdFirst ? 1 : 0).call()).isEqualTo(Outcome.LATER);
        agent.letGo();

        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.HOLD));
        assertThat(found(id).status().forcedExpire()).isTrue();
        assertThat(found(id).status().reason()).isEqualTo("by hand");
        assertThat(followUp.failures()).isEmpty();
    }

    @Test
    @Tag("A3")
    void releaseShouldTakeBackAHoldThatIsStillToCome() throws Exception {
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        isUnderWay(1);
        operator().hold(id, "by hand");

        assertThat(operator().release(id)).isEqualTo(Outcome.DONE);
        assertThat(operator().intended(id)).isEmpty();
        agent.letGo();

        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED));
    }

    @Test
    @Tag("A3")
    void messageShouldBeHeldWhenItsDeliveryHasEnded() throws Exception {
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        isUnderWay(1);

        assertThat(operator().hold(id, "by hand")).isEqualTo(Outcome.LATER);
        agent.letGo();

        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.HOLD));
        assertThat(found(id).lastAttempt(address("a@x.example"))).isPresent();
    }

    @Test
    @Tag("A3")
    void whatHasNotBegunShouldNotBeginWhileTheRestIsUnderWay() throws Exception {
        agent.block();
        deliver();
        QueueId id = send("a@x.example", "b@y.example");
        isUnderWay(1);

        assertThat(operator().hold(id, "by hand")).isEqualTo(Outcome.LATER);
        agent.letGo();

        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.HOLD));
        assertThat(agent.requests()).hasSize(1);
        assertThat(found(id).pendingRecipients()).hasSize(1);
        assertThat(followUp.successes()).hasSize(1);
    }

    @Test
    @Tag("A2")
    void messageThatIsDeliveredShouldBeDoneWhateverWasWanted() throws Exception {
        agent.block();
        deliver();
        QueueId id = send("a@x.example");
        isUnderWay(1);
        operator().hold(id, "by hand");
        agent.letGo();

        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(events.eventsOf(id)).contains("done");
    }

    @Test
    @Tag("A2")
    void deletedMailShouldNotBeReturnedForItsAge() throws Exception {
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = sendOld("a@x.example");
        isUnderWay(1);
        operator().delete(id);
        agent.letGo();

        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(followUp.failures()).isEmpty();
    }

    @Test
    @Tag("A2")
    void expiredMailShouldBeReturnedWithItsReasonAndWithoutAnAttempt() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED));

        assertThat(operator().expire(id)).isEqualTo(Outcome.DONE);
        assertThat(memory.find(id)).isPresent();
        queueManager.flush(id);

        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(followUp.failures()).containsExactly("a@x.example");
        assertThat(agent.requests()).hasSize(1);
        assertThat(events.eventsOf(id)).contains("expired");
    }

    @Test
    @Tag("A2")
    void expiryShouldOutliveARestart() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED));
        operator().expire(id);
        restart();

        deliver();
        queueManager.flush(id);

        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(followUp.failures()).containsExactly("a@x.example");
        assertThat(agent.requests()).hasSize(1);
    }

    private void restart() throws Exception {
        queueManager.close();
        memory = memory.afterClose();
        store = new FailingMessageStore(memory);
    }

    @Test
    @Tag("A2")
    void expiredMailUnderWayShouldBeReturnedAtItsFailure() throws Exception {
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = send("a@x.example");
        isUnderWay(1);

        assertThat(operator().expire(id)).isEqualTo(Outcome.LATER);
        agent.letGo();

        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(followUp.failures()).containsExactly("a@x.example");
    }

    @Test
    @Tag("A2")
    void expiredMailThatWaitsForItsTurnShouldBeReturnedAtOnce() throws Exception {
        agent.block();
        deliver();
        send("a@x.example");
        isUnderWay(1);
        QueueId waiting = send("b@x.example");
        waitsForItsTurn(waiting);

        assertThat(operator().expire(waiting)).isEqualTo(Outcome.DONE);

        assertThat(memory.find(waiting)).isEmpty();
        assertThat(followUp.failures()).containsExactly("b@x.example");
    }

    @Test
    @Tag("A2")
    void expiredMailOfThePipelineShouldBeReturnedInsteadOfRunningThere() throws Exception {
        deliver();
        QueueId unwanted = submit();
        QueueId next = submit();
        assertThat(operator().expire(unwanted)).isEqualTo(Outcome.DONE);

        subscribe(consumer, 1);

        assertThat(consumer.next().claimed().id()).isEqualTo(next);
        soon(() -> assertThat(memory.find(unwanted)).isEmpty());
        assertThat(followUp.failures()).hasSize(1);
        assertThat(events.eventsOf(unwanted)).contains("expired");
    }

    @Test
    @Tag("A2")
    void retryOfThePipelineShouldNotUndoADeletion() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();
        PulledMessage message = consumer.next();

        assertThat(operator().delete(id)).isEqualTo(Outcome.LATER);
        message.retry("later");

        assertThat(memory.find(id)).isEmpty();
        assertThat(queueManager.inWork()).isEmpty();
    }

    @Test
    @Tag("A2")
    void deletedMailShouldNotGoOnFromThePipeline() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();
        PulledMessage message = consumer.next();
        operator().delete(id);

        message.complete(List.of(handOver()));

        assertThat(memory.find(id)).isEmpty();
        assertThat(memory.transports()).isEmpty();
    }

    @Test
    @Tag("A3")
    void whatThePipelineMakesOfAMessageToBeHeldShouldBeHeld() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();
        PulledMessage message = consumer.next();
        operator().hold(id, "by hand");

        message.complete(List.of(handOver()));

        assertThat(memory.find(id)).isEmpty();
        assertThat(memory.list(OUTGOING).map(made -> made.queue())).containsExactly(QueueName.HOLD);
    }

    private HandOver handOver() {
        return new HandOver(
                EnvelopeBuilder.mail(OUTGOING, NOW).build(),
                out -> out.write('x'),
                Provenance.UNKNOWN);
    }

    @Test
    @Tag("A2")
    void messageShouldBeDeletedOnceWhenTwoAdministratorsDoIt() throws Exception {
        start();
        List<QueueId> ids = submit(100);

        CompletableFuture<List<Outcome>> other =
                CompletableFuture.supplyAsync(() -> deleteAll(ids));
        List<Outcome> mine = deleteAll(ids);

        assertThat(memory.transports()).isEmpty();
        List<Outcome> all = new ArrayList<>(mine);
        all.addAll(other.get());
        assertThat(all).containsOnly(Outcome.DONE, Outcome.NOT_FOUND);
        assertThat(all).filteredOn(Outcome.DONE::equals).hasSize(100);
    }

    private List<Outcome> deleteAll(List<QueueId> ids) {
        return ids.stream().map(this::delete).toList();
    }

    private Outcome delete(QueueId id) {
        try {
            return operator().delete(id);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Tag("A2")
    void everyMessageShouldBeDeliveredOrDeletedWhileBothGoOn() throws Exception {
        agent.fate(address("b@x.example"), "4.2.0", "later");
        deliver();
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(send("a@x.example", "b@x.example"));
        }

        deleteAll(ids);

        soon(() -> assertThat(memory.transports()).isEmpty());
        soon(() -> assertThat(queueManager.inWork()).isEmpty());
    }

    @Test
    @Tag("A10")
    void mailOfASuspendedTransportShouldStayWhereItIsUntilResumed() throws Exception {
        deliver();
        Suspension smtp = Suspension.parse("smtp:");
        assertThat(queueManager.suspend(smtp)).isTrue();
        assertThat(queueManager.suspend(smtp)).isFalse();
        QueueId id = send("a@x.example");

        queueManager.flush();
        restart();
        deliver();
        clock.pass(Duration.ofSeconds(5000));
        queueManager.flush();

        assertThat(queueManager.suspensions()).containsExactly(smtp);
        assertThat(queueManager.suspension(found(id))).contains(smtp);
        assertThat(found(id).queue()).isEqualTo(QueueName.INCOMING);
        assertThat(agent.requests()).isEmpty();
        assertThat(queueManager.resume(smtp)).isTrue();
        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(queueManager.resume(smtp)).isFalse();
    }

    @Test
    @Tag("A10")
    void everythingSuspendedShouldStopThePipelineToo() throws Exception {
        start();
        subscribe(consumer, 10);
        queueManager.suspend(Suspension.EVERYTHING);
        QueueId id = submit();
        consumer.getsNothingFor(Duration.ofMillis(1500));

        queueManager.resume(Suspension.EVERYTHING);

        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    @Tag("A10")
    void mailForASuspendedDestinationShouldWaitAndNotExpire() throws Exception {
        deliver();
        queueManager.suspend(Suspension.parse("smtp:X.example"));
        QueueId id = sendOld("a@x.example", "b@y.example");
        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED));
        assertThat(found(id).status().reason()).isEqualTo("suspended by the administrator");
        assertThat(followUp.successes()).containsExactly("b@y.example");

        queueManager.flush();

        soon(() -> assertThat(found(id).status().attempts()).isGreaterThan(1));
        assertThat(followUp.failures()).isEmpty();
        queueManager.resume(Suspension.parse("smtp:x.example"));
        queueManager.flush();
        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(followUp.successes()).containsExactly("b@y.example", "a@x.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nsmtp:", "smtp:\nall", "two words:", "smtp:a b", "smtp", ":x"})
    @Tag("A10")
    void whatCannotBeKeptInALineShouldNotBeSuspended(String what) {
        assertThatThrownBy(() -> Suspension.parse(what))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("A10")
    void whatOnlyWaitsShouldGoBackWhenItsTransportIsSuspended() throws Exception {
        agent.block();
        deliver();
        QueueId underWay = send("a@x.example");
        isUnderWay(1);
        QueueId waiting = send("b@x.example");
        waitsForItsTurn(waiting);

        queueManager.suspend(Suspension.parse("smtp:"));

        soon(() -> assertThat(found(waiting).queue()).isEqualTo(QueueName.INCOMING));
        agent.letGo();
        soon(() -> assertThat(memory.find(underWay)).isEmpty());
        assertThat(agent.requests()).hasSize(1);
        queueManager.resume(Suspension.parse("smtp:"));
        soon(() -> assertThat(memory.find(waiting)).isEmpty());
    }

    @Test
    @Tag("A10")
    void whatCannotBeKeptShouldNotBeSuspended() throws Exception {
        start();
        store.fail(true);

        assertThatThrownBy(() -> queueManager.suspend(Suspension.EVERYTHING))
                .isInstanceOf(MessageStoreException.class);

        assertThat(queueManager.suspensions()).isEmpty();
    }
}
