/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.bounced;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.RecipientLog;
import org.jamesqmgr.store.directory.FaultyFileOperations.Fault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a full disk nothing new is accepted, and what was accepted goes on. */
@ExtendWith(SilentStore.class)
class DiskFullTest {

    private static final Path ROOT = Path.of("/var/spool/qmgr");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String FIRST = "first@target.example";
    private static final String SECOND = "second@target.example";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Envelope MAIL = mail(SPOOL, START).build();

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private final MemoryDisk disk = new MemoryDisk(ROOT, clock);
    private final FaultyFileOperations files = new FaultyFileOperations(disk, Fault.NONE);
    private DirectoryMessageStore store;

    @BeforeEach
    void open() throws Exception {
        store = DirectoryMessageStore.open(ROOT, clock, files, false);
    }

    private void reopenAfterKill() throws MessageStoreException {
        disk.afterKill();
        open(files);
    }

    private void open(FileOperations operations) throws MessageStoreException {
        store = DirectoryMessageStore.open(ROOT, clock, operations, false);
    }

    private void fillDisk() {
        files.set(Fault.diskFullFrom(0));
    }

    /** Into a file: the journal has room on the fullest disk. */
    private QueueId accept() throws MessageStoreException {
        return acceptIntoFile(MAIL);
    }

    private QueueId acceptIntoFile(Envelope mail) throws MessageStoreException {
        QueueId id = store.accept(mail, content(100));
        store.letGo();
        return id;
    }

    private static ContentWriter content(int size) {
        return out -> out.write("x".repeat(size).getBytes(US_ASCII));
    }

    private MessageLease claim(QueueId id) throws MessageStoreException {
        return store.claim(id).orElseThrow();
    }

    private Optional<QueueId> claimable(Duration after) throws MessageStoreException {
        Instant now = START.plus(after);
        clock.setInstant(now);
        Optional<MessageLease> lease = store.claimNext(SPOOL, new ClaimWindow(now, now, false));
        if (lease.isPresent()) {
            lease.get().giveBack();
        }
        return lease.map(given -> given.message().id());
    }

    private QueueName queueOf(QueueId id) throws MessageStoreException {
        return store.find(id).orElseThrow().queue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 100_000})
    @Tag("Q3")
    void nothingShouldRemainOfAMessageThatFoundNoSpace(int size) throws Exception {
        fillDisk();

        assertThatThrownBy(() -> store.accept(MAIL, content(size)))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("not accepted")
                .hasMessageContaining("No space left on device");

        assertNothingStored();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @Tag("Q3")
    void nothingShouldRemainWhenTheDiskFillsUpWhileWriting(int operation) throws Exception {
        files.set(Fault.diskFullFrom(files.operations() + operation));

        assertThatThrownBy(() -> store.accept(MAIL, content(100_000)))
                .isInstanceOf(MessageStoreException.class);

        assertNothingStored();
        files.heal();
        assertThat(claimable(Duration.ZERO)).isEmpty();
        assertThat(claimable(Duration.ZERO)).isEqualTo(Optional.empty());
        QueueId id = accept();
        assertThat(claimable(Duration.ZERO)).contains(id);
    }

    @Test
    @Tag("Q3")
    void nothingShouldRemainOfAMessageWhoseContentCannotBeProduced() {
        assertThatThrownBy(
                        () ->
                                store.accept(
                                        MAIL,
                                        out -> {
                                            out.write(1);
                                            throw new IOException("the client went away");
                                        }))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("the client went away");
        assertThatThrownBy(
                        () ->
                                store.accept(
                                        MAIL,
                                        out -> {
                                            out.write(1);
                                            throw new IllegalStateException("a defect");
                                        }))
                .isInstanceOf(IllegalStateException.class);

        assertNothingStored();
    }

    private void assertNothingStored() {
        assertThat(store.counts().values()).containsOnly(0L);
        assertThat(store.transports()).isEmpty();
        Set<Path> left = new TreeSet<>(disk.files().keySet());
        int journals = left.remove(ROOT.resolve(".journal")) ? 1 : 0;
        assertThat(left).containsExactly(ROOT.resolve(".layout"));
        assertThat(disk.openFiles()).isEqualTo(journals);
    }

    /** It can be deferred, held, and worked on, as long as its records find room there. */
    @Test
    @Tag("D9")
    void messageInTheJournalShouldNotNeedRoomOnTheDisk() throws Exception {
        QueueId deferred = store.accept(mail(SPOOL, START).to(FIRST).build(), content(100));
        QueueId held = store.accept(MAIL, content(100));
        QueueId done = store.accept(MAIL, content(100));
        fillDisk();
        MessageLease lease = claim(deferred);
        lease.record(List.of(deferred(START, FIRST, "450 later")));
        lease.defer(lease.message().status().deferred(START.plus(HOUR), "later"));
        claim(held).hold(claimed(held).status().because("poison"));
        claim(done).complete();

        for (int kill = 0; kill < 2; kill++) {
            assertThat(queueOf(deferred)).isEqualTo(QueueName.DEFERRED);
            assertThat(queueOf(held)).isEqualTo(QueueName.HOLD);
            assertThat(store.find(done)).isEmpty();
            assertThat(store.find(deferred).orElseThrow().history()).hasSize(1);
            assertThat(claimable(HOUR.minusSeconds(1))).isEmpty();
            reopenAfterKill();
        }
        files.heal();
        store.close();
        open(files);
        assertThat(queueOf(deferred)).isEqualTo(QueueName.DEFERRED);
        assertThat(queueOf(held)).isEqualTo(QueueName.HOLD);
        assertThat(disk.files()).doesNotContainKey(ROOT.resolve(".journal"));
    }

    /** A record that must be safe is not left in the journal when its file cannot be made. */
    @Test
    @Tag("Q7")
    void refusedRecordShouldNotBeFoundInTheJournal() throws Exception {
        QueueId replaced = store.accept(MAIL, content(100));
        QueueId held = store.accept(MAIL, content(100));
        QueueId expired = store.accept(MAIL, content(100));
        QueuedMessage before = claimed(expired);
        fillDisk();
        MessageLease lease = claim(replaced);
        assertThatThrownBy(() -> lease.replaceEnvelope(MADE))
                .isInstanceOf(MessageStoreException.class);
        lease.giveBack();
        assertThatThrownBy(() -> store.hold(held, "looked at"))
                .isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> store.expire(expired)).isInstanceOf(MessageStoreException.class);

        for (int kill = 0; kill < 2; kill++) {
            assertThat(claimed(replaced).envelope()).isEqualTo(MAIL);
            assertThat(queueOf(held)).isEqualTo(QueueName.INCOMING);
            assertThat(claimed(expired).status()).isEqualTo(before.status());
            reopenAfterKill();
        }
    }

    private QueuedMessage claimed(QueueId id) throws MessageStoreException {
        return store.find(id).orElseThrow();
    }

    @Test
    @Tag("D9")
    void deferralShouldWaitOnAFullDisk() throws Exception {
        QueueId id = accept();
        fillDisk();

        MessageLease lease = claim(id);
        lease.defer(lease.message().status().deferred(START.plus(HOUR), "later"));

        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(store.find(id).orElseThrow().status().reason()).isEqualTo("later");
        assertThat(claimable(HOUR.minusSeconds(1))).isEmpty();
        assertThat(claimable(HOUR)).contains(id);
    }

    @Test
    @Tag("Q7")
    void timeOfTheFileShouldKeepTheDueTimeThatFoundNoSpace() throws Exception {
        QueueId id = accept();
        fillDisk();
        MessageLease lease = claim(id);
        lease.defer(lease.message().status().deferred(START.plus(HOUR), "later"));

        reopenAfterKill();

        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(claimable(HOUR.minusSeconds(1))).isEmpty();
        assertThat(claimable(HOUR)).contains(id);
    }

    @Test
    @Tag("Q7")
    void holdShouldOutlastTheServerOnAFullDisk() throws Exception {
        QueueId id = accept();
        fillDisk();

        MessageLease lease = claim(id);
        lease.hold(lease.message().status().because("poison"));

        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        reopenAfterKill();
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        assertThat(claimable(HOUR)).isEmpty();
    }

    @Test
    void rejectionsShouldBeCountedOnAFullDisk() throws Exception {
        QueueId id = accept();
        fillDisk();

        for (int rejection = 0; rejection < 2; rejection++) {
            MessageLease lease = claim(id);
            MessageStatus status = lease.message().status();
            assertThat(status.rejections()).isEqualTo(rejection);
            lease.defer(status.rejected(START.plus(HOUR), "refused"));
        }

        assertThat(store.find(id).orElseThrow().status().rejections()).isEqualTo(2);
        assertThat(store.list(SPOOL)).allMatch(message -> message.status().rejections() == 2);
        MessageLease third = claim(id);
        assertThat(third.message().status().rejections()).isEqualTo(2);
        third.hold(third.message().status().rejected(START, "refused"));
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
    }

    @Test
    void statusShouldBeWrittenOnceThereIsSpace() throws Exception {
        QueueId id = accept();
        fillDisk();
        MessageLease lease = claim(id);
        lease.defer(lease.message().status().rejected(START, "refused"));
        files.heal();

        MessageLease again = claim(id);
        again.defer(again.message().status().rejected(START, "refused again"));
        reopenAfterKill();

        assertThat(store.find(id).orElseThrow().status().rejections()).isEqualTo(2);
    }

    private QueueId acceptForTwo() throws MessageStoreException {
        return acceptIntoFile(mail(SPOOL, START).to(FIRST, SECOND).build());
    }

    @Test
    @Tag("T7")
    void outcomesShouldBeRememberedOnAFullDisk() throws Exception {
        QueueId id = acceptForTwo();
        MessageLease lease = claim(id);
        lease.record(List.of(deferred(START, SECOND, "450 before")));
        fillDisk();

        lease.record(List.of(delivered(START, FIRST), bounced(START, SECOND)));
        lease.reported();
        lease.defer(lease.message().status().deferred(START.plus(HOUR), "later"));

        QueuedMessage expected = lease.message();
        assertThat(expected.recipients()).allMatch(one -> one.state() == State.DONE);
        assertThat(expected.history()).hasSize(3);
        for (QueuedMessage shown : List.of(claim(id).message(), store.find(id).orElseThrow())) {
            assertThat(shown.recipients()).isEqualTo(expected.recipients());
            assertThat(shown.history()).isEqualTo(expected.history());
        }
    }

    @Test
    @Tag("T7")
    void outcomesShouldBeWrittenInTheirOrderOnceThereIsSpace() throws Exception {
        QueueId id = acceptForTwo();
        MessageLease lease = claim(id);
        fillDisk();
        lease.record(List.of(bounced(START, FIRST)));
        lease.reported();
        lease.defer(lease.message().status().deferred(START.plus(HOUR), "later"));
        files.heal();

        claim(id).record(List.of(bounced(START, SECOND)));
        reopenAfterKill();

        assertThat(store.find(id).orElseThrow().recipients())
                .containsExactly(
                        new Recipient(address(FIRST), State.DONE),
                        new Recipient(address(SECOND), State.UNDELIVERABLE));
    }

    @Test
    @Tag("T7")
    void recordBehindUnwrittenOutcomesShouldBeFoundAgain() throws Exception {
        QueueId id = acceptForTwo();
        MessageLease lease = claim(id);
        fillDisk();
        lease.record(List.of(delivered(START, FIRST)));
        files.heal();

        lease.begin(START);
        lease.replaceEnvelope(mail(SPOOL, START).to(SECOND).build());
        lease.record(List.of(delivered(START, SECOND)));
        lease.defer(lease.message().status().deferred(START.plus(HOUR), "later"));

        QueuedMessage before = store.find(id).orElseThrow();
        reopenAfterKill();
        assertThat(store.find(id)).contains(before);
        assertThat(before.status().reason()).isEqualTo("later");
        assertThat(before.recipients()).containsExactly(new Recipient(address(SECOND), State.DONE));
    }

    @Test
    @Tag("T7")
    @Tag("Q7")
    void outcomesShouldBeWrittenWhenTheServerStops() throws Exception {
        QueueId id = acceptForTwo();
        MessageLease lease = claim(id);
        fillDisk();
        lease.record(List.of(delivered(START, FIRST)));
        lease.giveBack();
        files.heal();

        store.close();
        open(files);

        assertThat(store.find(id).orElseThrow().pendingRecipients())
                .containsExactly(address(SECOND));
    }

    @Test
    @Tag("T7")
    void memoryShouldNotFillUpWithDeferralsOnAFullDisk() throws Exception {
        QueueId id = acceptForTwo();
        MessageLease lease = claim(id);
        fillDisk();
        for (int i = 0; i < 1_000; i++) {
            lease.record(List.of(deferred(START.plusSeconds(i), FIRST, "450 later")));
        }

        lease.record(List.of(deferred(START, FIRST, "450 later"), delivered(START, SECOND)));
        lease.giveBack();

        QueuedMessage message = store.find(id).orElseThrow();
        assertThat(message.pendingRecipients()).containsExactly(address(FIRST));
        assertThat(message.history()).hasSizeBetween(5, RecipientLog.NEWEST);
    }

    @Test
    @Tag("T7")
    void outcomesThatCannotBeWrittenForAnotherReasonShouldBeRefused() throws Exception {
        QueueId id = acceptForTwo();
        MessageLease lease = claim(id);
        QueuedMessage before = lease.message();
        files.set(Fault.from(0));

        assertThatThrownBy(() -> lease.record(List.of(delivered(START, FIRST))))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("Input/output error");
        assertThatThrownBy(lease::reported).isInstanceOf(MessageStoreException.class);

        assertThat(lease.message()).isEqualTo(before);
        files.heal();
        lease.record(List.of(delivered(START, FIRST)));
        reopenAfterKill();
        assertThat(store.find(id).orElseThrow().history()).containsExactly(delivered(START, FIRST));
    }

    @Test
    @Tag("Q7")
    void messageShouldBeFinishedOnAFullDisk() throws Exception {
        QueueId id = accept();
        fillDisk();

        claim(id).complete();

        assertNothingStored();
    }

    @Test
    @Tag("Q11")
    void messageShouldBeGivenBackOnAFullDisk() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        lease.begin(START);
        fillDisk();

        lease.giveBack();

        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(claimable(Duration.ZERO)).contains(id);
    }

    @Test
    @Tag("Q7")
    @Tag("Q11")
    void serverShouldStartOnAFullDisk() throws Exception {
        QueueId begun = accept();
        QueueId waiting = accept();
        claim(begun).begin(START);
        fillDisk();

        reopenAfterKill();

        assertThat(queueOf(begun)).isEqualTo(QueueName.INCOMING);
        assertThat(queueOf(waiting)).isEqualTo(QueueName.INCOMING);
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 0L);
        claim(begun).complete();
        claim(waiting).complete();
    }

    @Test
    void operatorsShouldMakeSpaceOnAFullDisk() throws Exception {
        QueueId id = accept();
        fillDisk();

        assertThat(store.remove(id)).isEqualTo(OperatorResult.DONE);

        assertNothingStored();
    }

    @Test
    void operatorsActionThatFindsNoSpaceShouldChangeNothing() throws Exception {
        QueueId id = accept();
        fillDisk();

        assertThatThrownBy(() -> store.hold(id, "wait"))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("No space left on device");

        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
        assertThat(claimable(Duration.ZERO)).contains(id);
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 0L);
    }

    private static final Envelope MADE =
            mail(new TransportName("smtp"), START).to(FIRST, SECOND).build();

    private static DerivedContent newHeader() {
        return new DerivedContent("X-New: yes\r\n".repeat(20).getBytes(US_ASCII), 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("Q7")
    void messageThatFindsNoSpaceToGoOnShouldStayWhatItIs(boolean begun) throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        if (begun) {
            lease.begin(START);
        }
        QueuedMessage before = lease.message();
        fillDisk();

        assertThatThrownBy(() -> lease.goOn(MADE, newHeader()))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("No space left on device");

        assertThat(lease.message()).isEqualTo(before);
        assertThat(store.find(id)).contains(before);
        assertThat(lease.content().size()).isEqualTo(100);
        assertThat(store.transports()).containsExactly(SPOOL);
        lease.defer(before.status().deferred(START.plus(HOUR), "no space"));
        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(claimable(HOUR.minusSeconds(1))).isEmpty();
        reopenAfterKill();
        assertThat(store.find(id).orElseThrow().envelope()).isEqualTo(MAIL);
        assertThat(claimable(HOUR)).contains(id);
    }

    @Test
    @Tag("Q7")
    void messageShouldGoOnOnceThereIsSpace() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        fillDisk();
        assertThatThrownBy(() -> lease.goOn(MADE, newHeader()))
                .isInstanceOf(MessageStoreException.class);
        files.heal();

        lease.goOn(MADE, newHeader());

        QueuedMessage gone = lease.message();
        lease.giveBack();
        reopenAfterKill();
        assertThat(store.find(id).orElseThrow().envelope()).isEqualTo(MADE);
        assertThat(store.find(id).orElseThrow().status()).isEqualTo(gone.status());
        assertThat(store.find(id).orElseThrow().size()).isEqualTo(20 * 12 + 97);
    }

    @Test
    @Tag("T7")
    void unwrittenOutcomesShouldSettleNothingOfWhatGoesOn() throws Exception {
        QueueId id = acceptForTwo();
        MessageLease lease = claim(id);
        fillDisk();
        lease.record(List.of(delivered(START, FIRST)));
        assertThatThrownBy(() -> lease.goOn(MADE, newHeader()))
                .isInstanceOf(MessageStoreException.class);
        assertThat(lease.message().pendingRecipients()).containsExactly(address(SECOND));
        files.heal();

        lease.goOn(MADE, newHeader());

        QueuedMessage gone = lease.message();
        assertThat(gone.pendingRecipients()).containsExactly(address(FIRST), address(SECOND));
        assertThat(gone.history()).containsExactly(delivered(START, FIRST));
        assertThat(store.find(id)).contains(gone);
        reopenAfterKill();
        QueuedMessage left = store.find(id).orElseThrow();
        assertThat(left.recipients()).isEqualTo(gone.recipients());
        assertThat(left.history()).isEqualTo(gone.history());
    }

    @Test
    @Tag("Q11")
    void unwrittenStatusShouldNotBeThatOfWhatGoesOn() throws Exception {
        QueueId id = accept();
        fillDisk();
        MessageLease lease = claim(id);
        lease.defer(lease.message().status().rejected(START, "refused"));
        files.heal();

        claim(id).goOn(MADE, newHeader());

        assertThat(store.find(id).orElseThrow().status()).isEqualTo(MessageStatus.accepted(MADE));
        reopenAfterKill();
        assertThat(store.find(id).orElseThrow().status()).isEqualTo(MessageStatus.accepted(MADE));
    }

    @Test
    @Tag("T7")
    void outcomesOfWhatWentOnShouldBeRememberedOnAFullDisk() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        lease.goOn(MADE, newHeader());
        fillDisk();

        lease.record(List.of(delivered(START, FIRST)));
        lease.defer(lease.message().status().deferred(START, "later"));

        assertThat(claim(id).message().pendingRecipients()).containsExactly(address(SECOND));
        assertThat(store.find(id).orElseThrow().envelope()).isEqualTo(MADE);
    }
}
