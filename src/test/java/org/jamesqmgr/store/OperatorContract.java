/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an operator does to one message: delete, flush, hold, release. */
public interface OperatorContract extends StoreUnderTest {

    QueueId UNKNOWN = new QueueId(1, 1);

    // Delete

    @Test
    @Tag("A2")
    default void removeShouldDeleteNewMail() throws Exception {
        assertRemoved(accept(newMail()));
    }

    @Test
    @Tag("A2")
    default void removeShouldDeleteScheduledMail() throws Exception {
        assertRemoved(accept(scheduledMail(60)));
        assertThat(store().nextScheduled()).isEmpty();
    }

    @Test
    @Tag("A2")
    default void removeShouldDeleteDeferredMail() throws Exception {
        assertRemoved(acceptDeferred(60));
    }

    @Test
    @Tag("A2")
    default void removeShouldDeleteHeldMail() throws Exception {
        assertRemoved(acceptHeld(newMail()));
    }

    @Test
    @Tag("A2")
    default void removeShouldDeleteSuspects() throws Exception {
        assertRemoved(acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES));
        assertThat(store().suspects()).isEmpty();
    }

    @Test
    @Tag("A2")
    default void removeShouldLeaveOtherMailAlone() throws Exception {
        QueueId other = accept(newMail());
        QueueId id = accept(newMail());

        assertThat(store().remove(id)).isEqualTo(OperatorResult.DONE);

        assertThat(listed(SPOOL)).containsExactly(other);
    }

    @Test
    default void removeShouldNotDeleteClaimedMail() throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);

        assertThat(store().remove(id)).isEqualTo(OperatorResult.CLAIMED);

        assertThat(read(lease.content())).isNotEmpty();
        lease.giveBack();
        assertThat(drain(late())).containsExactly(id);
    }

    @Test
    default void removeShouldNotFindWhatIsNotThere() throws Exception {
        QueueId completed = accept(newMail());
        claim(completed).complete();
        QueueId removed = accept(newMail());
        assertThat(store().remove(removed)).isEqualTo(OperatorResult.DONE);

        assertThat(store().remove(UNKNOWN)).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(store().remove(completed)).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(store().remove(removed)).isEqualTo(OperatorResult.NOT_FOUND);
    }

    @Test
    @Tag("A2")
    default void whatIsRemovedTogetherShouldBeGoneAndTheRestAsItWas() throws Exception {
        QueueId first = accept(newMail());
        QueueId claimed = accept(newMail());
        MessageLease lease = claim(claimed);
        QueueId held = accept(newMail());
        store().hold(held, "wait");
        QueueId unknown = accept(newMail());
        store().remove(unknown);
        List<QueueId> all = List.of(first, claimed, held, unknown);

        Set<QueueId> gone = store().removeTogether(all);

        assertThat(gone).isSubsetOf(first, held);
        for (QueueId id : all) {
            boolean there = !gone.contains(id) && !id.equals(unknown);
            assertThat(store().find(id).isPresent()).isEqualTo(there);
        }
        assertThat(read(lease.content())).isNotEmpty();
        assertThat(store().removeTogether(List.of())).isEmpty();
    }

    @Test
    @Tag("A3")
    default void whatIsHeldTogetherShouldBeOnHoldAndTheRestAsItWas() throws Exception {
        QueueId fresh = accept(newMail());
        QueueId deferred = acceptDeferred(1_000);
        QueueId claimed = accept(newMail());
        claim(claimed);
        QueueId unknown = accept(newMail());
        store().remove(unknown);
        MessageStatus before = statusOf(deferred);

        Set<QueueId> held =
                store().holdTogether(List.of(fresh, deferred, claimed, unknown), "wait");

        assertThat(held).isSubsetOf(fresh, deferred);
        assertThat(statusOf(deferred))
                .isEqualTo(held.contains(deferred) ? before.because("wait") : before);
        assertThat(onHold()).isEqualTo(held);
        reopenAfterKill();
        assertThat(onHold()).isEqualTo(held);
        assertThat(store().holdTogether(List.of(), "wait")).isEmpty();
    }

    @Test
    @Tag("A3")
    default void whatIsReleasedTogetherShouldWaitAndTheRestStayOnHold() throws Exception {
        QueueId fresh = acceptHeld(newMail());
        QueueId deferred = acceptDeferred(1_000);
        store().hold(deferred, "wait");
        QueueId kept = acceptHeld(newMail());
        QueueId other = acceptDeferred(1_000);

        Set<QueueId> released = store().releaseTogether(List.of(fresh, deferred, other));

        assertThat(released).isSubsetOf(fresh, deferred);
        Set<QueueId> stillHeld = new HashSet<>(Set.of(fresh, deferred, kept));
        stillHeld.removeAll(released);
        assertThat(onHold()).isEqualTo(stillHeld);
        assertThat(drain(noQueueRun(500))).doesNotContain(deferred);
        reopenAfterKill();
        assertThat(onHold()).isEqualTo(stillHeld);
    }

    @Test
    @Tag("A2")
    default void whatIsExpiredTogetherShouldBeMarkedAndWaitAsBefore() throws Exception {
        QueueId deferred = acceptDeferred(1_000);
        QueueId held = acceptHeld(newMail());
        QueueId other = acceptDeferred(1_000);

        Set<QueueId> marked = store().expireTogether(List.of(deferred, held));

        assertThat(marked).isSubsetOf(deferred, held);
        reopenAfterKill();
        for (QueueId id : List.of(deferred, held, other)) {
            assertThat(statusOf(id).forcedExpire()).isEqualTo(marked.contains(id));
        }
        assertThat(onHold()).containsExactly(held);
        assertThat(peek(noQueueRun(500))).isEmpty();
    }

    @Test
    @Tag("D7")
    default void whatIsFlushedTogetherShouldBeDueAndTheRestWait() throws Exception {
        QueueId deferred = acceptDeferred(1_000);
        QueueId scheduled = accept(scheduledMail(1_000));
        QueueId held = acceptHeld(newMail());
        QueueId other = acceptDeferred(1_000);
        MessageStatus before = statusOf(deferred);

        Set<QueueId> due = store().flushTogether(List.of(deferred, scheduled, held), at(30));

        assertThat(due).isSubsetOf(deferred, scheduled);
        assertThat(statusOf(deferred))
                .isEqualTo(due.contains(deferred) ? before.flushed(at(30)) : before);
        assertThat(listed(SPOOL)).contains(deferred, scheduled, held, other);
        assertThat(Set.copyOf(drain(noQueueRun(30)))).isEqualTo(due);
    }

    private Set<QueueId> onHold() throws Exception {
        return Set.copyOf(store().ids(Set.of(QueueName.HOLD), Optional.empty(), 1_000));
    }

    @Test
    default void removeAllShouldDeleteWhateverIsNeitherClaimedNorOnHold() throws Exception {
        accept(newMail());
        acceptDeferred(60);
        accept(scheduledMail(60));
        QueueId held = acceptHeld(newMail());
        QueueId claimed = accept(newMail());
        claim(claimed);
        QueueId other = accept(mail(SMTP, START));

        assertThat(store().removeAll(SPOOL)).isEqualTo(3);

        assertThat(listed(SPOOL)).containsExactlyInAnyOrder(held, claimed);
        assertThat(listed(SMTP)).containsExactly(other);
        reopenAfterKill();
        assertThat(listed(SPOOL)).containsExactlyInAnyOrder(held, claimed);
        assertThat(store().removeAll(SPOOL)).isEqualTo(1);
        assertThat(store().removeAll(SPOOL)).isZero();
    }

    private void assertRemoved(QueueId id) throws Exception {
        assertThat(store().remove(id)).isEqualTo(OperatorResult.DONE);

        assertThat(store().find(id)).isEmpty();
        assertThat(store().claim(id)).isEmpty();
        assertThat(listed(SPOOL)).isEmpty();
        assertThat(store().count(SPOOL)).isZero();
        assertThat(store().transports()).isEmpty();
        assertThat(store().counts().values()).containsOnly(0L);
        reopenAfterKill();
        assertThat(store().find(id)).isEmpty();
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
    }

    // Flush

    @Test
    @Tag("D7")
    default void flushShouldMakeDeferredMailDueWithoutAQueueRun() throws Exception {
        QueueId id = acceptDeferred(1_000);
        MessageStatus before = statusOf(id);

        assertThat(store().flush(id, at(30))).isEqualTo(OperatorResult.DONE);

        assertThat(statusOf(id)).isEqualTo(before.flushed(at(30)));
        assertThat(peek(noQueueRun(30))).contains(id);
    }

    @Test
    @Tag("D7")
    default void flushedMailShouldWaitInIncoming() throws Exception {
        QueueId id = acceptDeferred(1_000);

        assertThat(store().flush(id, at(30))).isEqualTo(OperatorResult.DONE);

        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
    }

    @Test
    @Tag("D7")
    default void flushShouldMakeMailDueThatWaitsForAQueueRunOnly() throws Exception {
        QueueId id = acceptDeferred(10);

        assertThat(store().flush(id, at(30))).isEqualTo(OperatorResult.DONE);

        assertThat(peek(noQueueRun(30))).contains(id);
    }

    @Test
    @Tag("D7")
    @Tag("D9")
    default void flushShouldMakeScheduledMailDue() throws Exception {
        QueueId id = accept(scheduledMail(1_000));

        assertThat(store().flush(id, at(30))).isEqualTo(OperatorResult.DONE);

        assertThat(statusOf(id).due()).isEqualTo(at(30));
        assertThat(peek(noQueueRun(30))).contains(id);
    }

    @Test
    @Tag("D7")
    default void flushShouldBeDoneForMailThatIsDueAlready() throws Exception {
        QueueId id = accept(newMail());

        assertThat(store().flush(id, at(30))).isEqualTo(OperatorResult.DONE);

        assertThat(peek(noQueueRun(30))).contains(id);
    }

    @Test
    @Tag("D7")
    default void flushedMailShouldBeReadyFromTheMomentOfTheFlush() throws Exception {
        QueueId flushed = acceptDeferred(1_000);
        QueueId before = accept(newMailAt(29));
        QueueId after = accept(newMailAt(31));

        assertThat(store().flush(flushed, at(30))).isEqualTo(OperatorResult.DONE);

        assertThat(drain(noQueueRun(100))).containsExactly(before, flushed, after);
    }

    @Test
    @Tag("D7")
    default void mailFlushedAtOnceShouldKeepTheOrderOfItsIds() throws Exception {
        QueueId first = acceptDeferred(3_000);
        QueueId second = accept(scheduledMail(2_000));
        QueueId third = acceptDeferred(1_000);

        assertThat(store().flush(third, at(30))).isEqualTo(OperatorResult.DONE);
        assertThat(store().flush(second, at(30))).isEqualTo(OperatorResult.DONE);
        assertThat(store().flush(first, at(30))).isEqualTo(OperatorResult.DONE);

        assertThat(drain(noQueueRun(100))).containsExactly(first, second, third);
    }

    @Test
    @Tag("D7")
    default void flushShouldNotTouchClaimedMail() throws Exception {
        QueueId id = acceptDeferred(1_000);
        claim(id);
        QueuedMessage before = found(id);

        assertThat(store().flush(id, at(30))).isEqualTo(OperatorResult.CLAIMED);

        assertThat(found(id)).isEqualTo(before);
    }

    @Test
    @Tag("D7")
    @Tag("A3")
    default void flushShouldNotTouchHeldMail() throws Exception {
        QueueId id = acceptHeld(newMail());
        QueuedMessage before = found(id);

        assertThat(store().flush(id, at(30))).isEqualTo(OperatorResult.NOT_FOUND);

        assertThat(found(id)).isEqualTo(before);
    }

    @Test
    default void flushShouldNotFindWhatIsNotThere() throws Exception {
        assertThat(store().flush(UNKNOWN, at(30))).isEqualTo(OperatorResult.NOT_FOUND);
    }

    @Test
    @Tag("D7")
    default void flushAllShouldMakeDueWhateverWaitsInTheTransport() throws Exception {
        QueueId fresh = accept(newMailAt(1));
        QueueId deferred = acceptDeferred(1_000);
        QueueId scheduled = accept(scheduledMail(1_000));
        QueueId waitingForAQueueRun = acceptDeferred(10);

        assertThat(store().flushAll(SPOOL, at(30))).isEqualTo(3);

        assertThat(drain(noQueueRun(30)))
                .containsExactly(fresh, deferred, scheduled, waitingForAQueueRun);
    }

    @Test
    @Tag("D7")
    default void flushAllShouldLeaveClaimedHeldAndOtherMailAlone() throws Exception {
        QueueId held = acceptHeld(newMail());
        QueueId claimed = acceptDeferred(1_000);
        claim(claimed);
        QueueId other = acceptDeferred(mail(SMTP, START), at(1_000));
        List<QueuedMessage> before = List.of(found(held), found(claimed), found(other));

        assertThat(store().flushAll(SPOOL, at(30))).isZero();

        assertThat(List.of(found(held), found(claimed), found(other))).isEqualTo(before);
        assertThat(store().claimNext(SMTP, noQueueRun(30))).isEmpty();
    }

    // Hold

    @Test
    @Tag("A3")
    default void holdShouldKeepEverythingButTheReason() throws Exception {
        QueueId id = acceptDeferred(60);
        MessageStatus before = statusOf(id);

        assertThat(store().hold(id, "looked at")).isEqualTo(OperatorResult.DONE);

        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(statusOf(id)).isEqualTo(before.because("looked at"));
        reopenAfterKill();
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(statusOf(id)).isEqualTo(before.because("looked at"));
        reopenAfterClose();
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(statusOf(id)).isEqualTo(before.because("looked at"));
    }

    @Test
    @Tag("A3")
    default void holdShouldTakeNewAndScheduledMail() throws Exception {
        QueueId fresh = accept(newMail());
        QueueId scheduled = accept(scheduledMail(60));

        assertThat(store().hold(fresh, "wait")).isEqualTo(OperatorResult.DONE);
        assertThat(store().hold(scheduled, "wait")).isEqualTo(OperatorResult.DONE);

        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().nextScheduled()).isEmpty();
    }

    @Test
    @Tag("A3")
    default void holdShouldNotTouchClaimedMail() throws Exception {
        QueueId id = accept(newMail());
        claim(id);
        QueuedMessage before = found(id);

        assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.CLAIMED);

        assertThat(found(id)).isEqualTo(before);
    }

    @Test
    @Tag("A3")
    default void holdShouldNotFindWhatIsHeldAlready() throws Exception {
        QueueId id = acceptHeld(newMail());
        QueuedMessage before = found(id);

        assertThat(store().hold(id, "another reason")).isEqualTo(OperatorResult.NOT_FOUND);

        assertThat(found(id)).isEqualTo(before);
    }

    @Test
    default void holdShouldNotFindWhatIsNotThere() throws Exception {
        assertThat(store().hold(UNKNOWN, "wait")).isEqualTo(OperatorResult.NOT_FOUND);
    }

    // Release

    @Test
    @Tag("A3")
    default void releasedMailShouldWaitInDeferredForTheTimeItHad() throws Exception {
        QueueId id = acceptDeferred(60);
        MessageStatus before = statusOf(id);
        assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.DONE);

        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);

        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(statusOf(id).because("")).isEqualTo(before.because(""));
        assertThat(peek(new ClaimWindow(at(100), at(60).minusNanos(1), false))).isEmpty();
        assertThat(peek(new ClaimWindow(at(100), at(60), false))).contains(id);
    }

    @Test
    @Tag("A3")
    default void releasedMailThatWasNewShouldBeGivenByTheNextQueueRun() throws Exception {
        QueueId id = acceptHeld(newMail());

        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);

        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(peek(window(0))).contains(id);
    }

    @Test
    @Tag("A3")
    @Tag("D9")
    default void releasedMailThatWasScheduledShouldBeGivenAtItsTime() throws Exception {
        QueueId id = acceptHeld(scheduledMail(60));
        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);

        assertThat(store().nextScheduled()).contains(at(60));
        assertThat(peek(noQueueRun(at(60).minusNanos(1)))).isEmpty();
        assertThat(peek(noQueueRun(60))).contains(id);
    }

    @Test
    @Tag("A3")
    default void releaseShouldSurviveAKill() throws Exception {
        QueueId id = acceptDeferred(60);
        assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.DONE);
        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);
        QueuedMessage before = found(id);

        reopenAfterKill();

        assertThat(found(id)).isEqualTo(before);
        assertThat(peek(window(60))).contains(id);
    }

    @Test
    @Tag("A3")
    @Tag("Q11")
    default void releaseShouldForgiveRefusalsAndCrashes() throws Exception {
        QueueId id = accept(newMail());
        MessageStatus status = new MessageStatus(at(60), false, 4, 3, 3, "refused three times");
        claim(id).hold(status);

        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);

        assertThat(statusOf(id)).isEqualTo(status.pardoned());
        assertThat(store().suspects()).isEmpty();
        reopenAfterKill();
        assertThat(statusOf(id)).isEqualTo(status.pardoned());
        assertThat(peek(window(60))).contains(id);
    }

    @Test
    default void releaseShouldNotFindWhatIsNotHeld() throws Exception {
        QueueId fresh = accept(newMail());
        QueueId deferred = acceptDeferred(60);

        assertThat(store().release(fresh)).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(store().release(deferred)).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(store().release(UNKNOWN)).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(queueOf(fresh)).isEqualTo(QueueName.INCOMING);
    }

    @Test
    default void releaseShouldNotTouchClaimedMail() throws Exception {
        QueueId id = accept(newMail());
        claim(id);

        assertThat(store().release(id)).isEqualTo(OperatorResult.CLAIMED);

        assertThat(queueOf(id)).isEqualTo(QueueName.ACTIVE);
    }

    /** The last queue run was before everything in the test: only what needs none is given. */
    private ClaimWindow noQueueRun(long seconds) {
        return noQueueRun(at(seconds));
    }

    private static ClaimWindow noQueueRun(Instant now) {
        return new ClaimWindow(now, START.minusSeconds(1), false);
    }
}
