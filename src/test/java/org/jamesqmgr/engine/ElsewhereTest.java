/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.engine.Operator.Outcome;
import org.jamesqmgr.engine.Operator.Renewed;
import org.jamesqmgr.engine.Operator.Requeued;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What operators do here to what other servers have in work, and there to what this one has. */
@Tag("X1")
class ElsewhereTest extends QueueManagerFixture {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestAgent agent = new TestAgent(clock);
    private final RecordingFollowUp followUp = new RecordingFollowUp();

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).untilAsserted(assertion);
    }

    private Operator operator() {
        return queueManager.operator();
    }

    /** Nobody takes this mail here. */
    private MessageLease claimedElsewhere() throws Exception {
        QueueId id = submit();
        MessageLease lease = memory.claim(id).orElseThrow();
        store.worksElsewhere(id, "mx2");
        return lease;
    }

    private QueueId idOf(MessageLease lease) {
        return lease.message().id();
    }

    private void defer(MessageLease lease) throws Exception {
        lease.defer(lease.message().status().deferred(NOW.plusSeconds(1_000), "later"));
        store.endsElsewhere(idOf(lease));
    }

    /** What was ordered before has been looked at; one is after the other. */
    private void hasLooked() throws Exception {
        MessageLease probe = claimedElsewhere();
        operator().delete(idOf(probe));
        defer(probe);
        soon(() -> assertThat(memory.find(idOf(probe))).isEmpty());
    }

    @Test
    @Tag("A2")
    void messageShouldBeDeletedWhenAnotherServerHasEndedItsDelivery() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);

        assertThat(operator().delete(id)).isEqualTo(Outcome.LATER);
        hasLooked();
        assertThat(operator().worker(id)).hasValue("mx2");
        assertThat(operator().intended(id)).hasValue("deleted");
        assertThat(memory.find(id)).isPresent();
        defer(lease);

        soon(() -> assertThat(memory.find(id)).isEmpty());
        soon(() -> assertThat(operator().intended(id)).isEmpty());
        assertThat(events.eventsOf(id)).contains("deleted");
    }

    @Test
    @Tag("A3")
    void messageShouldBeHeldWhenAnotherServerHasEndedItsDelivery() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);

        assertThat(operator().hold(id, "by hand")).isEqualTo(Outcome.LATER);
        hasLooked();
        defer(lease);

        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.HOLD));
        assertThat(found(id).status().reason()).isEqualTo("by hand");
        soon(() -> assertThat(operator().intended(id)).isEmpty());
    }

    @Test
    @Tag("A3")
    void messageThatIsToBeHeldAndToExpireShouldBeHeldAsExpired() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);

        assertThat(operator().expire(id)).isEqualTo(Outcome.LATER);
        assertThat(operator().hold(id, "by hand")).isEqualTo(Outcome.LATER);
        defer(lease);

        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.HOLD));
        soon(() -> assertThat(found(id).status().forcedExpire()).isTrue());
    }

    @Test
    @Tag("A3")
    void releaseShouldTakeBackAHoldThatIsStillToCome() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);
        operator().hold(id, "by hand");

        assertThat(operator().release(id)).isEqualTo(Outcome.DONE);
        assertThat(operator().intended(id)).isEmpty();
        defer(lease);

        hasLooked();
        assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED);
    }

    @Test
    @Tag("A2")
    void expiredMessageShouldBeReturnedWithoutWaitingForItsNextAttempt() throws Exception {
        start();
        deliver();
        QueueId id =
                memory.accept(
                        EnvelopeBuilder.mail(SMTP, NOW)
                                .to("a@x.example")
                                .notBefore(NOW.plusSeconds(5_000))
                                .build(),
                        out -> out.write('x'));
        MessageLease lease = memory.claim(id).orElseThrow();
        store.worksElsewhere(id, "mx2");

        assertThat(operator().expire(id)).isEqualTo(Outcome.LATER);
        defer(lease);

        soon(() -> assertThat(followUp.failures()).containsExactly("a@x.example"));
        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(agent.requests()).isEmpty();
    }

    @Test
    @Tag("A2")
    void messageShouldBeRequeuedWhenAnotherServerHasEndedItsDelivery() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);

        Requeued requeued =
                operator()
                        .requeue(
                                id,
                                "anew",
                                (old, content) ->
                                        new Renewed(
                                                old.envelope(),
                                                out -> out.write('y'),
                                                Provenance.UNKNOWN));
        assertThat(requeued.outcome()).isEqualTo(Outcome.LATER);
        defer(lease);

        soon(() -> assertThat(memory.find(id)).isEmpty());
        assertThat(memory.count(SPOOL)).isEqualTo(1);
        assertThat(events.eventsOf(id)).contains("requeued");
    }

    @Test
    @Tag("A2")
    void wishShouldStayWhileTheMessageIsClaimedAgain() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);
        operator().delete(id);
        hasLooked();

        lease.defer(lease.message().status().deferred(NOW, "later"));
        MessageLease again = memory.claim(id).orElseThrow();
        store.worksElsewhere(id, "mx3");
        hasLooked();
        assertThat(operator().intended(id)).hasValue("deleted");
        defer(again);

        soon(() -> assertThat(memory.find(id)).isEmpty());
    }

    @Test
    @Tag("A2")
    void wishShouldBeForgottenWhenTheMessageIsDone() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);
        operator().hold(id, "by hand");
        hasLooked();

        lease.complete();
        store.endsElsewhere(id);

        soon(() -> assertThat(operator().intended(id)).isEmpty());
        assertThat(events.eventsOf(id)).doesNotContain("held");
    }

    @Test
    @Tag("A2")
    void deletionShouldStandWhateverIsWantedNext() throws Exception {
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);
        operator().delete(id);

        assertThat(operator().hold(id, "by hand")).isEqualTo(Outcome.OTHERWISE);
        defer(lease);

        soon(() -> assertThat(memory.find(id)).isEmpty());
    }

    @Test
    @Tag("A2")
    void wishShouldHoldForTheWorkOfThisServerIfThatHasTheMessageNext() throws Exception {
        start();
        deliver();
        agent.block();
        agent.fate(address("a@x.example"), "4.2.0", "later");
        QueueId id =
                memory.accept(
                        EnvelopeBuilder.mail(SMTP, NOW)
                                .to("a@x.example")
                                .notBefore(NOW.plusSeconds(5_000))
                                .build(),
                        out -> out.write('x'));
        MessageLease lease = memory.claim(id).orElseThrow();
        store.worksElsewhere(id, "mx2");
        operator().hold(id, "by hand");
        hasLooked();

        lease.defer(lease.message().status().deferred(NOW, "later"));
        queueManager.flush(SMTP);
        soon(() -> assertThat(agent.requests()).hasSize(1));
        store.endsElsewhere(id);
        soon(() -> assertThat(operator().intended(id)).hasValue("put on hold"));
        agent.letGo();

        soon(() -> assertThat(found(id).queue()).isEqualTo(QueueName.HOLD));
    }

    @Test
    @Tag("A2")
    void whatTheStoreCouldNotDoShouldBeDoneAtTheNextQueueRun() throws Exception {
        settings = settings.withQueueRunDelay(Duration.ofSeconds(10));
        start();
        MessageLease lease = claimedElsewhere();
        QueueId id = idOf(lease);
        operator().delete(id);
        store.failRemovals(true);
        defer(lease);
        int refused = store.refusals();
        store.endsElsewhere(id);
        soon(() -> assertThat(store.refusals()).isGreaterThan(refused));

        store.failRemovals(false);
        clock.pass(Duration.ofSeconds(20));

        soon(() -> assertThat(memory.find(id)).isEmpty());
    }

    private void deliver() {
        queueManager.startDelivery(
                DeliveryPlan.of(
                        List.of(new PushTransport(SMTP, TransportLimits.defaults(), agent)),
                        (envelope, to) -> new Destination(SMTP, to.getDomain().asString()),
                        followUp));
    }

    @Test
    @Tag("A10")
    void whatAnotherServerSuspendsShouldStayWhereItIsUntilItResumesIt() throws Exception {
        start();
        deliver();
        store.orderElsewhere(List.of("smtp:"));
        assertThat(queueManager.suspensions()).containsExactly(Suspension.parse("smtp:"));
        QueueId id = submit(EnvelopeBuilder.mail(SMTP, NOW).to("a@x.example").build());
        subscribe(consumer, 1);
        submit();
        consumer.nextId();
        assertThat(found(id).queue()).isEqualTo(QueueName.INCOMING);

        store.orderElsewhere(List.of());

        soon(() -> assertThat(agent.requests()).hasSize(1));
    }

    @Test
    @Tag("A10")
    void ordersThatAreNotUnderstoodShouldChangeNothing() throws Exception {
        start();
        queueManager.suspend(Suspension.EVERYTHING);

        store.orderElsewhere(List.of("what a later version has"));

        assertThat(queueManager.suspensions()).containsExactly(Suspension.EVERYTHING);
    }
}
