/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.store.directory.MemoryDisk.NOTHING_MORE;
import static org.jamesqmgr.testing.Attempts.delivered;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** New mail that is on the disk in the journal alone. */
@ExtendWith(SilentStore.class)
@Tag("Q3")
class JournalTest {

    private static final Path ROOT = Path.of("/var/spool/qmgr");
    private static final Path JOURNAL = new Layout(ROOT).journal();
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final JournalShape SMALL = new JournalShape(128, 8);

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private final MemoryDisk disk = new MemoryDisk(ROOT, clock);
    private final QueueIdSequence ids = new QueueIdSequence(clock);

    private DirectoryMessageStore open(FileOperations files) throws MessageStoreException {
        return DirectoryMessageStore.open(ROOT, clock, files, false);
    }

    private static Envelope envelope() {
        return EnvelopeBuilder.mail(SPOOL, START).to("a@b.example").build();
    }

    private static QueueId accept(DirectoryMessageStore store, String content)
            throws MessageStoreException {
        return store.accept(envelope(), out -> out.write(content.getBytes(US_ASCII)));
    }

    /** The journal has it as well. */
    private static QueueId acceptIntoFile(DirectoryMessageStore store, String content)
            throws MessageStoreException {
        QueueId id = accept(store, content);
        store.letGo();
        return id;
    }

    private static String content(DirectoryMessageStore store, QueueId id) throws Exception {
        try (InputStream in = store.content(store.find(id).orElseThrow()).open()) {
            return new String(in.readAllBytes(), US_ASCII);
        }
    }

    @Test
    void acceptedMessageShouldComeBackFromTheJournalAlone() throws Exception {
        QueueId id = accept(open(disk), "new mail");
        MemoryDisk left = disk.afterPowerCut(NOTHING_MORE);
        assertThat(left.files()).doesNotContainKey(new Layout(ROOT).file(QueueName.INCOMING, id));

        assertThat(content(open(left), id)).isEqualTo("new mail");
    }

    /** Otherwise the test before this one shows nothing. */
    @Test
    void withoutTheJournalItWouldBeLost() throws Exception {
        QueueId id = accept(open(disk), "new mail");
        MemoryDisk left = disk.afterPowerCut(NOTHING_MORE);
        left.delete(JOURNAL);

        assertThat(open(left).find(id)).isEmpty();
    }

    @Test
    void whatWasRestoredShouldSurviveAnotherPowerCut() throws Exception {
        QueueId id = accept(open(disk), "new mail");
        MemoryDisk once = disk.afterPowerCut(NOTHING_MORE);
        open(once);

        assertThat(content(open(once.afterPowerCut(NOTHING_MORE)), id)).isEqualTo("new mail");
    }

    @Test
    @Tag("Q7")
    void whatIsDoneShouldNotComeBackAfterAKill() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        store.claim(id).orElseThrow().complete();

        assertThat(open(disk.afterKill()).find(id)).isEmpty();
    }

    @Test
    @Tag("A2")
    void whatAnOperatorDeletedShouldNotComeBackAfterAPowerCut() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        store.remove(id);

        assertThat(open(disk.afterPowerCut(NOTHING_MORE)).find(id)).isEmpty();
    }

    @Test
    void deferredMessageShouldDoWithoutTheJournal() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        MessageLease lease = store.claim(id).orElseThrow();
        lease.begin(START);
        lease.defer(lease.message().status().deferred(START.plus(Duration.ofHours(1)), "later"));

        MemoryDisk left = disk.afterPowerCut(NOTHING_MORE);
        left.delete(JOURNAL);
        assertThat(content(open(left), id)).isEqualTo("new mail");
    }

    /** What is found then is set aside. */
    private QueueId acceptAndDamage(DirectoryMessageStore store) throws Exception {
        QueueId id = acceptIntoFile(store, "new mail");
        try (FileOperations.OpenFile file = disk.open(file(QueueName.INCOMING, id))) {
            file.write(70, new byte[] {1, 2, 3}, 0, 3);
        }
        assertThat(store.claim(id)).isEmpty();
        return id;
    }

    private static Path file(QueueName queue, QueueId id) {
        return new Layout(ROOT).file(queue, id);
    }

    @Test
    void messageThatCannotBeDeletedShouldStandWithoutTheJournal() throws Exception {
        boolean[] stuck = {true};
        DirectoryMessageStore store =
                open(
                        new ForwardingFileOperations(disk) {
                            @Override
                            public void delete(Path path) throws IOException {
                                if (stuck[0]) {
                                    throw new IOException("Operation not permitted");
                                }
                                super.delete(path);
                            }
                        });
        QueueId id = acceptIntoFile(store, "new mail");

        assertThatThrownBy(() -> store.remove(id)).isInstanceOf(MessageStoreException.class);

        assertThat(content(open(disk.afterPowerCut(NOTHING_MORE)), id)).isEqualTo("new mail");
    }

    @Test
    @Tag("Q10")
    void fileThatWasRemovedByHandShouldNotComeBack() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId noticed = acceptIntoFile(store, "noticed");
        QueueId unnoticed = acceptIntoFile(store, "unnoticed");
        disk.delete(file(QueueName.INCOMING, noticed));
        disk.delete(file(QueueName.INCOMING, unnoticed));
        assertThat(store.claim(noticed)).isEmpty();
        store.close();

        DirectoryMessageStore next = open(disk);
        assertThat(next.find(noticed)).isEmpty();
        assertThat(next.find(unnoticed)).isEmpty();
    }

    @Test
    @Tag("Q10")
    void fileThatWasMovedByHandShouldNotBeThereTwice() throws Exception {
        QueueId id = acceptIntoFile(open(disk), "new mail");
        disk.afterKill();
        disk.move(file(QueueName.INCOMING, id), ROOT.resolve("deferred").resolve(id.asString()));

        DirectoryMessageStore store = open(disk);
        assertThat(store.find(id).orElseThrow().queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 0L);
    }

    @Test
    @Tag("Q8")
    void damagedMessageShouldComeBackFromItsCopyAtTheNextStart() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = acceptAndDamage(store);
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 1L);
        store.close();

        assertThat(content(open(disk), id)).isEqualTo("new mail");
    }

    @Test
    @Tag("A9")
    void damagedMessageThatAnOperatorDeletesShouldNotComeBack() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = acceptAndDamage(store);
        assertThat(store.removeDamaged(id.asString())).isTrue();

        assertThat(open(disk.afterPowerCut(NOTHING_MORE)).find(id)).isEmpty();
    }

    @Test
    @Tag("Q8")
    void fileThatCannotBeReadShouldBeSetAsideAtTheStartAndRestored() throws Exception {
        QueueId id = acceptIntoFile(open(disk), "new mail");
        Path unreadable = file(QueueName.INCOMING, id);
        boolean[] aside = {false};
        FileOperations files =
                new ForwardingFileOperations(disk.afterKill()) {
                    @Override
                    public OpenFile openForReading(Path path) throws IOException {
                        if (path.equals(unreadable) && !aside[0]) {
                            throw new IOException("Input/output error");
                        }
                        return super.openForReading(path);
                    }

                    @Override
                    public void move(Path from, Path to) throws IOException {
                        aside[0] |= from.equals(unreadable);
                        super.move(from, to);
                    }
                };

        DirectoryMessageStore store = open(files);
        assertThat(content(store, id)).isEqualTo("new mail");
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 1L);
    }

    @Test
    @Tag("D9")
    void messageShouldComeBackAndBeWorkedOnWithoutAnyRoomOnTheDisk() throws Exception {
        QueueId id = accept(open(disk), "new mail");
        QueueId other = accept(open(disk.afterKill()), "other mail");
        MemoryDisk left = disk.afterPowerCut(NOTHING_MORE);
        FaultyFileOperations full =
                new FaultyFileOperations(left, FaultyFileOperations.Fault.diskFullFrom(1));
        DirectoryMessageStore store = open(full);
        assertThat(content(store, id)).isEqualTo("new mail");
        store.claim(other).orElseThrow().complete();
        assertThat(content(open(left.afterPowerCut(NOTHING_MORE)), id)).isEqualTo("new mail");

        store.close();
        store = open(left);
        assertThat(content(store, id)).as("after a clean stop").isEqualTo("new mail");
        assertThat(store.find(other)).isEmpty();
    }

    /** What one server has recorded the next goes on with, and so does the one after it. */
    @Test
    @Tag("Q7")
    void recordsShouldBeKeptThroughOneKillAfterAnother() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        store.claim(id).orElseThrow().begin(START);
        for (int kill = 1; kill <= 2; kill++) {
            store = open(disk.afterKill());
            MessageLease lease = store.claim(id).orElseThrow();
            assertThat(lease.message().status().crashes()).isEqualTo(kill);
            lease.begin(START);
        }
        assertThat(disk.files()).containsOnlyKeys(JOURNAL, ROOT.resolve(".layout"));
    }

    private static int find(byte[] bytes, byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }

    private void clear(MemoryDisk left, byte[] record) throws IOException {
        try (FileOperations.OpenFile journal = left.open(JOURNAL)) {
            int at = find(left.files().get(JOURNAL), record);
            journal.write(at, new byte[record.length], 0, record.length);
        }
    }

    /** A power cut has spared a page with a record, and not the one with the record before it. */
    @Test
    @Tag("Q7")
    void recordThatWasLeftBehindShouldNeverBeReadAgain() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        MessageLease lease = store.claim(id).orElseThrow();
        lease.begin(START);
        lease.record(List.of(delivered(START, "a@b.example")));
        MemoryDisk left = disk.afterKill();
        clear(left, RecordLog.workBegins());

        for (int start = 0; start < 2; start++) {
            store = open(left.afterKill());
            MessageLease again = store.claim(id).orElseThrow();
            assertThat(again.message().pendingRecipients()).hasSize(1);
            again.begin(START);
        }
    }

    @Test
    @Tag("Q8")
    void damagedRecordsShouldLeaveTheMessageThatWasAccepted() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        MessageLease lease = store.claim(id).orElseThrow();
        lease.begin(START);
        lease.goOn(envelope(), DerivedContent.SAME);
        byte[] envelope = RecordLog.envelope(envelope());
        MemoryDisk left = disk.afterKill();
        int at = find(left.files().get(JOURNAL), RecordLog.workBegins());
        try (FileOperations.OpenFile journal = left.open(JOURNAL)) {
            journal.write(at, new byte[] {'x'}, 0, 1);
            journal.write(at + 40, envelope, 0, envelope.length);
        }

        store = open(left);
        assertThat(content(store, id)).isEqualTo("new mail");
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 0L);
    }

    /** Of a longer message than the journal has room for, and of more records. */
    @Test
    @Tag("Q7")
    void recordsThatFindNoRoomShouldBeWrittenToTheFile() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        MessageLease lease = store.claim(id).orElseThrow();
        for (int time = 0; time < 300; time++) {
            lease.begin(START.plusSeconds(time));
            lease.replaceEnvelope(envelope());
        }
        assertThat(disk.files()).doesNotContainKey(file(QueueName.ACTIVE, id));
        lease.goOn(
                envelope().withAttributes(Map.of("long", "x".repeat(10_000))), DerivedContent.SAME);
        assertThat(disk.files()).containsKey(file(QueueName.ACTIVE, id));

        assertThat(open(disk.afterKill()).find(id).orElseThrow().envelope().attributes())
                .containsKey("long");
    }

    @Test
    void largeMessageShouldDoWithoutTheJournal() throws Exception {
        String large = "x".repeat(100_000);
        QueueId id = accept(open(disk), large);
        assertThat(disk.files()).doesNotContainKey(JOURNAL);

        assertThat(content(open(disk.afterPowerCut(NOTHING_MORE)), id)).isEqualTo(large);
    }

    @Test
    void cleanStopShouldLeaveNoJournalAndEverythingOnTheDisk() throws Exception {
        DirectoryMessageStore store = open(disk);
        QueueId id = accept(store, "new mail");
        store.close();
        assertThat(disk.files()).doesNotContainKey(JOURNAL);

        assertThat(content(open(disk.afterPowerCut(NOTHING_MORE)), id)).isEqualTo("new mail");
    }

    @Test
    void journalWithOneDamagedHeaderShouldBeReadByTheOther() throws Exception {
        QueueId id = accept(open(disk), "new mail");
        for (int damaged : new int[] {12, 4096 + 12}) {
            MemoryDisk left = disk.afterPowerCut(NOTHING_MORE);
            try (FileOperations.OpenFile journal = left.open(JOURNAL)) {
                journal.write(damaged, new byte[] {1}, 0, 1);
            }

            assertThat(content(open(left), id)).isEqualTo("new mail");
        }
    }

    @Test
    void damagedJournalShouldBeSetAsideAndStopNothing() throws Exception {
        QueueId id = acceptIntoFile(open(disk), "new mail");
        MemoryDisk left = disk.afterKill();
        try (FileOperations.OpenFile journal = left.open(JOURNAL)) {
            journal.write(12, new byte[] {1}, 0, 1);
            journal.write(4096 + 12, new byte[] {1}, 0, 1);
        }

        assertThat(content(open(left), id)).isEqualTo("new mail");
        assertThat(left.files()).containsKey(new Layout(ROOT).damagedJournal());
    }

    @Test
    @Tag("Q9")
    void journalOfANewerVersionShouldStopTheStartAndStay() throws Exception {
        accept(open(disk), "new mail");
        MemoryDisk left = disk.afterKill();
        byte[] before = left.files().get(JOURNAL);
        ByteBuffer header = ByteBuffer.wrap(before.clone());
        header.putInt(8, 3);
        header.putInt(36, Checksum.of(header.array(), 0, 36));
        try (FileOperations.OpenFile journal = left.open(JOURNAL)) {
            journal.write(0, header.array(), 0, 40);
        }

        assertThatThrownBy(() -> open(left))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("a journal of format version 3")
                .hasMessageContaining("start the newer server");
        assertThat(left.files()).containsKey(JOURNAL);
    }

    @Test
    void whereThereIsNoRoomMoreNothingShouldBeKept() throws Exception {
        Journal journal = Journal.open(disk, JOURNAL, SMALL);
        List<QueueId> kept = new ArrayList<>();
        for (QueueId id = ids.next(); journal.keep(id, new byte[100], 100); id = ids.next()) {
            kept.add(id);
        }
        assertThat(kept).as("two blocks each of eight").hasSize(4);

        journal.forget(kept.get(1));
        QueueId another = ids.next();
        assertThat(journal.keep(another, new byte[100], 100)).isTrue();
        journal.abandon();

        Journal again = Journal.open(disk.afterPowerCut(NOTHING_MORE), JOURNAL, SMALL);
        assertThat(again.takeLeft())
                .extracting(KeptFile::id)
                .containsExactly(kept.get(0), kept.get(2), kept.get(3), another);
    }

    private byte[] forgedRecord() {
        byte[] name = ids.next().asString().getBytes(US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(36 + name.length + 10).position(24);
        return out.putInt(name.length).putInt(10).putInt(0).put(name).array();
    }

    /** Its bytes lie where a record might begin, and say what a record of that time said. */
    @Test
    void contentThatLooksLikeARecordShouldNotBeTakenForOne() throws Exception {
        Journal journal = Journal.open(disk, JOURNAL, SMALL);
        QueueId forger = ids.next();
        byte[] forged = forgedRecord();
        byte[] content = new byte[2 * 128];
        System.arraycopy(forged, 0, content, 128 - 36 - 16, forged.length);
        journal.keep(forger, content, content.length);
        journal.forget(forger);
        journal.keep(ids.next(), new byte[10], 10);
        journal.abandon();

        assertThat(Journal.open(disk, JOURNAL, SMALL).takeLeft()).hasSize(1);
    }

    @Test
    void diskThatFailsOnceShouldNotBeReliedOnAgain() throws Exception {
        FaultyFileOperations files =
                new FaultyFileOperations(disk, FaultyFileOperations.Fault.NONE);
        Journal journal = Journal.open(files, JOURNAL, SMALL);
        QueueId first = ids.next();
        assertThat(journal.keep(first, new byte[10], 10)).isTrue();
        int next = files.operations() + 2;
        files.set(FaultyFileOperations.Fault.once(next, FaultyFileOperations.Outcome.FAILS));

        assertThat(journal.keep(ids.next(), new byte[10], 10)).as("not forced").isFalse();
        assertThat(journal.keep(ids.next(), new byte[10], 10)).as("after that").isFalse();
        journal.forget(first);
        journal.forceForgotten();

        assertThat(Journal.open(disk.afterPowerCut(NOTHING_MORE), JOURNAL, SMALL).takeLeft())
                .extracting(KeptFile::id)
                .doesNotContain(first);
    }

    /** On a real disk: whatever was said to be kept, and not forgotten, is there. */
    @Test
    void manyAtATimeShouldShareWhatTheyWaitFor(@TempDir Path directory) throws Exception {
        AtomicInteger forces = new AtomicInteger();
        FileOperations counting =
                new ForwardingFileOperations(new DiskFileOperations()) {
                    @Override
                    OpenFile writable(OpenFile file) {
                        return new ForwardingFile(file) {
                            @Override
                            public void forceBytes() throws IOException {
                                forces.incrementAndGet();
                                super.forceBytes();
                            }
                        };
                    }
                };
        Path path = directory.resolve("journal");
        Journal journal = Journal.open(counting, path, JournalShape.USUAL);
        Set<QueueId> left = ConcurrentHashMap.newKeySet();
        int threads = 8;
        int each = 100;
        CountDownLatch well = new CountDownLatch(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int thread = 0; thread < threads; thread++) {
            pool.execute(
                    () -> {
                        for (int i = 0; i < each; i++) {
                            keepAndForgetSome(journal, left, i);
                        }
                        well.countDown();
                    });
        }
        assertThat(well.await(60, TimeUnit.SECONDS)).isTrue();
        pool.shutdown();
        journal.abandon();

        Journal again = Journal.open(new DiskFileOperations(), path, JournalShape.USUAL);
        assertThat(again.takeLeft())
                .extracting(KeptFile::id)
                .containsExactlyInAnyOrderElementsOf(left);
        again.abandon();
        assertThat(forces.get()).isPositive().isLessThanOrEqualTo(threads * each);
    }

    private void keepAndForgetSome(Journal journal, Set<QueueId> left, int number) {
        try {
            QueueId id = ids.next();
            byte[] image = new byte[1 + number * 97 % 20_000];
            if (!journal.keep(id, image, image.length)) {
                throw new IOException("not kept");
            }
            if (number % 3 == 0) {
                left.add(id);
            } else {
                journal.forget(id);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
