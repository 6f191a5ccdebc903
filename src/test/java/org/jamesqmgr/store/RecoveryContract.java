/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stop or a crash of the server does to the messages, and who is blamed for a crash. */
public interface RecoveryContract extends StoreUnderTest {

    @Test
    @Tag("Q7")
    @Tag("Q11")
    default void claimedMessageShouldComeBackToIncomingWithoutBlame() throws Exception {
        QueueId id = accept(newMail());
        QueuedMessage before = found(id);
        claim(id);

        reopenAfterKill();

        assertThat(found(id)).isEqualTo(before);
        assertThat(peek(window(0))).contains(id);
    }

    @Test
    @Tag("Q7")
    @Tag("Q11")
    default void messageThatWasWorkedOnShouldComeBackToIncomingWithACrashMore() throws Exception {
        QueueId id = accept(newMail());
        MessageStatus before = statusOf(id);
        claim(id).begin(at(1));

        reopenAfterKill();

        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(statusOf(id)).isEqualTo(before.crashed());
        assertThat(peek(window(0))).contains(id);
    }

    @Test
    @Tag("Q11")
    default void oneCrashShouldBeCountedOnce() throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);
        lease.begin(at(1));
        lease.begin(at(2));

        reopenAfterKill();
        assertThat(statusOf(id).crashes()).isEqualTo(1);
        reopenAfterKill();
        assertThat(statusOf(id).crashes()).isEqualTo(1);
        reopenAfterClose();
        assertThat(statusOf(id).crashes()).isEqualTo(1);
    }

    @Test
    @Tag("Q7")
    @Tag("Q11")
    default void onlyWhatWasWorkedOnShouldBeBlamed() throws Exception {
        QueueId waiting = accept(newMailAt(0));
        QueueId claimed = accept(newMailAt(1));
        QueueId begun = accept(newMailAt(2));
        QueueId deferred = acceptDeferred(60);
        claim(claimed);
        claim(begun).begin(at(1));

        reopenAfterKill();

        assertThat(statusOf(waiting).crashes()).isZero();
        assertThat(statusOf(claimed).crashes()).isZero();
        assertThat(statusOf(deferred).crashes()).isZero();
        assertThat(statusOf(begun).crashes()).isEqualTo(1);
        assertThat(drain(window(30))).containsExactly(waiting, claimed, begun);
    }

    @Test
    @Tag("Q11")
    default void markOfWorkShouldEndWithTheLease() throws Exception {
        QueueId id = accept(newMail());
        MessageLease first = claim(id);
        first.begin(at(1));
        first.giveBack();
        claim(id);

        reopenAfterKill();

        assertThat(statusOf(id).crashes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COMPLETE")
    @Tag("Q11")
    default void messageWhoseLeaseEndedShouldNotBeBlamed(LeaseContract.Ending ending)
            throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);
        lease.begin(at(1));
        ending.end(lease);
        QueuedMessage before = found(id);

        reopenAfterKill();

        assertThat(found(id)).isEqualTo(before);
        assertThat(statusOf(id).crashes()).isZero();
    }

    @Test
    @Tag("Q7")
    @Tag("D9")
    default void scheduledMessageThatWasClaimedBeforeItsTimeShouldWaitForItAgain()
            throws Exception {
        QueueId id = accept(scheduledMail(60));
        claim(id);

        reopenAfterKill();

        assertThat(store().claimNext(SPOOL, window(59))).isEmpty();
        assertThat(store().claimNext(SPOOL, window(61)))
                .map(lease -> lease.message().id())
                .contains(id);
    }

    @Test
    @Tag("Q7")
    default void deferredMessageThatWasWorkedOnShouldComeBackToIncoming() throws Exception {
        QueueId id = acceptDeferred(60);
        MessageStatus before = statusOf(id);
        store().claimNext(SPOOL, window(100)).orElseThrow().begin(at(100));

        reopenAfterKill();

        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(statusOf(id)).isEqualTo(before.crashed());
        assertThat(peek(window(100))).contains(id);
    }

    @Test
    @Tag("Q7")
    default void messageRecoveredShouldKeepItsPlace() throws Exception {
        QueueId first = accept(newMailAt(1));
        QueueId second = accept(newMailAt(2));
        QueueId third = accept(newMailAt(3));
        claim(second).begin(at(4));
        claim(first);

        reopenAfterKill();

        assertThat(drain(window(10))).containsExactly(first, second, third);
    }

    @Test
    @Tag("Q11")
    default void suspectShouldNotBeGivenByClaimNext() throws Exception {
        QueueId suspect = acceptCrashed(newMailAt(0), MessageStore.SUSPECT_CRASHES);
        QueueId other = accept(newMailAt(1));

        assertThat(drain(late())).containsExactly(other);
        assertThat(queueOf(suspect)).isEqualTo(QueueName.INCOMING);
    }

    @Test
    @Tag("Q11")
    default void messageShouldNotBeASuspectBeforeItsTime() throws Exception {
        QueueId id = acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES - 1);

        assertThat(store().suspects()).isEmpty();
        assertThat(peek(late())).contains(id);
    }

    @Test
    @Tag("Q11")
    default void suspectShouldBeListedAndGivenByItsId() throws Exception {
        QueueId id = acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES);

        assertThat(store().suspects()).containsExactly(found(id));
        assertThat(listed(SPOOL)).containsExactly(id);
        assertThat(claim(id).message().status().crashes()).isEqualTo(2);
    }

    @Test
    @Tag("Q11")
    default void suspectsShouldBeListedOldestFirst() throws Exception {
        QueueId first = accept(newMailAt(1));
        QueueId second = accept(newMailAt(2).priority(9));
        QueueId third = accept(newMailAt(3));
        for (int crash = 0; crash < MessageStore.SUSPECT_CRASHES; crash++) {
            claim(third).begin(at(10));
            claim(first).begin(at(10));
            claim(second).begin(at(10));
            reopenAfterKill();
        }

        assertThat(store().suspects())
                .extracting(QueuedMessage::id)
                .containsExactly(first, second, third);
    }

    @Test
    @Tag("Q11")
    default void suspectShouldNotBeListedWhileItIsClaimedOrOnHold() throws Exception {
        QueueId claimed = acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES);
        QueueId held = acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES);
        claim(claimed);
        assertThat(store().hold(held, "poison")).isEqualTo(OperatorResult.DONE);

        assertThat(store().suspects()).isEmpty();
    }

    @Test
    @Tag("Q11")
    default void suspectShouldStayASuspectWhenItIsGivenBackOrFlushed() throws Exception {
        QueueId id = acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES);

        claim(id).giveBack();
        assertThat(peek(late())).isEmpty();
        assertThat(store().flush(id, at(1))).isEqualTo(OperatorResult.DONE);
        assertThat(peek(late())).isEmpty();
        reopenAfterClose();
        assertThat(peek(late())).isEmpty();

        assertThat(store().suspects()).extracting(QueuedMessage::id).containsExactly(id);
    }

    @Test
    @Tag("Q11")
    default void suspectThatDoesWellShouldBeASuspectNoMore() throws Exception {
        QueueId id = acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES);

        MessageLease lease = claim(id);
        lease.begin(at(1));
        lease.defer(lease.message().status().deferred(at(60), "an ordinary failure"));

        assertThat(store().suspects()).isEmpty();
        assertThat(peek(window(60))).contains(id);
    }

    @Test
    @Tag("Q11")
    default void thirdCrashShouldBeCountedToo() throws Exception {
        QueueId id = acceptCrashed(newMail(), MessageStore.SUSPECT_CRASHES + 1);

        assertThat(statusOf(id).crashes()).isEqualTo(3);
        claim(id).hold(statusOf(id).because("crashed the server 3 times"));
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(store().suspects()).isEmpty();
    }

    @Test
    @Tag("Q7")
    @Tag("Q11")
    default void cleanStopShouldGiveBackOpenLeasesWithoutBlame() throws Exception {
        QueueId claimed = accept(newMailAt(1));
        QueueId begun = accept(newMailAt(2));
        List<QueuedMessage> before = List.of(found(claimed), found(begun));
        claim(claimed);
        claim(begun).begin(at(3));

        reopenAfterClose();

        assertThat(List.of(found(claimed), found(begun))).isEqualTo(before);
        assertThat(drain(window(10))).containsExactly(claimed, begun);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("Q7")
    default void leaseShouldNotBeEndedAfterTheStoreGaveItBack(LeaseContract.Ending ending)
            throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);

        reopenAfterClose();

        assertThatThrownBy(() -> ending.end(lease)).isInstanceOf(IllegalStateException.class);
        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
    }

    @Test
    @Tag("Q7")
    default void leaseShouldBeClosedQuietlyAfterTheStoreGaveItBack() throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);

        reopenAfterClose();

        assertThatCode(lease::close).doesNotThrowAnyException();
        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(peek(window(0))).contains(id);
    }

    @Test
    @Tag("Q7")
    default void everyQueueShouldSurviveAKill() throws Exception {
        List<QueueId> ids = oneInEveryQueue();
        List<QueuedMessage> before = allFound(ids);

        reopenAfterKill();

        assertThat(allFound(ids)).isEqualTo(before);
    }

    @Test
    @Tag("Q7")
    default void everyQueueShouldSurviveACleanStop() throws Exception {
        List<QueueId> ids = oneInEveryQueue();
        List<QueuedMessage> before = allFound(ids);

        reopenAfterClose();

        assertThat(allFound(ids)).isEqualTo(before);
    }

    @Test
    @Tag("Q7")
    default void countsShouldSurviveAReopening() throws Exception {
        oneInEveryQueue();
        claim(accept(newMail()));

        reopenAfterKill();

        assertThat(store().count(SPOOL)).isEqualTo(7);
        assertThat(store().transports()).containsExactly(SPOOL);
        assertThat(store().nextScheduled()).contains(at(60));
        assertThat(store().counts())
                .containsEntry(QueueName.INCOMING, 3L)
                .containsEntry(QueueName.ACTIVE, 0L)
                .containsEntry(QueueName.DEFERRED, 3L)
                .containsEntry(QueueName.HOLD, 1L)
                .containsEntry(QueueName.CORRUPT, 0L);
    }

    @Test
    default void idsShouldStayUniqueAfterAReopening() throws Exception {
        QueueId before = accept(newMail());

        reopenAfterKill();
        QueueId after = accept(newMail());

        assertThat(after).isNotEqualTo(before);
        assertThat(listed(SPOOL)).containsExactlyInAnyOrder(before, after);
    }

    /** New, given back, scheduled, deferred, refused, and held. */
    private List<QueueId> oneInEveryQueue() throws MessageStoreException {
        QueueId fresh = accept(newMail());
        QueueId givenBack = accept(newMail());
        claim(givenBack).giveBack();
        QueueId scheduled = accept(scheduledMail(60));
        QueueId deferred = acceptDeferred(100);
        QueueId refused = accept(newMail());
        claim(refused).defer(statusOf(refused).rejected(at(100), "refused"));
        QueueId held = acceptDeferred(200);
        claim(held).hold(statusOf(held).rejected(at(300), "refused").because("held"));
        return List.of(fresh, givenBack, scheduled, deferred, refused, held);
    }

    private List<QueuedMessage> allFound(List<QueueId> ids) {
        return ids.stream().map(this::foundUnchecked).toList();
    }

    private QueuedMessage foundUnchecked(QueueId id) {
        try {
            return found(id);
        } catch (MessageStoreException e) {
            throw new AssertionError(e);
        }
    }
}
