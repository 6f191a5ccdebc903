/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which message is given next, and which is not given yet. */
public interface ClaimContract extends StoreUnderTest {

    // Who may have it

    @Test
    default void claimNextShouldGiveNothingWhenNothingIsStored() throws Exception {
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
    }

    @Test
    default void claimNextShouldGiveTheMessageAsItIsStored() throws Exception {
        QueueId id = accept(newMail());
        QueuedMessage stored = found(id);

        QueuedMessage claimed = claimNext().message();

        assertThat(claimed).usingRecursiveComparison().ignoringFields("queue").isEqualTo(stored);
        assertThat(claimed.queue()).isEqualTo(QueueName.ACTIVE);
        assertThat(queueOf(id)).isEqualTo(QueueName.ACTIVE);
    }

    @Test
    default void claimNextShouldGiveOnlyMailOfTheTransport() throws Exception {
        accept(newMail());
        QueueId other = accept(mail(SMTP, START));

        assertThat(store().claimNext(SMTP, late()))
                .map(lease -> lease.message().id())
                .contains(other);
        assertThat(store().claimNext(SMTP, late())).isEmpty();
    }

    @Test
    default void claimedMessageShouldNotBeGivenAgain() throws Exception {
        QueueId id = accept(newMail());
        claim(id);

        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claim(id)).isEmpty();
    }

    @Test
    default void claimShouldGiveTheMessageWithThatId() throws Exception {
        accept(newMail());
        QueueId second = accept(newMail());
        accept(newMail());

        assertThat(claim(second).message().id()).isEqualTo(second);
    }

    @Test
    default void claimShouldGiveMessagesThatAreNotDue() throws Exception {
        QueueId scheduled = accept(scheduledMail(1_000));
        QueueId deferred = acceptDeferred(1_000);

        assertThat(claim(scheduled).message().id()).isEqualTo(scheduled);
        assertThat(claim(deferred).message().id()).isEqualTo(deferred);
    }

    @Test
    default void claimShouldGiveNothingForAnUnknownId() throws Exception {
        assertThat(store().claim(new QueueId(1, 1))).isEmpty();
    }

    @Test
    default void claimShouldGiveNothingForCompletedMail() throws Exception {
        QueueId id = accept(newMail());
        claim(id).complete();

        assertThat(store().claim(id)).isEmpty();
    }

    @Test
    @Tag("A3")
    default void heldMailShouldNotBeGiven() throws Exception {
        QueueId id = acceptHeld(newMail());

        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claim(id)).isEmpty();
    }

    // In which order

    @Test
    default void newMailShouldBeGivenInTheOrderOfItsArrival() throws Exception {
        QueueId second = accept(newMailAt(2));
        QueueId third = accept(newMailAt(3));
        QueueId first = accept(newMailAt(1));

        assertThat(drain(window(10))).containsExactly(first, second, third);
    }

    @Test
    default void mailOfOneArrivalTimeShouldBeGivenInTheOrderOfItsIds() throws Exception {
        List<QueueId> ids =
                Stream.of(accept(newMail()), accept(newMail()), accept(newMail())).toList();

        assertThat(drain(window(10))).isEqualTo(ids).isSorted();
    }

    @Test
    default void arrivalShouldCountRatherThanAnEarlierTimeAskedFor() throws Exception {
        QueueId second = accept(newMailAt(2).notBefore(at(-1_000)));
        QueueId first = accept(newMailAt(1));

        assertThat(drain(window(10))).containsExactly(first, second);
    }

    @Test
    default void higherPriorityShouldBeGivenFirst() throws Exception {
        QueueId normal = accept(newMailAt(1));
        QueueId lowest = accept(newMailAt(0).priority(Envelope.LOWEST_PRIORITY));
        QueueId highest = accept(newMailAt(3).priority(Envelope.HIGHEST_PRIORITY));
        QueueId high = accept(newMailAt(2).priority(6));

        assertThat(drain(window(10))).containsExactly(highest, high, normal, lowest);
    }

    @Test
    default void everyPriorityShouldHaveItsRank() throws Exception {
        List<QueueId> lowestFirst =
                Stream.iterate(0, priority -> priority + 1)
                        .limit(10)
                        .map(priority -> newMail().priority(priority).build())
                        .map(this::acceptUnchecked)
                        .toList();

        assertThat(drain(window(10)))
                .containsExactlyElementsOf(
                        lowestFirst.stream().sorted(Comparator.reverseOrder()).toList());
    }

    @Test
    default void orderShouldSurviveAReopening() throws Exception {
        QueueId third = accept(newMailAt(3));
        QueueId urgent = accept(newMailAt(9).priority(9));
        QueueId second = accept(scheduledMail(2));
        QueueId first = accept(newMailAt(1));

        reopenAfterKill();
        assertThat(peek(window(10))).contains(urgent);
        reopenAfterClose();

        assertThat(drain(window(10))).containsExactly(urgent, first, second, third);
    }

    @Test
    default void deferredMailShouldBeGivenByDueTime() throws Exception {
        QueueId second = acceptDeferred(200);
        QueueId third = acceptDeferred(300);
        QueueId first = acceptDeferred(100);

        assertThat(drain(window(1_000))).containsExactly(first, second, third);
    }

    // When

    @Test
    @Tag("D9")
    default void scheduledMailShouldBeGivenAtItsTimeAndNotANanosecondBefore() throws Exception {
        QueueId id = accept(scheduledMail(60));

        assertThat(peek(now(at(60).minusNanos(1)))).isEmpty();
        assertThat(peek(now(at(60)))).contains(id);
    }

    @Test
    @Tag("D9")
    default void scheduledMailShouldNotBeEarlyForItsNanoseconds() throws Exception {
        Instant due = at(60).plusNanos(500);
        QueueId id = accept(newMail().notBefore(due));

        assertThat(peek(now(due.minusNanos(1)))).isEmpty();
        assertThat(peek(now(at(60).plusNanos(1_000)))).contains(id);
    }

    @Test
    @Tag("D9")
    default void scheduledMailShouldBeExactAfterAReopening() throws Exception {
        QueueId id = accept(scheduledMail(60));

        reopenAfterKill();
        assertThat(peek(now(at(60).minusNanos(1)))).isEmpty();
        reopenAfterClose();
        assertThat(peek(now(at(60).minusNanos(1)))).isEmpty();
        assertThat(peek(now(at(60)))).contains(id);
    }

    @Test
    @Tag("D9")
    default void scheduledMailShouldNotWaitForAQueueRun() throws Exception {
        QueueId id = accept(scheduledMail(60));

        assertThat(peek(new ClaimWindow(at(60), at(-1_000), false))).contains(id);
    }

    @Test
    @Tag("D9")
    default void scheduledMailShouldJoinNewMailByItsDueTime() throws Exception {
        QueueId third = accept(newMailAt(61));
        QueueId second = accept(scheduledMail(60));
        QueueId first = accept(newMailAt(59));

        assertThat(drain(window(100))).containsExactly(first, second, third);
    }

    @Test
    @Tag("D9")
    default void scheduledMailShouldCountAsNewMail() throws Exception {
        acceptDeferred(10);
        QueueId scheduled = accept(scheduledMail(60));

        assertThat(peek(new ClaimWindow(at(100), at(100), false))).contains(scheduled);
    }

    @Test
    @Tag("D9")
    default void scheduledMailOfHigherPriorityShouldWaitAllTheSame() throws Exception {
        QueueId urgent = accept(scheduledMail(60).priority(9));
        QueueId normal = accept(newMail());

        assertThat(drain(window(59))).containsExactly(normal);
        assertThat(drain(window(60))).containsExactly(urgent);
    }

    @Test
    @Tag("D9")
    default void scheduledMailShouldBeAllowedToWaitForAges() throws Exception {
        Instant far = Instant.parse("9999-12-31T23:59:59Z");
        QueueId id = accept(newMail().notBefore(far));

        reopenAfterKill();

        assertThat(peek(late())).isEmpty();
        assertThat(store().nextScheduled()).contains(far);
        assertThat(peek(now(far.minusNanos(1)))).isEmpty();
        assertThat(peek(now(far))).contains(id);
    }

    @Test
    @Tag("D9")
    default void scheduledMailClaimedEarlyAndGivenBackShouldWaitOn() throws Exception {
        QueueId id = accept(scheduledMail(60));

        claim(id).giveBack();

        assertThat(peek(now(at(60).minusNanos(1)))).isEmpty();
        assertThat(peek(now(at(60)))).contains(id);
    }

    @Test
    @Tag("D3")
    default void deferredMailClaimedEarlyAndGivenBackShouldWaitOn() throws Exception {
        QueueId id = acceptDeferred(60);
        QueuedMessage before = found(id);

        claim(id).giveBack();

        assertThat(found(id)).isEqualTo(before);
        assertThat(peek(new ClaimWindow(at(5_000), at(60).minusNanos(1), false))).isEmpty();
        assertThat(peek(new ClaimWindow(at(5_000), at(60), false))).contains(id);
    }

    @Test
    @Tag("Q11")
    default void suspectClaimedAndGivenBackShouldStayOne() throws Exception {
        QueueId id = acceptDeferred(60);
        for (int crash = 0; crash < MessageStore.SUSPECT_CRASHES; crash++) {
            claim(id).begin(START);
            reopenAfterKill();
        }

        claim(id).giveBack();

        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().suspects()).extracting(QueuedMessage::id).containsExactly(id);
    }

    @Test
    @Tag("D3")
    default void deferredMailShouldWaitForTheQueueRunThatReachesIt() throws Exception {
        QueueId id = acceptDeferred(60);

        assertThat(peek(new ClaimWindow(at(5_000), at(60).minusNanos(1), false))).isEmpty();
        assertThat(peek(new ClaimWindow(at(5_000), at(60), false))).contains(id);
    }

    @Test
    @Tag("D3")
    default void deferredMailShouldWaitForTheQueueRunAfterAReopening() throws Exception {
        QueueId id = acceptDeferred(60);

        reopenAfterKill();
        assertThat(peek(new ClaimWindow(at(5_000), at(60).minusNanos(1), false))).isEmpty();
        reopenAfterClose();
        assertThat(peek(new ClaimWindow(at(5_000), at(60).minusNanos(1), false))).isEmpty();
        assertThat(peek(new ClaimWindow(at(5_000), at(60), false))).contains(id);
    }

    /** Given at once, mail with a short backoff went in circles until its time came. */
    @Test
    @Tag("D2")
    @Tag("D3")
    default void mailDeferredForAMomentShouldWaitForTheQueueRunToo() throws Exception {
        clock().setInstant(at(10));
        QueueId id = acceptDeferred(newMail(), at(10).plusMillis(1));

        assertThat(peek(new ClaimWindow(at(11), at(10), false))).isEmpty();
        assertThat(peek(new ClaimWindow(at(11), at(11), false))).contains(id);
    }

    @Test
    @Tag("D2")
    default void mailDeferredUntilNowShouldBeGivenAtOnce() throws Exception {
        clock().setInstant(at(10));
        QueueId id = acceptDeferred(newMail(), at(10));

        assertThat(peek(new ClaimWindow(at(10), START, false))).contains(id);
    }

    @Test
    @Tag("D2")
    default void mailDeferredIntoThePastShouldBeGivenAtOnce() throws Exception {
        clock().setInstant(at(10));
        QueueId id = acceptDeferred(newMail(), at(5));

        assertThat(peek(new ClaimWindow(at(10), START, false))).contains(id);
    }

    @Test
    @Tag("D9")
    default void mailRescheduledForAMomentShouldWaitForItsExactTime() throws Exception {
        QueueId id = accept(newMail());
        Instant due = START.plus(Duration.ofMillis(500));

        claim(id).defer(statusOf(id).rescheduled(due));

        assertThat(peek(now(due.minusNanos(1)))).isEmpty();
        assertThat(peek(now(due))).contains(id);
    }

    @Test
    @Tag("Q9")
    default void newMailShouldBeGivenThoughTheClockWasSetBack() throws Exception {
        QueueId id = accept(newMailAt(7_200));

        assertThat(peek(window(0))).contains(id);
    }

    // From which side

    @Test
    @Tag("Q6")
    default void newMailShouldComeFirstWhenItIsItsTurn() throws Exception {
        QueueId deferred = acceptDeferred(10);
        QueueId fresh = accept(newMailAt(20));

        assertThat(drain(new ClaimWindow(at(100), at(100), false)))
                .containsExactly(fresh, deferred);
    }

    @Test
    @Tag("Q6")
    default void deferredMailShouldComeFirstWhenItIsItsTurn() throws Exception {
        QueueId fresh = accept(newMailAt(0));
        QueueId deferred = acceptDeferred(10);

        assertThat(drain(new ClaimWindow(at(100), at(100), true))).containsExactly(deferred, fresh);
    }

    @Test
    @Tag("Q6")
    default void sidesShouldTakeTurnsWhenTheCallerAlternates() throws Exception {
        List<QueueId> deferred =
                List.of(acceptDeferred(10), acceptDeferred(11), acceptDeferred(12));
        List<QueueId> fresh = List.of(accept(newMailAt(20)), accept(newMailAt(21)));

        Stream.Builder<QueueId> given = Stream.builder();
        for (int turn = 0; turn < 5; turn++) {
            ClaimWindow window = new ClaimWindow(at(100), at(100), turn % 2 == 1);
            MessageLease lease = store().claimNext(SPOOL, window).orElseThrow();
            given.add(lease.message().id());
            lease.complete();
        }

        assertThat(given.build())
                .containsExactly(
                        fresh.get(0),
                        deferred.get(0),
                        fresh.get(1),
                        deferred.get(1),
                        deferred.get(2));
    }

    @Test
    @Tag("Q6")
    default void oneSideShouldBeGivenWhenTheOtherIsEmpty() throws Exception {
        QueueId fresh = accept(newMail());
        assertThat(peek(new ClaimWindow(at(100), at(100), true))).contains(fresh);
        assertThat(store().remove(fresh)).isEqualTo(OperatorResult.DONE);

        QueueId deferred = acceptDeferred(10);
        assertThat(peek(new ClaimWindow(at(100), at(100), false))).contains(deferred);
    }

    @Test
    @Tag("Q6")
    default void deferredMailThatIsNotDueShouldLeaveItsTurnToNewMail() throws Exception {
        acceptDeferred(1_000);
        QueueId fresh = accept(newMail());

        assertThat(peek(new ClaimWindow(at(100), at(100), true))).contains(fresh);
    }

    @Test
    @Tag("Q6")
    default void priorityShouldBeatTheSide() throws Exception {
        QueueId urgentDeferred = acceptDeferred(newMail().priority(9), at(10));
        QueueId fresh = accept(newMail());
        assertThat(peek(new ClaimWindow(at(100), at(100), false))).contains(urgentDeferred);
        assertThat(store().remove(urgentDeferred)).isEqualTo(OperatorResult.DONE);

        acceptDeferred(newMail().priority(0), at(10));
        assertThat(peek(new ClaimWindow(at(100), at(100), true))).contains(fresh);
    }

    private QueueId acceptUnchecked(Envelope envelope) {
        try {
            return accept(envelope);
        } catch (MessageStoreException e) {
            throw new AssertionError(e);
        }
    }

    /** At that time, and long after the last queue run: only what needs none is given. */
    private static ClaimWindow now(Instant time) {
        return new ClaimWindow(time, START.minusSeconds(1), false);
    }

    @Test
    default void claimNextShouldGiveNothingAfterTheLastMessage() throws Exception {
        QueueId id = accept(newMail());

        assertThat(drain(late())).containsExactly(id);
        assertThat(store().claimNext(SPOOL, late())).isEqualTo(Optional.empty());
    }
}
