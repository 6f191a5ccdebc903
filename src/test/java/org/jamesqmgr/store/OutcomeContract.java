/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.attempt;
import static org.jamesqmgr.testing.Attempts.bounced;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What became of each recipient is kept with the message. */
public interface OutcomeContract extends StoreUnderTest {

    String FIRST = "first@target.example";
    String SECOND = "second@target.example";
    String THIRD = "third@target.example";

    default EnvelopeBuilder mailToThree() {
        return newMail().to(FIRST, SECOND, THIRD);
    }

    /** Recipients by state, as the test calls them. */
    private static List<String> in(State state, QueuedMessage message) {
        return message.recipients(state).stream().map(MailAddress::asString).toList();
    }

    @Test
    @Tag("T7")
    default void recipientsShouldBePendingUntilSomethingIsRecorded() throws Exception {
        QueueId id = accept(mailToThree());

        assertThat(found(id).pendingRecipients()).hasSize(3);
        assertThat(found(id).history()).isEmpty();
        assertThat(claim(id).message().pendingRecipients()).hasSize(3);
    }

    @Test
    @Tag("T7")
    default void leaseShouldShowWhatBecameOfRecipients() throws Exception {
        MessageLease lease = claim(accept(mailToThree()));

        lease.record(
                List.of(
                        delivered(START, FIRST),
                        bounced(START, SECOND),
                        deferred(START, THIRD, "450 later")));

        assertThat(lease.message().recipients())
                .containsExactly(
                        new Recipient(address(FIRST), State.DONE),
                        new Recipient(address(SECOND), State.UNDELIVERABLE),
                        new Recipient(address(THIRD), State.PENDING));
    }

    @Test
    @Tag("T7")
    @Tag("Q7")
    default void outcomesShouldOutlastClaimsAndTheServer() throws Exception {
        QueueId id = accept(mailToThree());
        List<Attempt> attempts =
                List.of(
                        delivered(START, FIRST),
                        bounced(START, SECOND),
                        deferred(at(1), THIRD, "450 \"later\" \u00e4\ud800"));
        MessageLease lease = claim(id);
        lease.begin(START);
        lease.record(attempts);
        QueuedMessage message = lease.message();

        assertThat(found(id)).isEqualTo(message);
        reopenAfterKill();
        assertSameOutcomes(found(id), message);
        claim(id).giveBack();
        assertSameOutcomes(found(id), message);
        claim(id).defer(statusOf(id).deferred(at(60), "later"));
        assertSameOutcomes(found(id), message);
        reopenAfterClose();
        assertSameOutcomes(found(id), message);
        assertSameOutcomes(claim(id).message(), message);
        assertThat(message.history()).isEqualTo(attempts);
    }

    private static void assertSameOutcomes(QueuedMessage message, QueuedMessage expected) {
        assertThat(message.recipients()).isEqualTo(expected.recipients());
        assertThat(message.history()).isEqualTo(expected.history());
    }

    @Test
    @Tag("T7")
    default void attemptsShouldJoinThoseRecordedBefore() throws Exception {
        QueueId id = accept(mailToThree());
        MessageLease lease = claim(id);
        lease.record(List.of(deferred(at(1), FIRST, "450 one")));
        lease.record(List.of(deferred(at(2), SECOND, "450 two")));
        lease.defer(statusOf(id).deferred(at(60), "450 two"));
        reopenAfterKill();
        claim(id).record(List.of(delivered(at(3), FIRST)));
        reopenAfterKill();

        assertThat(found(id).history())
                .containsExactly(
                        deferred(at(1), FIRST, "450 one"),
                        deferred(at(2), SECOND, "450 two"),
                        delivered(at(3), FIRST));
        assertThat(in(State.DONE, found(id))).containsExactly(FIRST);
        assertThat(in(State.PENDING, found(id))).containsExactly(SECOND, THIRD);
    }

    @Test
    @Tag("T7")
    default void decidedFateShouldNotBeReopenedByADeferral() throws Exception {
        QueueId id = accept(mailToThree());
        MessageLease lease = claim(id);
        lease.record(List.of(delivered(START, FIRST), bounced(START, SECOND)));

        lease.record(List.of(deferred(START, FIRST, "450"), deferred(START, SECOND, "450")));
        lease.record(List.of(bounced(START, FIRST), delivered(START, SECOND)));

        assertThat(in(State.DONE, lease.message())).containsExactly(FIRST, SECOND);
        reopenAfterKill();
        assertThat(in(State.DONE, found(id))).containsExactly(FIRST, SECOND);
    }

    @Test
    @Tag("T7")
    default void addressNamedTwiceShouldHaveOneFate() throws Exception {
        QueueId id = accept(newMail().to(FIRST, SECOND, FIRST));

        claim(id).record(List.of(delivered(START, FIRST)));
        reopenAfterKill();

        assertThat(in(State.DONE, found(id))).containsExactly(FIRST, FIRST);
        assertThat(in(State.PENDING, found(id))).containsExactly(SECOND);
    }

    @Test
    @Tag("B1")
    default void reportedRecipientsShouldBeDone() throws Exception {
        QueueId id = accept(mailToThree());
        MessageLease lease = claim(id);
        lease.record(List.of(bounced(START, FIRST), deferred(START, SECOND, "450")));

        lease.reported();

        assertThat(in(State.DONE, lease.message())).containsExactly(FIRST);
        assertThat(in(State.PENDING, lease.message())).containsExactly(SECOND, THIRD);
        lease.record(List.of(bounced(START, SECOND)));
        reopenAfterKill();
        assertThat(in(State.DONE, found(id))).containsExactly(FIRST);
        assertThat(in(State.UNDELIVERABLE, found(id))).containsExactly(SECOND);
    }

    @Test
    @Tag("B1")
    @Tag("Q7")
    default void reportThatIsStillOwedShouldBeKnownAfterAKill() throws Exception {
        QueueId id = accept(newMail().to(FIRST, SECOND));
        claim(id).record(List.of(bounced(START, FIRST), delivered(START, SECOND)));

        reopenAfterKill();

        QueuedMessage claimed = claimNext().message();
        assertThat(claimed.id()).isEqualTo(id);
        assertThat(claimed.pendingRecipients()).isEmpty();
        assertThat(in(State.UNDELIVERABLE, claimed)).containsExactly(FIRST);
        assertThat(claimed.lastAttempt(address(FIRST))).contains(bounced(START, FIRST));
    }

    @Test
    default void recipientsOfAReplacedEnvelopeShouldBePending() throws Exception {
        QueueId id = accept(mailToThree());
        MessageLease lease = claim(id);
        lease.record(List.of(delivered(START, FIRST), bounced(START, SECOND)));

        lease.replaceEnvelope(newMail().to(SECOND, FIRST).build());

        assertThat(in(State.PENDING, lease.message())).containsExactly(SECOND, FIRST);
        lease.record(List.of(delivered(START, SECOND)));
        reopenAfterKill();
        assertThat(in(State.PENDING, found(id))).containsExactly(FIRST);
        assertThat(in(State.DONE, found(id))).containsExactly(SECOND);
        assertThat(found(id).history()).hasSize(3);
    }

    @Test
    default void sameEnvelopeAgainShouldMakeRecipientsPendingToo() throws Exception {
        Envelope envelope = mailToThree().build();
        QueueId id = accept(envelope);
        MessageLease lease = claim(id);
        lease.record(List.of(delivered(START, FIRST), bounced(START, SECOND)));

        lease.replaceEnvelope(envelope);

        assertThat(in(State.PENDING, lease.message())).containsExactly(FIRST, SECOND, THIRD);
        reopenAfterKill();
        assertThat(in(State.PENDING, found(id))).containsExactly(FIRST, SECOND, THIRD);
    }

    @Test
    @Tag("X2")
    default void historyShouldBeBounded() throws Exception {
        QueueId id = accept(mailToThree());
        MessageLease lease = claim(id);
        List<Attempt> newest = new ArrayList<>();
        Attempt lastOfFirst = deferred(at(1), FIRST, "450 first");
        lease.record(List.of(deferred(START, FIRST, "450 old"), lastOfFirst));
        lease.record(List.of(delivered(at(1), SECOND)));

        for (int i = 0; i < 1_000; i++) {
            Attempt attempt = deferred(at(2 + i), THIRD, "450 attempt " + i);
            lease.record(List.of(attempt));
            newest.add(attempt);
        }

        List<Attempt> expected =
                Stream.concat(
                                Stream.of(lastOfFirst),
                                newest.stream().skip(newest.size() - RecipientLog.NEWEST))
                        .toList();
        assertThat(lease.message().history()).isEqualTo(expected);
        reopenAfterKill();
        assertThat(found(id).history()).isEqualTo(expected);
    }

    @Test
    @Tag("X2")
    default void lastAttemptOfEachOfManyRecipientsShouldBeKept() throws Exception {
        List<MailAddress> many =
                IntStream.range(0, 1_000)
                        .mapToObj(i -> address("r" + i + "@target.example"))
                        .toList();
        QueueId id = accept(newMail().to(many));
        MessageLease lease = claim(id);
        List<Attempt> attempts =
                many.stream().map(one -> attempt(START, one, "4.4.1", "refused")).toList();

        lease.record(attempts);

        assertThat(lease.message().history()).isEqualTo(attempts);
        lease.record(many.stream().map(one -> attempt(START, one, "2.0.0", "ok")).toList());
        reopenAfterKill();
        assertThat(found(id).pendingRecipients()).isEmpty();
        assertThat(found(id).history()).hasSize(RecipientLog.NEWEST);
    }

    /** However long a message is tried in vain, its last words are not lost in the noise. */
    @Test
    @Tag("T7")
    @Tag("X2")
    default void decisionsShouldBeKeptAfterAnyNumberOfDeferrals() throws Exception {
        QueueId id = accept(mailToThree());
        MessageLease lease = claim(id);
        String reply = "450 later ".repeat(900);
        for (int i = 0; i < 200; i++) {
            lease.record(List.of(deferred(at(i), THIRD, reply), deferred(at(i), FIRST, reply)));
        }

        lease.record(
                List.of(
                        deferred(at(300), THIRD, reply),
                        delivered(at(300), FIRST),
                        bounced(at(300), SECOND)));

        reopenAfterKill();
        assertThat(in(State.DONE, found(id))).containsExactly(FIRST);
        assertThat(in(State.UNDELIVERABLE, found(id))).containsExactly(SECOND);
        assertThat(found(id).lastAttempt(address(THIRD))).isPresent();
    }

    @Test
    default void nothingShouldBeRecordedThroughALeaseThatHasEnded() throws Exception {
        MessageLease lease = claim(accept(mailToThree()));
        lease.giveBack();

        assertThatThrownBy(() -> lease.record(List.of(delivered(START, FIRST))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lease::reported).isInstanceOf(IllegalStateException.class);
    }

    @Test
    default void recordingNothingShouldChangeNothing() throws Exception {
        MessageLease lease = claim(accept(mailToThree()));
        QueuedMessage before = lease.message();

        lease.record(List.of());

        assertThat(lease.message()).isEqualTo(before);
    }
}
