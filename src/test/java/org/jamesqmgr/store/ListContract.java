/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is seen of the messages from outside: lists, counts, the next time something is due. */
public interface ListContract extends StoreUnderTest {

    // Lists

    @Test
    default void listShouldBeEmptyForAnUnknownTransport() throws Exception {
        accept(newMail());

        assertThat(listed(SMTP)).isEmpty();
    }

    @Test
    default void listShouldShowMessagesAsTheyAreFound() throws Exception {
        QueueId fresh = accept(newMail());
        QueueId deferred = acceptDeferred(60);
        QueueId held = acceptHeld(newMail());

        try (Stream<QueuedMessage> messages = store().list(SPOOL)) {
            assertThat(messages).containsExactly(found(fresh), found(deferred), found(held));
        }
    }

    @Test
    @Tag("A1")
    default void messagesReadByIdShouldBeAsTheyAreFoundInTheOrderAskedFor() throws Exception {
        QueueId held = acceptHeld(newMail());
        QueueId claimed = accept(newMail());
        claim(claimed);
        QueueId deferred = acceptDeferred(60);
        QueueId gone = accept(newMail());
        QueueId leaving = accept(newMail());
        QueueId fresh = accept(newMail());
        store().remove(gone);

        MessageReader reader =
                store().read(List.of(fresh, gone, held, deferred, leaving, claimed, fresh));

        assertThat(reader.next()).contains(found(fresh));
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).contains(found(held));
        assertThat(reader.next()).contains(found(deferred));
        store().remove(leaving);
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).contains(found(claimed));
        store().hold(fresh, "seen before");
        assertThat(reader.next()).contains(found(fresh));
        assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    @Tag("A1")
    default void listShouldShowReadyThenWaitingThenClaimedAndHeldMail() throws Exception {
        QueueId held = acceptHeld(newMail());
        QueueId claimed = accept(newMail());
        claim(claimed);
        QueueId heldToo = acceptHeld(newMail());
        QueueId waitingLong = acceptDeferred(3_000);
        QueueId scheduled = accept(scheduledMail(2_000).priority(9));
        QueueId waiting = acceptDeferred(1_000);
        QueueId second = accept(newMailAt(2));
        QueueId first = accept(newMailAt(1));
        QueueId urgent = accept(newMailAt(3).priority(9));

        assertThat(listed(SPOOL))
                .containsExactly(
                        urgent,
                        first,
                        second,
                        waiting,
                        scheduled,
                        waitingLong,
                        held,
                        claimed,
                        heldToo);
    }

    @Test
    default void listShouldShowMailOfOneDueTimeInTheOrderOfItsIds() throws Exception {
        QueueId first = acceptDeferred(60);
        QueueId second = accept(scheduledMail(60));
        QueueId third = acceptDeferred(60);

        assertThat(listed(SPOOL)).containsExactly(first, second, third);
    }

    @Test
    @Tag("D9")
    default void listShouldShowScheduledMailAsReadyOnceItsTimeHasCome() throws Exception {
        QueueId third = accept(newMailAt(61));
        QueueId second = accept(scheduledMail(60));
        QueueId first = accept(newMailAt(59));
        assertThat(listed(SPOOL)).containsExactly(first, third, second);

        clock().setInstant(at(100));

        assertThat(listed(SPOOL))
                .containsExactly(first, second, third)
                .isEqualTo(drain(window(100)));
    }

    @Test
    default void listShouldHaveTheOrderOfClaimsAfterAReopening() throws Exception {
        accept(newMailAt(3));
        accept(newMailAt(1));
        accept(newMailAt(2).priority(9));
        claim(accept(newMailAt(0))).begin(at(3));

        reopenAfterKill();

        List<QueueId> listed = listed(SPOOL);
        assertThat(listed).hasSize(4).isEqualTo(drain(late()));
    }

    @Test
    default void listShouldSkipMessagesThatLeaveMeanwhile() throws Exception {
        List<QueueId> ids = acceptMany(20);

        try (Stream<QueuedMessage> messages = store().list(SPOOL)) {
            Iterator<QueuedMessage> iterator = messages.iterator();
            assertThat(iterator.next().id()).isEqualTo(ids.get(0));
            assertThat(store().remove(ids.get(10))).isEqualTo(OperatorResult.DONE);
            claim(ids.get(15)).complete();

            assertThat(iterator)
                    .toIterable()
                    .extracting(QueuedMessage::id)
                    .hasSize(17)
                    .doesNotContain(ids.get(10), ids.get(15));
        }
    }

    @Test
    default void listShouldReadEachMessageWhenItIsItsTurn() throws Exception {
        List<QueueId> ids = acceptMany(20);

        try (Stream<QueuedMessage> messages = store().list(SPOOL)) {
            Iterator<QueuedMessage> iterator = messages.iterator();
            assertThat(iterator.next().queue()).isEqualTo(QueueName.INCOMING);
            assertThat(store().hold(ids.get(19), "meanwhile")).isEqualTo(OperatorResult.DONE);
            claim(ids.get(18));

            assertThat(iterator)
                    .toIterable()
                    .filteredOn(message -> message.queue() != QueueName.INCOMING)
                    .containsExactly(found(ids.get(18)), found(ids.get(19)));
        }
    }

    @Test
    default void listShouldEndWhenEverythingLeavesMeanwhile() throws Exception {
        List<QueueId> ids = acceptMany(20);

        try (Stream<QueuedMessage> messages = store().list(SPOOL)) {
            Iterator<QueuedMessage> iterator = messages.iterator();
            assertThat(iterator.next().id()).isEqualTo(ids.get(0));
            assertThat(drain(late())).hasSize(20);

            // One that was read ahead may still be shown.
            assertThat(iterator).toIterable().hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    default void listShouldBeAbandonedWithoutHarm() throws Exception {
        List<QueueId> ids = acceptMany(20);

        try (Stream<QueuedMessage> messages = store().list(SPOOL)) {
            assertThat(messages.findFirst()).map(QueuedMessage::id).contains(ids.get(0));
        }

        assertThat(drain(late())).isEqualTo(ids);
    }

    // Counts

    @Test
    @Tag("X6")
    default void countShouldIncludeClaimedAndHeldMail() throws Exception {
        accept(newMail());
        acceptDeferred(60);
        acceptHeld(newMail());
        claim(accept(newMail()));
        accept(mail(SMTP, START));

        assertThat(store().count(SPOOL)).isEqualTo(4);
        assertThat(store().count(SMTP)).isEqualTo(1);
    }

    @Test
    default void countShouldBeZeroForAnUnknownTransport() {
        assertThat(store().count(SPOOL)).isZero();
    }

    @Test
    @Tag("X6")
    default void countsShouldNameEveryQueueOfAnEmptyStore() {
        assertThat(store().counts()).containsOnlyKeys(QueueName.values());
        assertThat(store().counts().values()).containsOnly(0L);
    }

    @Test
    @Tag("X6")
    default void countsShouldFollowTheMessages() throws Exception {
        QueueId id = accept(newMail());
        assertOnlyIn(QueueName.INCOMING);
        MessageLease lease = claim(id);
        assertOnlyIn(QueueName.ACTIVE);
        lease.defer(statusOf(id).deferred(at(60), "later"));
        assertOnlyIn(QueueName.DEFERRED);
        assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.DONE);
        assertOnlyIn(QueueName.HOLD);
        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);
        assertOnlyIn(QueueName.DEFERRED);
        assertThat(store().flush(id, at(1))).isEqualTo(OperatorResult.DONE);
        assertOnlyIn(QueueName.INCOMING);
        claim(id).giveBack();
        assertOnlyIn(QueueName.INCOMING);
        claim(id).complete();
        assertThat(store().counts().values()).containsOnly(0L);
    }

    @Test
    default void transportsShouldBeThoseWithMessages() throws Exception {
        assertThat(store().transports()).isEmpty();
        accept(newMail());
        QueueId held = acceptHeld(mail(SMTP, START));
        assertThat(store().transports()).containsExactlyInAnyOrder(SPOOL, SMTP);

        claimNext();
        assertThat(store().remove(held)).isEqualTo(OperatorResult.DONE);

        assertThat(store().transports()).containsExactly(SPOOL);
    }

    // The next scheduled message

    @Test
    @Tag("D9")
    default void nextScheduledShouldBeEmptyWhenNothingIsScheduled() throws Exception {
        accept(newMail());
        acceptDeferred(60);

        assertThat(store().nextScheduled()).isEmpty();
    }

    @Test
    @Tag("D9")
    default void nextScheduledShouldBeTheEarliestOfAllTransports() throws Exception {
        accept(scheduledMail(300));
        accept(mail(SMTP, START).notBefore(at(100)));
        accept(scheduledMail(200));

        assertThat(store().nextScheduled()).contains(at(100));
        reopenAfterKill();
        assertThat(store().nextScheduled()).contains(at(100));
    }

    @Test
    @Tag("D9")
    default void nextScheduledShouldBeExact() throws Exception {
        accept(newMail().notBefore(at(100).plusNanos(1_000)));

        assertThat(store().nextScheduled()).contains(at(100).plusNanos(1_000));
        reopenAfterKill();
        assertThat(store().nextScheduled()).contains(at(100).plusNanos(1_000));
    }

    @Test
    @Tag("D9")
    default void nextScheduledShouldPassOverClaimedHeldAndRemovedMail() throws Exception {
        QueueId claimed = accept(scheduledMail(100));
        QueueId held = accept(scheduledMail(200));
        QueueId removed = accept(scheduledMail(300));
        accept(scheduledMail(400));

        claim(claimed);
        assertThat(store().nextScheduled()).contains(at(200));
        assertThat(store().hold(held, "wait")).isEqualTo(OperatorResult.DONE);
        assertThat(store().nextScheduled()).contains(at(300));
        assertThat(store().remove(removed)).isEqualTo(OperatorResult.DONE);
        assertThat(store().nextScheduled()).contains(at(400));
    }

    @Test
    @Tag("D9")
    default void nextScheduledShouldPassOverMailThatIsDue() throws Exception {
        accept(scheduledMail(100));
        accept(scheduledMail(200));

        clock().setInstant(at(100));

        assertThat(store().nextScheduled()).contains(at(200));
    }

    private List<QueueId> acceptMany(int number) throws MessageStoreException {
        Stream.Builder<QueueId> ids = Stream.builder();
        for (int i = 0; i < number; i++) {
            ids.add(accept(newMail()));
        }
        return ids.build().toList();
    }

    private void assertOnlyIn(QueueName queue) {
        assertThat(store().counts()).containsEntry(queue, 1L);
        assertThat(store().counts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1);
        assertThat(store().count(SPOOL)).isEqualTo(1);
    }
}
