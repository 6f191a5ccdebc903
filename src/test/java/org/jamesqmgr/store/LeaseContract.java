/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.testing.Attempts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be done with a claimed message, and that its lease ends exactly once. */
public interface LeaseContract extends StoreUnderTest {

    /** The ways to end a lease. */
    enum Ending {
        COMPLETE,
        DEFER,
        HOLD,
        GIVE_BACK;

        void end(MessageLease lease) throws MessageStoreException {
            MessageStatus status = lease.message().status();
            switch (this) {
                case COMPLETE -> lease.complete();
                case DEFER -> lease.defer(status.deferred(START.plusSeconds(60), "deferred"));
                case HOLD -> lease.hold(status.because("held"));
                case GIVE_BACK -> lease.giveBack();
            }
        }

        /** How many messages are left of one. */
        int left() {
            return this == COMPLETE ? 0 : 1;
        }
    }

    @Test
    default void contentShouldBeReadableThroughTheLease() throws Exception {
        store().accept(newMail().build(), bytes("content"));

        MessageLease lease = claimNext();

        assertThat(lease.content().size()).isEqualTo(7);
        assertThat(read(lease.content())).asString(US_ASCII).isEqualTo("content");
        lease.begin(START);
        assertThat(read(lease.content())).asString(US_ASCII).isEqualTo("content");
    }

    @Test
    default void contentShouldNotBeReadableOnceTheLeaseIsCompleted() throws Exception {
        accept(newMail());
        MessageLease lease = claimNext();

        lease.complete();

        assertThatThrownBy(() -> lease.content().open()).isInstanceOf(IOException.class);
    }

    // Endings

    @Test
    default void completedMessageShouldLeaveTheStore() throws Exception {
        QueueId id = accept(newMail());

        claim(id).complete();

        assertThat(store().find(id)).isEmpty();
        assertThat(listed(SPOOL)).isEmpty();
        assertThat(store().count(SPOOL)).isZero();
    }

    @Test
    @Tag("Q7")
    default void completedMessageShouldNotComeBackAfterAKill() throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);
        lease.begin(START);
        lease.complete();

        reopenAfterKill();

        assertThat(store().find(id)).isEmpty();
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().suspects()).isEmpty();
    }

    @Test
    default void deferredMessageShouldHaveTheStatusGiven() throws Exception {
        QueueId id = accept(newMail());
        MessageStatus status = new MessageStatus(at(60), false, 3, 2, 1, "450 4.2.0 \"later\"\r\n");

        claim(id).defer(status);

        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(statusOf(id)).isEqualTo(status);
        reopenAfterKill();
        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(statusOf(id)).isEqualTo(status);
        reopenAfterClose();
        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(statusOf(id)).isEqualTo(status);
    }

    @Test
    @Tag("D6")
    default void marksOfReportsShouldLastWhateverBecomesOfTheMessage() throws Exception {
        QueueId id = accept(newMail());
        Set<Mark> marks = EnumSet.allOf(Mark.class);

        claim(id).defer(statusOf(id).deferred(at(60), "later").withMarks(marks));

        reopenAfterKill();
        assertThat(statusOf(id).marks()).isEqualTo(marks);
        claim(id).giveBack();
        store().hold(id, "by hand");
        store().release(id);
        store().flush(id, at(30));
        reopenAfterClose();
        assertThat(statusOf(id).marks()).isEqualTo(marks);
    }

    @Test
    @Tag("B3")
    default void whoAnnouncedDsnShouldBeKnownOfADelivery() throws Exception {
        QueueId id = accept(mail(SPOOL, at(0)).to("a@x.example", "b@x.example").build());
        Conversation conversation =
                new Conversation("mx[192.0.2.1]:25", 1, Duration.ZERO, Duration.ZERO, true);
        MessageLease lease = claim(id);
        lease.record(
                List.of(
                        new Attempt(
                                at(0),
                                Attempts.delivered(at(0), "a@x.example").outcome(),
                                conversation)));
        lease.giveBack();

        reopenAfterKill();

        assertThat(found(id).history().get(0).conversation()).isEqualTo(conversation);
    }

    @Test
    @Tag("D9")
    default void rescheduledMessageShouldHaveTheStatusGiven() throws Exception {
        QueueId id = accept(newMail());
        MessageStatus status = new MessageStatus(at(60), true, 1, 0, 0, "");

        claim(id).defer(status);

        assertThat(statusOf(id)).isEqualTo(status);
        reopenAfterKill();
        assertThat(statusOf(id)).isEqualTo(status);
        assertThat(store().nextScheduled().orElseThrow())
                .isBetween(at(60), at(60).plusNanos(1_000));
    }

    @Test
    default void messageHeldByItsLeaseShouldHaveTheStatusGiven() throws Exception {
        QueueId id = accept(newMail());
        MessageStatus status = new MessageStatus(at(60), true, 3, 2, 1, "three crashes");

        claim(id).hold(status);

        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(statusOf(id)).isEqualTo(status);
        reopenAfterKill();
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(statusOf(id)).isEqualTo(status);
        reopenAfterClose();
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(statusOf(id)).isEqualTo(status);
    }

    @Test
    default void reasonsShouldBeGivenBackExactly() throws Exception {
        for (String reason : AcceptContract.ODD_TEXTS) {
            QueueId id = acceptDeferred(60);
            claim(id).defer(statusOf(id).because(reason));
            reopenAfterKill();
            assertThat(statusOf(id).reason()).isEqualTo(reason);

            assertThat(store().hold(id, reason + "!")).isEqualTo(OperatorResult.DONE);
            reopenAfterKill();
            assertThat(statusOf(id).reason()).isEqualTo(reason + "!");
        }
    }

    @Test
    default void reasonShouldBeAllowedToBeLong() throws Exception {
        QueueId id = accept(newMail());
        String reason = "550 no\r\n".repeat(20_000);

        claim(id).defer(statusOf(id).deferred(at(60), reason));

        reopenAfterKill();
        assertThat(statusOf(id).reason()).isEqualTo(reason);
    }

    @Test
    default void messageShouldBeDeferredAsOftenAsNeeded() throws Exception {
        QueueId id = accept(newMail());

        for (int attempt = 1; attempt <= 200; attempt++) {
            claim(id).defer(statusOf(id).deferred(at(attempt * 60L), "attempt " + attempt));
        }

        reopenAfterKill();
        assertThat(statusOf(id))
                .isEqualTo(new MessageStatus(at(12_000), false, 200, 0, 0, "attempt 200"));
        assertThat(read(store().content(found(id)))).hasSize((int) found(id).size());
    }

    @Test
    default void messageGivenBackShouldBeAsIfNeverClaimed() throws Exception {
        QueueId id = accept(newMail());
        QueuedMessage before = found(id);

        MessageLease lease = claim(id);
        lease.begin(START);
        lease.giveBack();

        assertThat(found(id)).isEqualTo(before);
        reopenAfterKill();
        assertThat(found(id)).isEqualTo(before);
    }

    @Test
    default void messageGivenBackShouldKeepItsPlace() throws Exception {
        QueueId first = accept(newMailAt(1));
        QueueId second = accept(newMailAt(2));
        QueueId third = accept(newMailAt(3));
        MessageLease leaseOfFirst = claim(first);
        MessageLease leaseOfSecond = claim(second);

        leaseOfSecond.giveBack();
        leaseOfFirst.giveBack();

        assertThat(drain(window(10))).containsExactly(first, second, third);
    }

    @Test
    default void deferredMessageGivenBackShouldWaitInIncoming() throws Exception {
        QueueId id = acceptDeferred(60);
        MessageStatus before = statusOf(id);

        store().claimNext(SPOOL, window(100)).orElseThrow().giveBack();

        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(statusOf(id)).isEqualTo(before);
        assertThat(peek(window(100))).contains(id);
    }

    @Test
    default void closedLeaseShouldGiveItsMessageBack() throws Exception {
        QueueId id = accept(newMail());
        QueuedMessage before = found(id);

        try (MessageLease lease = claim(id)) {
            lease.begin(START);
        }

        assertThat(found(id)).isEqualTo(before);
        assertThat(peek(window(0))).contains(id);
    }

    @ParameterizedTest
    @EnumSource
    default void closingShouldChangeNothingAfterAnEnding(Ending ending) throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);
        ending.end(lease);
        assertThat(store().count(SPOOL)).isEqualTo(ending.left());
        Map<QueueName, Long> before = store().counts();

        lease.close();
        lease.close();

        assertThat(store().counts()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    default void secondEndingShouldBeRefusedAndChangeNothing(Ending first) throws Exception {
        for (Ending second : Ending.values()) {
            accept(newMail());
            MessageLease lease = claimNext();
            first.end(lease);
            Map<QueueName, Long> before = store().counts();

            assertThatThrownBy(() -> second.end(lease))
                    .as(first + " then " + second)
                    .isInstanceOf(IllegalStateException.class);

            assertThat(store().counts()).isEqualTo(before);
            assertThat(store().count(SPOOL)).isEqualTo(first.left());
            for (QueueId left : listed(SPOOL)) {
                assertThat(store().remove(left)).isEqualTo(OperatorResult.DONE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    default void endingAfterCloseShouldBeRefused(Ending ending) throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);
        lease.close();

        assertThatThrownBy(() -> ending.end(lease)).isInstanceOf(IllegalStateException.class);

        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
    }

    @Test
    default void endedLeaseShouldNotTouchTheNextOne() throws Exception {
        QueueId id = accept(newMail());
        MessageLease old = claim(id);
        old.giveBack();
        MessageLease current = claim(id);

        old.close();
        assertThatThrownBy(old::complete).isInstanceOf(IllegalStateException.class);

        assertThat(queueOf(id)).isEqualTo(QueueName.ACTIVE);
        current.complete();
        assertThat(store().find(id)).isEmpty();
    }

    // A new envelope

    @Test
    default void replacedEnvelopeShouldKeepIdAndContent() throws Exception {
        QueueId id = store().accept(newMail().build(), bytes("content"));
        Envelope replacement = replacement();

        MessageLease lease = claim(id);
        lease.replaceEnvelope(replacement);

        assertThat(found(id).envelope()).isEqualTo(replacement);
        assertThat(found(id).pendingRecipients())
                .containsExactly(address("b@x.org"), address("c@x.org"));
        assertThat(found(id).recipients()).hasSize(2);
        assertThat(found(id).size()).isEqualTo(7);
        assertThat(read(lease.content())).asString(US_ASCII).isEqualTo("content");
    }

    @Test
    default void replacedEnvelopeShouldLeaveTheStatusAlone() throws Exception {
        QueueId id = acceptDeferred(60);
        MessageStatus before = statusOf(id);

        claim(id).replaceEnvelope(replacement());

        assertThat(statusOf(id)).isEqualTo(before);
    }

    @Test
    @Tag("Q7")
    default void replacedEnvelopeShouldSurviveAKill() throws Exception {
        QueueId id = store().accept(newMail().build(), bytes("content"));
        Envelope replacement = replacement();
        claim(id).replaceEnvelope(replacement);

        reopenAfterKill();

        assertThat(found(id).envelope()).isEqualTo(replacement);
        assertThat(read(store().content(found(id)))).asString(US_ASCII).isEqualTo("content");
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claimNext(SMTP, late())).map(lease -> lease.message().id()).contains(id);
    }

    @Test
    default void replacedEnvelopeShouldDecideWhereTheMessageWaitsNext() throws Exception {
        QueueId id = accept(newMail());
        QueueId earlier = accept(mail(SMTP, START));
        MessageLease lease = claim(id);

        lease.replaceEnvelope(replacement());
        assertThat(store().count(SPOOL)).isZero();
        assertThat(store().count(SMTP)).isEqualTo(2);
        assertThat(store().transports()).containsExactly(SMTP);
        lease.giveBack();

        assertThat(listed(SPOOL)).isEmpty();
        assertThat(listed(SMTP)).containsExactly(id, earlier);
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claimNext(SMTP, late())).map(given -> given.message().id()).contains(id);
    }

    @Test
    default void envelopeShouldBeReplacedAsOftenAsNeeded() throws Exception {
        QueueId id = store().accept(newMail().build(), bytes("content"));
        MessageLease lease = claim(id);
        Map<String, String> large = Map.of("large", "x".repeat(100_000));

        lease.replaceEnvelope(newMail().attributes(large).build());
        lease.replaceEnvelope(newMail().to("last@x.org").build());
        lease.replaceEnvelope(newMail().attributes(large).to("very.last@x.org").build());
        lease.defer(lease.message().status().deferred(at(60), "later"));
        reopenAfterKill();

        assertThat(found(id).envelope())
                .isEqualTo(newMail().attributes(large).to("very.last@x.org").build());
        assertThat(statusOf(id)).isEqualTo(new MessageStatus(at(60), false, 1, 0, 0, "later"));
        assertThat(read(store().content(found(id)))).asString(US_ASCII).isEqualTo("content");
    }

    /** Another transport, sender, priority, and two recipients instead of one. */
    private static Envelope replacement() {
        return mail(SMTP, START)
                .from(MaybeSender.nullSender())
                .to("b@x.org", "c@x.org")
                .priority(9)
                .attributes(Map.of("state", "\u2713"))
                .build();
    }
}
