/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.bounced;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.Parallel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A message goes on as what was made of it: another envelope, other content, the same id. */
public interface GoOnContract extends StoreUnderTest {

    String B = "b@x.org";
    String C = "c@x.org";
    String OLD = "Subject: old\r\n\r\nbody\r\n";
    DerivedContent NEW_HEADER = derived("Received: here\r\nSubject: new\r\n", 14);
    String NEW = "Received: here\r\nSubject: new\r\n\r\nbody\r\n";

    private static DerivedContent derived(String start, long from) {
        return new DerivedContent(start.getBytes(US_ASCII), from);
    }

    private static EnvelopeBuilder made() {
        return mail(SMTP, START)
                .from(MaybeSender.nullSender())
                .to(B, C)
                .attributes(Map.of("state", "\u2713"));
    }

    private QueueId acceptOld() throws MessageStoreException {
        return store().accept(newMail().build(), bytes(OLD));
    }

    /** A lease on a message that has gone on. */
    private MessageLease goneOn(QueueId id) throws MessageStoreException {
        MessageLease lease = claim(id);
        lease.begin(START);
        lease.goOn(made().build(), NEW_HEADER);
        return lease;
    }

    private String contentOf(QueueId id) throws MessageStoreException {
        return new String(read(store().content(found(id))), US_ASCII);
    }

    /** As it would be had it just been accepted as what it is now. */
    private void assertGoneOn(QueuedMessage message) {
        assertThat(message.envelope()).isEqualTo(made().build());
        assertThat(message.pendingRecipients()).containsExactly(address(B), address(C));
        assertThat(message.recipients()).hasSize(2);
        assertThat(message.status()).isEqualTo(MessageStatus.accepted(made().build()));
        assertThat(message.size()).isEqualTo(NEW.length());
    }

    @Test
    @Tag("Q7")
    default void everyMessageShouldBeAbleToGoOnOnce() throws Exception {
        assertThat(claim(acceptOld()).mayGoOn()).isTrue();
    }

    @Test
    @Tag("T8")
    default void messageThatGoesOnShouldBeWhatWasMadeOfIt() throws Exception {
        QueueId id = acceptOld();

        MessageLease lease = goneOn(id);

        assertGoneOn(lease.message());
        assertThat(lease.message().id()).isEqualTo(id);
        assertThat(lease.message().queue()).isEqualTo(QueueName.ACTIVE);
        assertThat(lease.content().size()).isEqualTo(NEW.length());
        assertThat(read(lease.content())).asString(US_ASCII).isEqualTo(NEW);
        assertThat(found(id)).isEqualTo(lease.message());
        assertThat(store().content(found(id)).size()).isEqualTo(NEW.length());
        assertThat(contentOf(id)).isEqualTo(NEW);
    }

    @Test
    default void contentThatHasGoneOnShouldBeReadFromAnywhere() throws Exception {
        QueueId id = acceptOld();
        goneOn(id);

        for (int from = 0; from <= NEW.length(); from++) {
            try (InputStream in = store().content(found(id)).open()) {
                in.skipNBytes(from);
                assertThat(new String(in.readAllBytes(), US_ASCII)).isEqualTo(NEW.substring(from));
            }
        }
    }

    /** How content begins anew, for one of this size. */
    static Stream<DerivedContent> changes() {
        return Stream.of(
                DerivedContent.SAME,
                derived("Subject: new\r\n", 0),
                derived("Subject: new\r\n", 4),
                derived("", 1),
                derived("", 150_000),
                derived("", 200_000),
                derived("all of it\r\n", 200_000),
                new DerivedContent(random(100_000, 1), 70_000),
                new DerivedContent(random(300_000, 2), 199_999));
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] expected(byte[] stored, DerivedContent change) {
        byte[] start = change.start();
        int rest = stored.length - (int) change.from();
        byte[] all = Arrays.copyOf(start, start.length + rest);
        System.arraycopy(stored, (int) change.from(), all, start.length, rest);
        return all;
    }

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.store.GoOnContract#changes")
    @Tag("T8")
    @Tag("Q7")
    default void contentShouldGoOnByteForByte(DerivedContent change) throws Exception {
        byte[] stored = random(200_000, 3);
        byte[] expected = expected(stored, change);
        QueueId id = store().accept(newMail().build(), bytes(stored));

        MessageLease lease = claim(id);
        lease.goOn(made().build(), change);

        assertThat(lease.message().size()).isEqualTo(expected.length);
        assertThat(read(lease.content())).isEqualTo(expected);
        assertThat(read(store().content(found(id)))).isEqualTo(expected);
        lease.defer(lease.message().status().deferred(at(60), "later"));
        assertThat(read(claim(id).content())).isEqualTo(expected);
        reopenAfterKill();
        assertThat(found(id).size()).isEqualTo(expected.length);
        assertThat(read(store().content(found(id)))).isEqualTo(expected);
        assertThat(read(claim(id).content())).isEqualTo(expected);
    }

    @Test
    @Tag("T8")
    default void contentShouldBeDerivedFromNoContentToo() throws Exception {
        QueueId id = store().accept(newMail().build(), bytes(""));
        MessageLease lease = claim(id);

        lease.goOn(made().build(), derived("Subject: new\r\n\r\n", 0));

        assertThat(read(lease.content())).asString(US_ASCII).isEqualTo("Subject: new\r\n\r\n");
    }

    /** Bytes that are not there cannot follow; what was stored must not be spoiled by the attempt. */
    @Test
    @Tag("Q8")
    default void contentThatGoesOnBehindItsEndShouldBeRefused() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = claim(id);
        QueuedMessage before = lease.message();

        assertThatThrownBy(() -> lease.goOn(made().build(), derived("", OLD.length() + 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lease.goOn(made().build(), derived("", -1)))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(lease.message()).isEqualTo(before);
        reopenAfterKill();
        assertThat(contentOf(id)).isEqualTo(OLD);
        assertThat(found(id).envelope()).isEqualTo(before.envelope());
    }

    @Test
    default void messageThatCannotGoOnAgainShouldStayAsItIs() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = goneOn(id);
        if (lease.mayGoOn()) {
            lease.goOn(newMail().build(), derived("Subject: newer\r\n", 30));
            assertThat(contentOf(id)).isEqualTo("Subject: newer\r\n\r\nbody\r\n");
            return;
        }

        assertThatThrownBy(() -> lease.goOn(newMail().build(), DerivedContent.SAME))
                .isInstanceOf(IllegalStateException.class);

        assertGoneOn(lease.message());
        assertThat(contentOf(id)).isEqualTo(NEW);
    }

    @Test
    default void messageShouldNotGoOnAfterItsLeaseHasEnded() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = claim(id);
        lease.giveBack();

        assertThatThrownBy(() -> lease.goOn(made().build(), DerivedContent.SAME))
                .isInstanceOf(IllegalStateException.class);

        assertThat(found(id).envelope()).isEqualTo(newMail().build());
    }

    // Where it is counted and waits

    @Test
    @Tag("X6")
    default void messageThatGoesOnShouldBeCountedWithItsNewTransport() throws Exception {
        QueueId id = acceptOld();

        MessageLease lease = goneOn(id);

        assertThat(store().count(SPOOL)).isZero();
        assertThat(store().count(SMTP)).isEqualTo(1);
        assertThat(store().transports()).containsExactly(SMTP);
        assertThat(store().counts()).containsEntry(QueueName.ACTIVE, 1L);
        assertThat(listed(SPOOL)).isEmpty();
        assertThat(listed(SMTP)).containsExactly(id);
        lease.complete();
        assertThat(store().count(SMTP)).isZero();
        assertThat(store().transports()).isEmpty();
        assertThat(store().find(id)).isEmpty();
    }

    @Test
    default void messageGivenBackShouldWaitForItsNewTransport() throws Exception {
        QueueId id = acceptOld();

        goneOn(id).giveBack();

        assertGoneOn(found(id));
        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        MessageLease next = store().claimNext(SMTP, window(0)).orElseThrow();
        assertThat(next.message().id()).isEqualTo(id);
        assertThat(read(next.content())).asString(US_ASCII).isEqualTo(NEW);
    }

    @Test
    default void messageGivenBackShouldTakeThePlaceOfItsNewEnvelope() throws Exception {
        QueueId before = accept(mail(SMTP, at(10)).build());
        QueueId id = accept(newMailAt(30));
        QueueId after = accept(mail(SMTP, at(20)).build());
        MessageLease lease = claim(id);

        lease.goOn(mail(SMTP, at(15)).build(), DerivedContent.SAME);
        lease.giveBack();

        assertThat(listed(SMTP)).containsExactly(before, id, after);
        reopenAfterKill();
        assertThat(listed(SMTP)).containsExactly(before, id, after);
    }

    @Test
    @Tag("Q11")
    default void nothingShouldBeHeldAgainstAMessageThatGoesOn() throws Exception {
        QueueId id = acceptCrashed(newMail(), SUSPECT);
        assertThat(store().suspects()).hasSize(1);

        MessageLease lease = claim(id);
        lease.begin(START);
        lease.goOn(made().build(), DerivedContent.SAME);
        lease.giveBack();

        assertThat(statusOf(id).crashes()).isZero();
        assertThat(store().suspects()).isEmpty();
        assertThat(store().claimNext(SMTP, late())).isPresent();
    }

    int SUSPECT = MessageStore.SUSPECT_CRASHES;

    @Test
    @Tag("D9")
    default void messageThatGoesOnForLaterShouldWait() throws Exception {
        QueueId id = acceptOld();
        Envelope later = made().notBefore(at(60)).build();
        MessageLease lease = claim(id);
        lease.begin(START);

        lease.goOn(later, NEW_HEADER);
        lease.giveBack();

        assertThat(store().claimNext(SMTP, window(59))).isEmpty();
        assertThat(statusOf(id)).isEqualTo(MessageStatus.accepted(later));
        reopenAfterKill();
        assertThat(store().claimNext(SMTP, window(59))).isEmpty();
        assertThat(store().claimNext(SMTP, window(61))).isPresent();
    }

    @Test
    @Tag("D9")
    default void messageThatGoesOnForLaterShouldWaitAfterAKill() throws Exception {
        QueueId id = acceptOld();
        claim(id).goOn(made().notBefore(at(60)).build(), NEW_HEADER);

        reopenAfterKill();

        assertThat(store().claimNext(SMTP, window(59))).isEmpty();
        assertThat(store().claimNext(SMTP, window(61))).isPresent();
    }

    // What may happen to it next

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COMPLETE")
    @Tag("Q7")
    default void endingShouldBeKeptWithWhatTheMessageIsNow(LeaseContract.Ending ending)
            throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = goneOn(id);

        ending.end(lease);

        QueuedMessage ended = found(id);
        assertThat(ended.envelope()).isEqualTo(made().build());
        assertThat(contentOf(id)).isEqualTo(NEW);
        reopenAfterKill();
        assertThat(found(id)).isEqualTo(ended);
        assertThat(contentOf(id)).isEqualTo(NEW);
        reopenAfterClose();
        assertThat(found(id)).isEqualTo(ended);
        assertThat(contentOf(id)).isEqualTo(NEW);
    }

    @Test
    @Tag("A3")
    default void heldMessageShouldBeReleasedAsWhatItIsNow() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = goneOn(id);
        lease.hold(lease.message().status().because("wait"));

        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);

        assertThat(found(id).envelope()).isEqualTo(made().build());
        assertThat(contentOf(id)).isEqualTo(NEW);
        MessageLease next = store().claimNext(SMTP, late()).orElseThrow();
        assertThat(read(next.content())).asString(US_ASCII).isEqualTo(NEW);
    }

    @Test
    @Tag("A3")
    @Tag("D7")
    default void operatorsShouldActOnWhatTheMessageIsNow() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = goneOn(id);
        lease.defer(lease.message().status().deferred(at(60), "later"));

        assertThat(store().flush(id, START)).isEqualTo(OperatorResult.DONE);
        assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.DONE);
        reopenAfterKill();

        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(found(id).envelope()).isEqualTo(made().build());
        assertThat(contentOf(id)).isEqualTo(NEW);
        assertThat(store().remove(id)).isEqualTo(OperatorResult.DONE);
        assertThat(store().transports()).isEmpty();
    }

    @Test
    @Tag("T7")
    default void outcomesShouldBeThoseOfTheNewRecipients() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = goneOn(id);

        lease.record(List.of(delivered(at(1), B), bounced(at(1), C)));
        lease.reported();

        assertThat(lease.message().recipients())
                .containsExactly(
                        new Recipient(address(B), State.DONE),
                        new Recipient(address(C), State.DONE));
        assertThat(found(id)).isEqualTo(lease.message());
        reopenAfterKill();
        assertThat(found(id).recipients()).isEqualTo(lease.message().recipients());
        assertThat(contentOf(id)).isEqualTo(NEW);
    }

    @Test
    @Tag("T7")
    default void outcomesFromBeforeShouldSettleNothing() throws Exception {
        QueueId id = accept(newMail().to(B, "a@x.org"));
        MessageLease lease = claim(id);
        lease.record(List.of(delivered(START, "a@x.org"), bounced(START, B)));

        lease.goOn(made().build(), DerivedContent.SAME);

        assertThat(lease.message().pendingRecipients()).containsExactly(address(B), address(C));
        reopenAfterKill();
        assertThat(found(id).pendingRecipients()).containsExactly(address(B), address(C));
    }

    @Test
    @Tag("X2")
    default void historyShouldGoOnWithTheMessage() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = claim(id);
        lease.record(List.of(deferred(START, "recipient@target.example", "450 later")));

        lease.goOn(made().build(), NEW_HEADER);
        lease.record(List.of(deferred(at(1), B, "450 later still")));

        assertThat(lease.message().history())
                .containsExactly(
                        deferred(START, "recipient@target.example", "450 later"),
                        deferred(at(1), B, "450 later still"));
        reopenAfterKill();
        assertThat(found(id).history()).isEqualTo(lease.message().history());
    }

    @Test
    @Tag("T9")
    default void envelopeShouldBeReplacedAfterwards() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = goneOn(id);
        Envelope other = mail(SPOOL, START).to("d@x.org").build();

        lease.replaceEnvelope(other);
        reopenAfterKill();

        assertThat(found(id).envelope()).isEqualTo(other);
        assertThat(found(id).pendingRecipients()).containsExactly(address("d@x.org"));
        assertThat(contentOf(id)).isEqualTo(NEW);
        assertThat(listed(SPOOL)).containsExactly(id);
        assertThat(listed(SMTP)).isEmpty();
    }

    @Test
    @Tag("Q7")
    default void messageShouldGoOnWithWhatReplacedItsEnvelopeBefore() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = claim(id);
        lease.replaceEnvelope(newMail().to("a@x.org").build());

        lease.goOn(made().build(), NEW_HEADER);
        reopenAfterKill();

        assertGoneOn(found(id));
        assertThat(contentOf(id)).isEqualTo(NEW);
    }

    @Test
    default void messageThatWasDeferredBeforeShouldGoOnAsIfItWereNew() throws Exception {
        QueueId id = store().accept(newMail().build(), bytes(OLD));
        claim(id).defer(statusOf(id).deferred(at(60), "later"));
        clock().setInstant(at(61));

        goneOn(id).giveBack();

        assertGoneOn(found(id));
        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        reopenAfterKill();
        assertGoneOn(found(id));
        assertThat(store().claimNext(SMTP, window(61))).isPresent();
    }

    @Test
    @Tag("A5")
    default void othersShouldSeeTheMessageThatWasOrWhatWasMadeOfIt() throws Exception {
        AtomicReference<QueueId> current = new AtomicReference<>(acceptOld());
        AtomicBoolean done = new AtomicBoolean();

        Parallel.run(
                3,
                thread -> {
                    if (thread == 0) {
                        for (int round = 0; round < 50; round++) {
                            goneOn(current.get()).complete();
                            current.set(acceptOld());
                        }
                        done.set(true);
                    }
                    while (!done.get()) {
                        store().find(current.get()).ifPresent(this::assertOldOrNew);
                    }
                });
    }

    private void assertOldOrNew(QueuedMessage seen) {
        if (seen.envelope().transport().equals(SMTP)) {
            assertGoneOn(seen);
        } else {
            assertThat(seen.size()).isEqualTo(OLD.length());
            assertThat(seen.recipients()).hasSize(1);
        }
        try {
            String content = new String(read(store().content(seen)), US_ASCII);
            assertThat(content).isIn(OLD, NEW);
        } catch (UncheckedIOException e) {
            assertThat(e).as("gone meanwhile").hasCauseInstanceOf(IOException.class);
        }
    }

    // The server dies

    @Test
    @Tag("Q7")
    @Tag("Q11")
    default void messageThatWentOnShouldComeBackAsSuchAndBlameNobody() throws Exception {
        QueueId id = acceptOld();
        goneOn(id);

        reopenAfterKill();

        assertGoneOn(found(id));
        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(contentOf(id)).isEqualTo(NEW);
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claimNext(SMTP, window(0))).isPresent();
    }

    @Test
    @Tag("Q11")
    default void workOnWhatTheMessageIsNowShouldBeBlamedAgain() throws Exception {
        QueueId id = acceptOld();
        goneOn(id).begin(at(1));

        reopenAfterKill();

        assertThat(statusOf(id)).isEqualTo(MessageStatus.accepted(made().build()).crashed());
        assertThat(found(id).envelope()).isEqualTo(made().build());
        assertThat(contentOf(id)).isEqualTo(NEW);
    }

    @Test
    @Tag("Q7")
    @Tag("T7")
    default void outcomesShouldOutlastTheServer() throws Exception {
        QueueId id = acceptOld();
        MessageLease lease = goneOn(id);
        lease.begin(at(1));
        lease.record(List.of(delivered(at(1), B)));

        reopenAfterKill();

        assertThat(found(id).pendingRecipients()).containsExactly(address(C));
        assertThat(found(id).envelope()).isEqualTo(made().build());
        assertThat(claim(id).message().history()).containsExactly(delivered(at(1), B));
        assertThat(contentOf(id)).isEqualTo(NEW);
    }

    @Test
    @Tag("Q7")
    default void messageThatWentOnShouldBeGivenBackByACleanStop() throws Exception {
        QueueId id = acceptOld();
        goneOn(id);

        reopenAfterClose();

        assertGoneOn(found(id));
        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(contentOf(id)).isEqualTo(NEW);
        reopenAfterClose();
        assertGoneOn(found(id));
    }

    @Test
    @Tag("Q7")
    default void completedMessageShouldStayGone() throws Exception {
        QueueId id = acceptOld();
        goneOn(id).complete();

        reopenAfterKill();

        assertThat(store().find(id)).isEmpty();
        assertThat(store().counts().values()).containsOnly(0L);
    }
}
