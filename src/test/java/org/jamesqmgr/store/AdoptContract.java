/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.bounced;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.testing.BytesAtHand;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Taking over what another store had. */
public interface AdoptContract extends StoreUnderTest {

    QueueId THEIRS = new QueueId(1_700_000_000_123_456L, 4711);
    byte[] TEXT = "Subject: theirs\r\n\r\nbody\r\n".getBytes(US_ASCII);

    String DONE = "done@target.example";
    String FAILED = "failed@target.example";
    String OPEN = "open@target.example";

    // Messages of another store

    /** A message that has just come in there. */
    default QueuedMessage theirs(QueueId id, EnvelopeBuilder mail) {
        return theirs(id, mail.build());
    }

    private static QueuedMessage theirs(QueueId id, Envelope envelope) {
        return new QueuedMessage(
                id,
                envelope.scheduled() ? QueueName.DEFERRED : QueueName.INCOMING,
                envelope,
                envelope.recipients().stream().map(Recipient::pending).toList(),
                MessageStatus.accepted(envelope),
                List.of(),
                TEXT.length);
    }

    /** A message with a past, in that queue. */
    private QueuedMessage withAPast(QueueName queue) {
        Envelope plain =
                newMail()
                        .to(DONE, FAILED, OPEN)
                        .createdAt(at(-3600))
                        .priority(8)
                        .attributes(Map.of("name", "Mail1", "odd", "\u00e4 \" \n \ud83d"))
                        .build();
        DeliveryOptions options =
                new DeliveryOptions(
                        "[192.0.2.1]:25",
                        Returned.HEADERS,
                        "envelope-id",
                        Map.of(
                                address(OPEN),
                                new RecipientOptions(
                                        "alias@here.example",
                                        "rfc822;alias@here.example",
                                        Set.of(Notify.DELAY, Notify.SUCCESS))));
        return new QueuedMessage(
                THEIRS,
                queue,
                plain.withOptions(options),
                List.of(
                        new Recipient(address(DONE), State.DONE),
                        new Recipient(address(FAILED), State.UNDELIVERABLE),
                        new Recipient(address(OPEN), State.PENDING)),
                new MessageStatus(at(500), false, 3, 1, 0, "try later", Set.of(Mark.values())),
                List.of(
                        delivered(at(-900), DONE),
                        bounced(at(-800), FAILED),
                        deferred(at(-700), OPEN, "450 later")),
                TEXT.length);
    }

    private void adopt(QueuedMessage message) throws MessageStoreException {
        assertThat(store().adopt(message, new BytesAtHand(TEXT))).isTrue();
    }

    // As it was

    @ParameterizedTest
    @EnumSource(names = {"INCOMING", "DEFERRED", "HOLD"})
    @Tag("Q10")
    default void adoptedMailShouldBeAsItWas(QueueName queue) throws Exception {
        QueuedMessage message = withAPast(queue);

        adopt(message);

        assertThat(found(THEIRS)).isEqualTo(message);
        assertThat(read(store().content(message))).isEqualTo(TEXT);
        assertThat(store().counts()).containsEntry(queue, 1L);
        reopenAfterKill();
        assertThat(found(THEIRS)).isEqualTo(message);
        reopenAfterClose();
        assertThat(found(THEIRS)).isEqualTo(message);
        assertThat(read(store().content(message))).isEqualTo(TEXT);
    }

    @Test
    @Tag("Q10")
    default void adoptedMailThatWasActiveShouldBeInIncoming() throws Exception {
        QueuedMessage message = withAPast(QueueName.ACTIVE);

        adopt(message);

        assertThat(found(THEIRS)).isEqualTo(withAPast(QueueName.INCOMING));
    }

    @Test
    @Tag("Q10")
    default void adoptedMailThatHasJustComeInShouldBeAsItWas() throws Exception {
        QueuedMessage message = theirs(THEIRS, newMail());

        adopt(message);
        reopenAfterKill();

        assertThat(found(THEIRS)).isEqualTo(message);
        assertThat(drain(late())).containsExactly(THEIRS);
    }

    @Test
    @Tag("Q10")
    default void historyOfAdoptedMailShouldDecideNothingAnew() throws Exception {
        Envelope envelope = newMail().to(DONE, OPEN).build();
        QueuedMessage message =
                new QueuedMessage(
                        THEIRS,
                        QueueName.DEFERRED,
                        envelope,
                        List.of(
                                new Recipient(address(DONE), State.DONE),
                                new Recipient(address(OPEN), State.PENDING)),
                        new MessageStatus(at(60), false, 1, 0, 0, "later"),
                        List.of(bounced(at(-10), DONE), delivered(at(-9), OPEN)),
                        TEXT.length);

        adopt(message);
        reopenAfterKill();

        assertThat(found(THEIRS)).isEqualTo(message);
        assertThat(found(THEIRS).pendingRecipients()).containsExactly(address(OPEN));
    }

    @Test
    @Tag("Q10")
    default void fatesOfWhichNoAttemptTellsShouldBeKept() throws Exception {
        List<String> many = IntStream.range(0, 300).mapToObj(i -> "r" + i + "@x.example").toList();
        Envelope envelope = newMail().to(many.toArray(String[]::new)).build();
        List<Attempt> story =
                many.stream().limit(250).map(who -> deferred(at(-1), who, "450 no")).toList();
        QueuedMessage message =
                new QueuedMessage(
                        THEIRS,
                        QueueName.DEFERRED,
                        envelope,
                        many.stream().map(AdoptContract::pendingForSome).toList(),
                        new MessageStatus(at(60), false, 1, 0, 0, "later"),
                        story,
                        TEXT.length);

        adopt(message);
        reopenAfterKill();

        assertThat(found(THEIRS)).isEqualTo(message);
    }

    private static Recipient pendingForSome(String who) {
        boolean open = Integer.parseInt(who.substring(1, who.indexOf('@'))) < 250;
        return new Recipient(address(who), open ? State.PENDING : State.DONE);
    }

    // What becomes of it here

    @Test
    @Tag("Q10")
    default void adoptedMailShouldWaitForItsTime() throws Exception {
        adopt(withAPast(QueueName.DEFERRED));

        assertThat(peek(window(499))).isEmpty();
        assertThat(peek(window(501))).contains(THEIRS);
        assertThat(store().nextScheduled()).isEmpty();
    }

    @Test
    @Tag("Q10")
    @Tag("D9")
    default void adoptedMailThatIsScheduledShouldKeepItsExactTime() throws Exception {
        adopt(theirs(THEIRS, scheduledMail(60)));

        assertThat(store().nextScheduled()).contains(at(60));
        reopenAfterKill();
        assertThat(store().nextScheduled()).contains(at(60));
        assertThat(peek(new ClaimWindow(at(59), at(59), false))).isEmpty();
        assertThat(peek(new ClaimWindow(at(60), at(0), false))).contains(THEIRS);
    }

    @Test
    @Tag("Q10")
    @Tag("A3")
    default void adoptedMailOnHoldShouldStayThere() throws Exception {
        adopt(withAPast(QueueName.HOLD));

        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claim(THEIRS)).isEmpty();
        reopenAfterKill();
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().release(THEIRS)).isEqualTo(OperatorResult.DONE);
        assertThat(statusOf(THEIRS).due()).isEqualTo(at(500));
    }

    @Test
    @Tag("Q10")
    @Tag("Q11")
    default void adoptedSuspectShouldBeTriedAlone() throws Exception {
        Envelope envelope = newMail().build();
        QueuedMessage fresh = theirs(THEIRS, envelope);
        MessageStatus crashed = fresh.status().crashed().crashed();
        adopt(
                new QueuedMessage(
                        THEIRS,
                        QueueName.INCOMING,
                        envelope,
                        fresh.recipients(),
                        crashed,
                        List.of(),
                        TEXT.length));

        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().suspects()).extracting(QueuedMessage::id).containsExactly(THEIRS);
    }

    @Test
    @Tag("Q10")
    default void adoptedMailShouldBeClaimedByItsPriorityAmongTheOthers() throws Exception {
        QueueId ours = accept(newMailAt(-1));

        adopt(theirs(THEIRS, newMail().priority(9)));

        assertThat(drain(window(0))).containsExactly(THEIRS, ours);
    }

    @Test
    @Tag("Q10")
    default void adoptedMailShouldGoOnWithItsStory() throws Exception {
        QueuedMessage message = withAPast(QueueName.DEFERRED);
        adopt(message);
        MessageLease lease = claim(THEIRS);

        lease.begin(at(600));
        lease.record(List.of(deferred(at(600), OPEN, "451 later still")));
        lease.defer(message.status().deferred(at(2000), "later still"));
        reopenAfterKill();

        assertThat(found(THEIRS).history())
                .startsWith(message.history().toArray(Attempt[]::new))
                .endsWith(deferred(at(600), OPEN, "451 later still"));
        assertThat(found(THEIRS).pendingRecipients()).containsExactly(address(OPEN));
        assertThat(statusOf(THEIRS).attempts()).isEqualTo(4);
    }

    @Test
    default void adoptedMailShouldBeTold() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        store().listen(listener);

        adopt(theirs(THEIRS, newMail()));

        assertThat(listener.availableCalls()).contains(SPOOL);
    }

    // Twice, or another

    @ParameterizedTest
    @EnumSource(names = {"INCOMING", "ACTIVE", "DEFERRED", "HOLD"})
    @Tag("Q10")
    default void mailShouldNotBeAdoptedTwice(QueueName queue) throws Exception {
        adopt(withAPast(queue));
        adopt(withAPast(queue));
        reopenAfterKill();

        adopt(withAPast(queue));

        assertThat(listed(SPOOL)).containsExactly(THEIRS);
        assertThat(store().counts().values()).containsOnlyOnce(1L);
    }

    @Test
    @Tag("Q10")
    default void anotherMessageWithTheIdShouldBeLeftAlone() throws Exception {
        QueuedMessage message = withAPast(QueueName.DEFERRED);
        adopt(message);
        byte[] other = TEXT.clone();
        other[other.length - 5] ^= 1;

        assertThat(store().adopt(message, new BytesAtHand(other))).isFalse();
        assertThat(store().adopt(message.in(QueueName.HOLD), new BytesAtHand(TEXT))).isFalse();
        assertThat(store().adopt(theirs(THEIRS, newMail()), new BytesAtHand(TEXT))).isFalse();

        assertThat(listed(SPOOL)).containsExactly(THEIRS);
        assertThat(found(THEIRS)).isEqualTo(message);
        assertThat(read(store().content(message))).isEqualTo(TEXT);
    }

    @Test
    @Tag("Q10")
    default void mailOfThisStoreShouldNotBeReplaced() throws Exception {
        QueueId ours = accept(newMail());
        QueuedMessage before = found(ours);

        assertThat(store().adopt(theirs(ours, newMailAt(7)), new BytesAtHand(TEXT))).isFalse();

        assertThat(found(ours)).isEqualTo(before);
    }

    @Test
    @Tag("Q10")
    default void mailShouldComeBackToTheStoreThatItHasLeft() throws Exception {
        QueueId id = store().accept(newMail().build(), bytes(TEXT));
        QueuedMessage message = found(id);

        for (int round = 0; round < 3; round++) {
            assertThat(store().removeAdopted(message)).isEqualTo(OperatorResult.DONE);
            assertThat(store().find(id)).isEmpty();
            adopt(message);
        }

        assertThat(found(id)).isEqualTo(message);
        assertThat(read(store().content(message))).isEqualTo(TEXT);
        assertThat(drain(late())).containsExactly(id);
    }

    @Test
    @Tag("Q10")
    default void largeMailShouldBeAdoptedToo() throws Exception {
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 'x');
        QueuedMessage small = theirs(THEIRS, newMail());
        QueuedMessage message =
                new QueuedMessage(
                        THEIRS,
                        small.queue(),
                        small.envelope(),
                        small.recipients(),
                        small.status(),
                        List.of(),
                        large.length);

        assertThat(store().adopt(message, new BytesAtHand(large))).isTrue();
        assertThat(store().adopt(message, new BytesAtHand(large))).isTrue();

        assertThat(read(store().content(found(THEIRS)))).isEqualTo(large);
    }

    // Trouble

    @Test
    @Tag("Q10")
    default void nothingShouldRemainOfMailWhoseContentBreaksOff() throws Exception {
        QueuedMessage message = withAPast(QueueName.DEFERRED);

        assertThatThrownBy(() -> store().adopt(message, breaksOff()))
                .isInstanceOf(MessageStoreException.class);

        assertThat(store().find(THEIRS)).isEmpty();
        assertThat(store().counts().values()).containsOnly(0L);
        adopt(message);
        assertThat(found(THEIRS)).isEqualTo(message);
    }

    private Content breaksOff() {
        Content whole = new BytesAtHand(TEXT);
        return new Content() {
            @Override
            public long size() {
                return whole.size();
            }

            @Override
            public InputStream open() throws IOException {
                return new FilterInputStream(whole.open()) {
                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        if (in.available() < 10) {
                            throw new IOException("it breaks off");
                        }
                        return super.read(bytes, offset, Math.min(length, 5));
                    }
                };
            }
        };
    }

    @Test
    @Tag("Q10")
    default void contentOfAnotherLengthShouldNotBeTaken() throws Exception {
        Content shorter =
                new Content() {
                    @Override
                    public long size() {
                        return TEXT.length;
                    }

                    @Override
                    public InputStream open() {
                        return new ByteArrayInputStream(TEXT, 0, 10);
                    }
                };

        assertThatThrownBy(() -> store().adopt(theirs(THEIRS, newMail()), shorter))
                .isInstanceOf(MessageStoreException.class);

        assertThat(store().find(THEIRS)).isEmpty();
    }

    // Examined

    @Test
    @Tag("Q10")
    default void examinedMailShouldKeepItsPlace() throws Exception {
        QueueId fresh = accept(newMail());
        QueueId held = acceptHeld(newMail());
        QueueId deferred = acceptDeferred(60);
        QueueId scheduled = accept(scheduledMail(90));

        for (QueueId id : List.of(fresh, held, deferred, scheduled)) {
            assertThat(store().examine(id)).contains(found(id));
        }

        assertThat(peek(new ClaimWindow(at(0), at(0), false))).contains(fresh);
        assertThat(queueOf(held)).isEqualTo(QueueName.HOLD);
        assertThat(store().nextScheduled()).contains(at(90));
        assertThat(drain(late())).containsExactlyInAnyOrder(fresh, deferred, scheduled);
    }

    @Test
    @Tag("Q8")
    @Tag("Q10")
    default void damagedMailShouldBeSetAsideWhenItIsExamined() throws Exception {
        QueueId damaged = accept(newMail());
        QueueId held = acceptHeld(newMail());
        damage(damaged);
        damage(held);

        assertThat(store().examine(damaged)).isEmpty();
        assertThat(store().examine(held)).isEmpty();

        assertThat(store().damaged()).hasSize(2);
    }

    @Test
    @Tag("Q10")
    default void whatIsClaimedOrNotThereShouldNotBeExamined() throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);

        assertThat(store().examine(id)).isEmpty();
        assertThat(store().examine(THEIRS)).isEmpty();

        lease.complete();
        assertThat(store().find(id)).isEmpty();
    }

    // Damaged mail

    @Test
    @Tag("Q8")
    @Tag("Q10")
    default void damagedMailShouldBeAdoptedByteForByte() throws Exception {
        DamagedFile damaged = damagedThere();
        Content bytes = new BytesAtHand("whatever is left of it\0");

        String name = store().adoptDamaged(damaged, bytes);

        assertThat(name).isEqualTo(THEIRS.asString());
        assertDamaged(name, bytes);
        reopenAfterKill();
        assertDamaged(name, bytes);
        assertThat(store().find(THEIRS).filter(found -> found.queue() != QueueName.CORRUPT))
                .isEmpty();
        assertThat(store().removeDamaged(name)).isTrue();
        assertThat(store().damaged()).isEmpty();
    }

    @Test
    @Tag("Q8")
    @Tag("Q10")
    default void damagedMailShouldNotBeAdoptedTwiceNorTakeThePlaceOfAnother() throws Exception {
        DamagedFile damaged = damagedThere();
        Content one = new BytesAtHand("one");
        Content two = new BytesAtHand("two");
        String first = store().adoptDamaged(damaged, one);
        String second = store().adoptDamaged(damaged, two);
        reopenAfterKill();

        assertThat(store().adoptDamaged(damaged, one)).isEqualTo(first);
        assertThat(store().adoptDamaged(damaged, two)).isEqualTo(second);

        assertThat(store().damaged())
                .extracting(DamagedFile::name)
                .containsExactlyInAnyOrder(first, second);
        assertDamaged(first, one);
        assertDamaged(second, two);
    }

    private DamagedFile damagedThere() {
        return new DamagedFile(
                THEIRS.asString(),
                3,
                START,
                "was damaged there",
                Optional.of(theirs(THEIRS, newMail())),
                -1);
    }

    private void assertDamaged(String name, Content content) throws Exception {
        assertThat(read(store().damagedContent(name).orElseThrow())).isEqualTo(read(content));
        assertThat(store().counts())
                .containsEntry(QueueName.CORRUPT, (long) store().damaged().size());
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
    }
}
