/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.Attempts.delivered;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.Parallel;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two servers share the queues of one broker. */
@Tag("X1")
class SeveralServersTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension static final SharedQueues queues = SharedQueues.ofAllTests();

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private ArtemisMessageStore one;
    private ArtemisMessageStore other;

    @BeforeEach
    void open() throws Exception {
        one = queues.open("mx1", clock);
        other = queues.open("mx2", clock);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void contentWithoutAMessageShouldBeSweptWhenItIsOld() throws Exception {
        QueueId orphan = accept(one);
        QueueId held = accept(one);
        one.hold(held, "wait");
        QueueId inWork = accept(one);
        one.claim(inWork);
        queues.orphan(orphan);

        queues.open("mx3", clock).close();
        assertThat(queues.hasContent(orphan)).as("it might be new").isTrue();
        clock.setInstant(Instant.now().plus(Duration.ofDays(1)));
        queues.open("mx3", clock).close();

        assertThat(queues.hasContent(orphan)).isFalse();
        assertThat(queues.hasContent(held)).isTrue();
        assertThat(queues.hasContent(inWork)).isTrue();
    }

    @Test
    @Tag("Q1")
    void serverThatWasTakenForDeadShouldLoseNothingWhenItGoesOn() throws Exception {
        QueueId id = accept(one);
        queues.takeForDead("mx1", clock);

        MessageLease lease = one.claim(id).orElseThrow();

        assertThat(lease.content().open().readAllBytes()).asString(US_ASCII).isEqualTo("content");
        lease.defer(lease.message().status().deferred(START.plusSeconds(60), "later"));
        assertThat(one.find(id).orElseThrow().queue()).isEqualTo(QueueName.DEFERRED);
        eventually(() -> other.find(id).isPresent());
    }

    @Test
    @Tag("Q1")
    void whatAnotherServerHasShouldSurviveTheDeletionOfAll() throws Exception {
        QueueId inWork = accept(one);
        QueueId waiting = accept(one);
        eventually(() -> other.count(SPOOL) == 2);
        MessageLease lease = other.claim(inWork).orElseThrow();

        // It may not have heard of the claim yet.
        long removed = one.removeAll(SPOOL);

        assertThat(removed).isEqualTo(1);
        assertThat(one.find(waiting)).isEmpty();
        eventually(() -> !queues.hasContent(waiting));
        assertThat(lease.content().open().readAllBytes()).asString(US_ASCII).isEqualTo("content");
        lease.complete();
    }

    @Test
    void whatOneServerDeletesWithAllOthersShouldBeGoneInTheOther() throws Exception {
        accept(one);
        accept(one);
        eventually(() -> other.count(SPOOL) == 2);

        one.removeAll(SPOOL);

        eventually(() -> other.count(SPOOL) == 0);
        assertThat(other.counts().get(QueueName.INCOMING)).isZero();
    }

    @Test
    @Tag("A2")
    void whatIsDeletedTogetherShouldBeGoneEverywhere() throws Exception {
        QueueId inWork = accept(one);
        QueueId waiting = accept(one);
        QueueId deferred = accept(one);
        MessageLease lease = one.claim(deferred).orElseThrow();
        lease.defer(lease.message().status().deferred(START.plusSeconds(60), "later"));
        eventually(() -> other.counts().get(QueueName.DEFERRED) == 1);
        MessageLease otherLease = other.claim(inWork).orElseThrow();

        // It may not have heard of the claim yet.
        Set<QueueId> gone = one.removeTogether(List.of(inWork, waiting, deferred));

        assertThat(gone).containsExactlyInAnyOrder(waiting, deferred);
        eventually(() -> !queues.hasContent(waiting) && !queues.hasContent(deferred));
        eventually(() -> other.count(SPOOL) == 1);
        assertThat(otherLease.content().open().readAllBytes())
                .asString(US_ASCII)
                .isEqualTo("content");
        assertThat(one.remove(inWork)).isEqualTo(OperatorResult.CLAIMED);
    }

    @Test
    @Tag("A3")
    void whatOneServerChangesTogetherShouldBeSoInTheOther() throws Exception {
        List<QueueId> all = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            all.add(acceptScheduled());
        }
        QueueId inWork = accept(one);
        eventually(() -> other.count(SPOOL) == 21);
        MessageLease lease = other.claim(inWork).orElseThrow();
        List<QueueId> wanted = new ArrayList<>(all);
        wanted.add(inWork);

        // It may not have heard of the claim yet.
        assertThat(one.holdTogether(wanted, "wait")).containsExactlyInAnyOrderElementsOf(all);
        eventually(() -> other.counts().get(QueueName.HOLD) == 20);
        assertThat(one.expireTogether(wanted)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(other.releaseTogether(wanted)).containsExactlyInAnyOrderElementsOf(all);
        eventually(() -> one.counts().get(QueueName.DEFERRED) == 20);
        assertThat(one.flushTogether(wanted, START)).containsExactlyInAnyOrderElementsOf(all);
        eventually(() -> other.counts().get(QueueName.INCOMING) == 20);

        assertThat(other.find(all.get(0)).orElseThrow().status().forcedExpire()).isTrue();
        assertThat(one.find(inWork).orElseThrow().queue()).isEqualTo(QueueName.ACTIVE);
        lease.complete();
        assertThat(one.removeTogether(wanted)).containsAll(all);
        eventually(() -> other.count(SPOOL) == 0);
    }

    @Test
    @Tag("Q8")
    void damagedMessageShouldBeSetAsideAmongManyThatAreHeld() throws Exception {
        QueueId whole = acceptScheduled();
        QueueId damaged = acceptScheduled();
        queues.damage(damaged);

        Set<QueueId> held = one.holdTogether(List.of(whole, damaged), "wait");

        assertThat(held).doesNotContain(damaged);
        assertThat(one.hold(damaged, "wait")).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(one.counts().get(QueueName.CORRUPT)).isEqualTo(1);
        if (!held.contains(whole)) {
            assertThat(one.hold(whole, "wait")).isEqualTo(OperatorResult.DONE);
        }
    }

    private QueueId acceptScheduled() throws MessageStoreException {
        return one.accept(
                EnvelopeBuilder.mail(SPOOL, START).notBefore(START.plusSeconds(5_000)).build(),
                out -> out.write("content".getBytes(US_ASCII)));
    }

    @Test
    void whatOneServerMakesDueWithAllOthersShouldBeDueInTheOther() throws Exception {
        acceptScheduled();
        eventually(() -> other.count(SPOOL) == 1);
        assertThat(other.claimNext(SPOOL, later())).isEmpty();

        one.flushAll(SPOOL, START);

        eventually(() -> other.counts().get(QueueName.INCOMING) == 1);
        assertThat(other.claimNext(SPOOL, later())).isPresent();
    }

    private QueueId accept(ArtemisMessageStore store) throws MessageStoreException {
        return store.accept(
                EnvelopeBuilder.mail(SPOOL, START).build(),
                out -> out.write("content".getBytes(US_ASCII)));
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }

    private static ClaimWindow later() {
        Instant time = START.plusSeconds(1_000);
        return new ClaimWindow(time, time, false);
    }

    @Test
    void messageShouldBeSeenByAllServers() throws Exception {
        QueueId id = accept(one);

        eventually(() -> other.count(SPOOL) == 1);

        assertThat(other.find(id)).isEqualTo(one.find(id)).isPresent();
        assertThat(other.content(other.find(id).orElseThrow()).open().readAllBytes())
                .asString(US_ASCII)
                .isEqualTo("content");
    }

    @Test
    void messageThatNobodyWantsShouldBeGivenToAnotherServer() throws Exception {
        QueueId id = accept(one);
        eventually(() -> other.count(SPOOL) == 1);

        MessageLease lease = other.claimNext(SPOOL, later()).orElseThrow();

        assertThat(lease.message().id()).isEqualTo(id);
        assertThat(one.claimNext(SPOOL, later())).isEmpty();
        lease.complete();
        eventually(() -> one.count(SPOOL) == 0);
        assertThat(one.find(id)).isEmpty();
    }

    @Test
    void messageInWorkElsewhereShouldBeShownAndLeftAlone() throws Exception {
        QueueId id = accept(one);
        eventually(() -> other.count(SPOOL) == 1);
        MessageLease lease = one.claim(id).orElseThrow();
        eventually(() -> other.counts().get(QueueName.ACTIVE) == 1);

        assertThat(other.find(id).orElseThrow().queue()).isEqualTo(QueueName.ACTIVE);
        assertThat(other.claim(id)).isEmpty();
        assertThat(other.remove(id)).isEqualTo(OperatorResult.CLAIMED);

        lease.defer(lease.message().status().deferred(START.plusSeconds(60), "later"));
        eventually(() -> other.counts().get(QueueName.DEFERRED) == 1);
        assertThat(other.remove(id)).isEqualTo(OperatorResult.DONE);
        eventually(() -> one.count(SPOOL) == 0);
    }

    @Test
    void whoWorksOnAMessageShouldBeKnownUntilThatEnds() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        other.listen(listener);
        QueueId id = accept(one);
        MessageLease lease = one.claim(id).orElseThrow();

        eventually(() -> other.worker(id).equals(Optional.of("mx1")));
        assertThat(one.worker(id)).isEmpty();
        listener.forget();
        lease.defer(lease.message().status().deferred(START.plusSeconds(60), "later"));

        eventually(() -> listener.endedElsewhereCalls().equals(List.of(id)));
        assertThat(other.worker(id)).isEmpty();
    }

    @Test
    void whatIsDoneShouldBeTold() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        QueueId id = accept(one);
        MessageLease lease = one.claim(id).orElseThrow();
        eventually(() -> other.worker(id).isPresent());
        other.listen(listener);

        lease.complete();

        eventually(() -> listener.endedElsewhereCalls().equals(List.of(id)));
        assertThat(other.worker(id)).isEmpty();
    }

    @Test
    @Tag("Q7")
    void endOfAServerShouldBeTheEndOfItsWork() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        QueueId id = accept(one);
        assertThat(one.claim(id)).isPresent();
        eventually(() -> other.worker(id).isPresent());
        other.listen(listener);

        one.die();

        eventually(() -> listener.endedElsewhereCalls().contains(id));
        assertThat(other.worker(id)).isEmpty();
        assertThat(other.remove(id)).isEqualTo(OperatorResult.DONE);
    }

    @Test
    void whoWasFasterShouldBeKnownWhenNobodyHasSaidSo() throws Exception {
        QueueId id = accept(one);
        eventually(() -> other.count(SPOOL) == 1);
        queues.claimSilently(id, "mx7.0000cafe");

        assertThat(other.claim(id)).isEmpty();

        assertThat(other.worker(id)).hasValue("another server");
        assertThat(other.remove(id)).isEqualTo(OperatorResult.CLAIMED);
        eventually(() -> other.worker(id).equals(Optional.of("mx7")));
        assertThat(other.find(id).orElseThrow().queue()).isEqualTo(QueueName.ACTIVE);
        assertThat(other.counts()).containsEntry(QueueName.ACTIVE, 1L);
    }

    @Test
    void whatHasVanishedShouldBeForgotten() throws Exception {
        QueueId id = accept(one);
        eventually(() -> other.count(SPOOL) == 1);
        RecordingStoreListener listener = new RecordingStoreListener();
        other.listen(listener);
        queues.orphan(id);

        assertThat(other.claim(id)).isEmpty();

        eventually(() -> listener.endedElsewhereCalls().contains(id));
        assertThat(other.remove(id)).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(other.count(SPOOL)).isZero();
    }

    @Test
    @Tag("A10")
    void standingOrdersShouldReachTheOtherServers() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        other.listen(listener);

        one.keepStandingOrders(List.of("smtp:"));

        eventually(() -> listener.orderChanges() == 1);
        assertThat(other.standingOrders()).containsExactly("smtp:");
    }

    @Test
    @Tag("A10")
    void standingOrdersOfWhichNobodyHeardShouldBeSeen() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        other.listen(listener);

        queues.orderSilently("smtp:");

        eventually(() -> listener.orderChanges() == 1);
        assertThat(other.standingOrders()).containsExactly("smtp:");
    }

    @Test
    @Tag("A10")
    void standingOrdersShouldNotUndoThoseThatAreNotKnownYet() throws Exception {
        Orders early = queues.orders();
        Orders late = queues.orders();
        early.keep(List.of("smtp:", "local:"));

        late.keep(List.of("spool:"));
        early.keep(List.of("local:"));

        assertThat(early.all()).containsExactlyInAnyOrder("local:", "spool:");
        assertThat(late.read()).isTrue();
        assertThat(late.read()).isFalse();
        assertThat(late.all()).isEqualTo(early.all());
    }

    @Test
    @Tag("A10")
    void standingOrdersGivenInTheSameMomentShouldAllBeKept() throws Exception {
        List<Orders> servers = List.of(queues.orders(), queues.orders(), queues.orders());

        Parallel.run(
                servers.size(),
                server -> {
                    for (int order = 0; order < 10; order++) {
                        List<String> more = new ArrayList<>(servers.get(server).all());
                        more.add("smtp:" + server + "-" + order + ".example");
                        servers.get(server).keep(more);
                    }
                });

        servers.get(0).read();
        assertThat(servers.get(0).all()).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void operatorsShouldActFromAnyServer() throws Exception {
        QueueId id = accept(one);

        assertThat(other.hold(id, "wait")).isEqualTo(OperatorResult.DONE);

        eventually(() -> one.counts().get(QueueName.HOLD) == 1);
        assertThat(one.claim(id)).isEmpty();
        assertThat(one.release(id)).isEqualTo(OperatorResult.DONE);
        eventually(() -> other.counts().get(QueueName.DEFERRED) == 1);
    }

    @Test
    @Tag("Q7")
    @Tag("Q11")
    void messagesOfADeadServerShouldBeTakenOverWithWhatBecameOfThem() throws Exception {
        QueueId claimed = accept(one);
        QueueId begun = accept(one);
        assertThat(one.claim(claimed)).isPresent();
        MessageLease lease = one.claim(begun).orElseThrow();
        lease.begin(START);
        lease.record(List.of(delivered(START, "recipient@target.example")));

        one.die();

        eventually(() -> other.counts().get(QueueName.INCOMING) == 2);
        assertThat(other.find(claimed).orElseThrow().status().crashes()).isZero();
        assertThat(other.find(begun).orElseThrow().status().crashes()).isEqualTo(1);
        assertThat(other.find(begun).orElseThrow().pendingRecipients()).isEmpty();
    }
}
