/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.Attempts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is done to a queue file, it is set aside and kept, and nothing else stops. */
@ExtendWith(SilentStore.class)
@Timeout(60)
@Tag("Q8")
class DamagedQueueFileTest {

    private static final TransportName SPOOL = new TransportName("spool");
    private static final int HEADER = QueueFileHeader.SIZE;

    @TempDir private Path temporary;
    private DamagedQueue queue;
    private byte[] whole;

    @BeforeEach
    void writeOne() throws Exception {
        queue = new DamagedQueue(temporary.resolve("qmgr"));
        whole = queue.wholeFile();
    }

    @Test
    void wholeFileShouldBeDelivered() throws Exception {
        Path path = queue.place(QueueName.INCOMING);
        Files.write(path, whole);

        try (DirectoryMessageStore store = queue.open()) {
            assertThat(queue.drain(store)).contains(DamagedQueue.id(path)).hasSize(2);
        }
    }

    @Test
    void everyFlippedBitShouldBeFound() throws Exception {
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            queue.plant(QueueName.INCOMING, flip(whole, bit));
        }
        queue.assertPlantedAreSetAside();
    }

    @ParameterizedTest
    @EnumSource(names = {"ACTIVE", "DEFERRED", "HOLD"})
    void everyChangedByteShouldBeFoundInAnyQueue(QueueName name) throws Exception {
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] = (byte) ~damaged[i];
            queue.plant(name, damaged);
        }
        queue.assertPlantedAreSetAside();
    }

    @ParameterizedTest
    @EnumSource(names = {"INCOMING", "ACTIVE", "DEFERRED", "HOLD"})
    void everyLengthTooShortShouldBeFoundInAnyQueue(QueueName name) throws Exception {
        int shortest = name == QueueName.INCOMING ? 1 : 0;
        for (int length = shortest; length < whole.length; length++) {
            queue.plant(name, Arrays.copyOf(whole, length));
        }
        queue.assertPlantedAreSetAside();
    }

    @Test
    void everyRegionOfZeroesShouldBeFound() throws Exception {
        for (int length : List.of(1, 2, 4, 8, 60, 64, 128, 512)) {
            for (int start = 0; start + length <= whole.length; start++) {
                byte[] damaged = whole.clone();
                Arrays.fill(damaged, start, start + length, (byte) 0);
                if (!Arrays.equals(damaged, whole)) {
                    queue.plant(QueueName.INCOMING, damaged);
                }
            }
        }
        queue.plant(QueueName.INCOMING, new byte[whole.length]);
        queue.assertPlantedAreSetAside();
    }

    @Test
    void randomBytesShouldBeFound() throws Exception {
        Random random = new Random(20260301);
        for (int i = 0; i < 500; i++) {
            byte[] noise = new byte[1 + random.nextInt(2 * whole.length)];
            random.nextBytes(noise);
            queue.plant(QueueName.INCOMING, noise);
            byte[] damaged = whole.clone();
            int start = random.nextInt(whole.length);
            System.arraycopy(
                    noise, 0, damaged, start, Math.min(noise.length, whole.length - start));
            if (!Arrays.equals(damaged, whole)) {
                queue.plant(QueueName.DEFERRED, damaged);
            }
        }
        queue.assertPlantedAreSetAside();
    }

    @Test
    void damagedContentShouldBeFoundWhenItIsClaimedAndNotBefore() throws Exception {
        byte[] damaged = whole.clone();
        damaged[damaged.length - QueueFileHeader.END_MARK_SIZE - 1] ^= 1;
        QueueId id = queue.plant(QueueName.INCOMING, damaged);

        try (DirectoryMessageStore store = queue.open()) {
            store.listen(queue.listener());
            assertThat(store.counts())
                    .containsEntry(QueueName.INCOMING, 2L)
                    .containsEntry(QueueName.CORRUPT, 0L);
            assertThat(store.find(id)).isPresent();

            assertThat(store.claim(id)).isEmpty();

            assertThat(queue.listener().corruptCalls()).hasSize(1);
            assertThat(queue.listener().corruptCalls().get(0).reason()).contains("content");
        }
    }

    @Test
    void emptyFileShouldBeClearedAwayFromIncoming() throws Exception {
        Path path = queue.place(QueueName.INCOMING);
        Files.createFile(path);

        try (DirectoryMessageStore store = queue.open()) {
            assertThat(path).doesNotExist();
            assertThat(queue.drain(store)).containsExactlyElementsOf(queue.neighbours());
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(0));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ACTIVE", "DEFERRED", "HOLD"})
    void fileThatSaysOpenShouldBeKeptWhereNoneIsWritten(QueueName name) throws Exception {
        byte[] open = whole.clone();
        byte[] header = QueueFileHeader.open().encode();
        System.arraycopy(header, 0, open, 0, HEADER);
        queue.plant(name, open);

        queue.assertPlantedAreSetAside();
    }

    @Test
    void fileThatSaysOpenShouldBeClearedAwayFromIncoming() throws Exception {
        Path path = queue.place(QueueName.INCOMING);
        Files.write(path, QueueFileHeader.open().encode());

        queue.assertPlantedAreSetAside();

        assertThat(path).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = {"INCOMING", "ACTIVE", "DEFERRED", "HOLD"})
    void directoryInPlaceOfAFileShouldBeSetAside(QueueName name) throws Exception {
        Path path = Files.createDirectory(queue.place(name));
        Files.writeString(path.resolve("inside"), "kept");

        assertSetAside(path);

        Path corrupt = queue.place(QueueName.CORRUPT, DamagedQueue.id(path));
        assertThat(corrupt.resolve("inside")).hasContent("kept");
    }

    @ParameterizedTest
    @EnumSource(names = {"INCOMING", "ACTIVE", "DEFERRED", "HOLD"})
    void symbolicLinkInPlaceOfAFileShouldBeSetAside(QueueName name) throws Exception {
        Path elsewhere = Files.write(temporary.resolve("elsewhere"), whole);
        Path path = Files.createSymbolicLink(queue.place(name), elsewhere);

        assertSetAside(path);

        Path corrupt = queue.place(QueueName.CORRUPT, DamagedQueue.id(path));
        assertThat(corrupt).isSymbolicLink();
        assertThat(elsewhere).hasBinaryContent(whole);
    }

    @Test
    void symbolicLinkToNowhereShouldBeSetAside() throws Exception {
        Path nowhere = temporary.resolve("nowhere");

        assertSetAside(Files.createSymbolicLink(queue.place(QueueName.INCOMING), nowhere));

        assertThat(nowhere).doesNotExist();
    }

    /** Opening it would wait for a writer for ever. */
    @Test
    void pipeInPlaceOfAFileShouldBeSetAside() throws Exception {
        Path path = queue.place(QueueName.DEFERRED);
        assumeThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();

        assertSetAside(path);
    }

    @Test
    void unreadableFileShouldBeSetAside() throws Exception {
        Path path = Files.write(queue.place(QueueName.INCOMING), whole);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(path)).as("root reads everything").isFalse();

        assertSetAside(path);
    }

    private void assertSetAside(Path path) throws Exception {
        try (DirectoryMessageStore store = queue.open()) {
            store.listen(queue.listener());
            assertThat(queue.listener().corruptCalls()).hasSize(1);
            assertThat(queue.listener().corruptCalls().get(0).id())
                    .isEqualTo(DamagedQueue.id(path));
            assertThat(queue.drain(store)).containsExactlyElementsOf(queue.neighbours());
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(1));
        }
    }

    @Test
    void directoryThatTakesTheFilesPlaceWhileTheServerRunsShouldBeSetAside() throws Exception {
        try (DirectoryMessageStore store = queue.open()) {
            store.listen(queue.listener());
            QueueId id = queue.neighbours().get(0);
            Path path = queue.place(QueueName.INCOMING, id);
            Files.delete(path);
            Files.createDirectory(path);

            assertThat(store.claim(id)).isEmpty();

            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(1));
            assertThat(queue.listener().corruptCalls()).hasSize(1);
        }
    }

    @Test
    void symbolicLinkThatTakesTheFilesPlaceWhileTheServerRunsShouldBeSetAside() throws Exception {
        Path elsewhere = Files.write(temporary.resolve("elsewhere"), whole);
        try (DirectoryMessageStore store = queue.open()) {
            store.listen(queue.listener());
            QueueId id = queue.neighbours().get(0);
            Path path = queue.place(QueueName.INCOMING, id);
            Files.delete(path);
            Files.createSymbolicLink(path, elsewhere);

            assertThat(store.claim(id)).isEmpty();

            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(1));
            assertThat(queue.listener().corruptCalls()).hasSize(1);
        }
        assertThat(elsewhere).hasBinaryContent(whole);
    }

    @Test
    void fileRemovedByHandShouldBeForgotten() throws Exception {
        try (DirectoryMessageStore store = queue.open()) {
            QueueId id = queue.neighbours().get(0);
            Files.delete(queue.place(QueueName.INCOMING, id));

            assertThat(store.claim(id)).isEmpty();
            assertThat(store.find(id)).isEmpty();
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(0));
        }
    }

    @Test
    void garbageBehindTheRecordsShouldHarmNothing() throws Exception {
        Random random = new Random(42);
        int planted = 0;
        for (int length = 1; length < 400; length += 7) {
            byte[] longer = Arrays.copyOf(whole, whole.length + length);
            byte[] garbage = new byte[length];
            if (length % 2 == 0) {
                random.nextBytes(garbage);
            }
            System.arraycopy(garbage, 0, longer, whole.length, length);
            Files.write(queue.place(QueueName.INCOMING), longer);
            planted++;
        }
        assertAllDelivered(planted);
    }

    @Test
    void recordThatClaimsToBeHugeShouldHarmNothing() throws Exception {
        for (int length : List.of(Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 1 << 30)) {
            ByteBuffer record = ByteBuffer.allocate(whole.length + 9);
            record.put(whole).put((byte) 's').putInt(length).putInt(0);
            Files.write(queue.place(QueueName.INCOMING), record.array());
        }
        assertAllDelivered(4);
    }

    @Test
    void everyFlippedBitInAStatusShouldHarmNothing() throws Exception {
        byte[] recorded = queue.wholeFile(lease -> lease.defer(later(lease)));
        int planted = 0;
        for (int bit = whole.length * Byte.SIZE; bit < recorded.length * Byte.SIZE; bit++) {
            Files.write(queue.place(QueueName.DEFERRED), flip(recorded, bit));
            planted++;
        }
        assertThat(planted).isGreaterThan(500);
        assertAllDelivered(planted);
    }

    @Test
    void damagedStatusBeforeAnotherShouldHarmNothing() throws Exception {
        byte[] recorded =
                queue.wholeFile(
                        lease -> {
                            lease.begin(Instant.EPOCH);
                            lease.defer(later(lease));
                        });
        int planted = 0;
        for (int i = whole.length + 1; i < recorded.length; i++) {
            Files.write(queue.place(QueueName.DEFERRED), flip(recorded, i * Byte.SIZE));
            planted++;
        }
        assertAllDelivered(planted);
    }

    @Test
    void damagedAttemptsShouldHarmNothing() throws Exception {
        byte[] recorded =
                queue.wholeFile(
                        lease -> {
                            recordAttempts(lease);
                            lease.defer(later(lease));
                        });
        int planted = 0;
        for (int i = whole.length + 1; i < recorded.length; i++) {
            Files.write(queue.place(QueueName.DEFERRED), flip(recorded, i * Byte.SIZE));
            planted++;
        }
        assertThat(planted).isGreaterThan(500);
        assertAllDelivered(planted);
    }

    @Test
    void attemptsCutShortAnywhereShouldHarmNothing() throws Exception {
        byte[] recorded =
                queue.wholeFile(
                        lease -> {
                            recordAttempts(lease);
                            lease.reported();
                        });
        for (int length = whole.length; length < recorded.length; length++) {
            Files.write(queue.place(QueueName.INCOMING), Arrays.copyOf(recorded, length));
        }
        assertAllDelivered(recorded.length - whole.length);
    }

    private static void recordAttempts(MessageLease lease) throws MessageStoreException {
        lease.record(List.of(Attempts.deferred(Instant.EPOCH, "a@target.example", "450 later")));
        lease.record(List.of(Attempts.bounced(Instant.EPOCH, "a@target.example")));
    }

    /** The recipients before that envelope are not the right ones. */
    @Test
    void damagedEnvelopeShouldBeFoundWhenMoreWasRecordedBehindIt() throws Exception {
        byte[] replaced =
                queue.wholeFile(lease -> lease.replaceEnvelope(mail(SPOOL, Instant.EPOCH).build()));
        byte[] more =
                queue.wholeFile(
                        lease -> {
                            lease.replaceEnvelope(mail(SPOOL, Instant.EPOCH).build());
                            lease.defer(later(lease));
                        });
        for (int i = whole.length; i < replaced.length; i++) {
            queue.plant(QueueName.DEFERRED, flip(more, i * Byte.SIZE + 3));
        }
        queue.assertPlantedAreSetAside();
    }

    @Test
    void damageBeforeAReplacedEnvelopeShouldBeFound() throws Exception {
        byte[] recorded =
                queue.wholeFile(
                        lease -> {
                            lease.begin(Instant.EPOCH);
                            lease.replaceEnvelope(mail(SPOOL, Instant.EPOCH).build());
                        });
        for (int i = whole.length; i < whole.length + 9; i++) {
            queue.plant(QueueName.ACTIVE, flip(recorded, i * Byte.SIZE));
        }
        queue.assertPlantedAreSetAside();
    }

    private static MessageStatus later(MessageLease lease) {
        return lease.message().status().deferred(Instant.EPOCH, "later");
    }

    private static byte[] flip(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return flipped;
    }

    @Test
    void recordsCutShortAnywhereShouldHarmNothing() throws Exception {
        byte[] recorded =
                queue.wholeFile(
                        lease ->
                                lease.hold(
                                        lease.message()
                                                .status()
                                                .rejected(Instant.EPOCH, "refused")));
        for (int length = whole.length; length < recorded.length; length++) {
            Files.write(queue.place(QueueName.HOLD), Arrays.copyOf(recorded, length));
        }
        assertAllDelivered(recorded.length - whole.length);
    }

    @Test
    void claimedFileThatIsRemovedByHandShouldNotStopTheListing() throws Exception {
        try (DirectoryMessageStore store = queue.open()) {
            QueueId id = queue.neighbours().get(0);
            MessageLease lease = store.claim(id).orElseThrow();
            Files.delete(queue.place(QueueName.ACTIVE, id));

            assertThat(store.list(SPOOL)).isEmpty();
            assertThat(store.find(id)).isEmpty();

            lease.complete();
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(0));
        }
    }

    @Test
    void claimedFileThatIsDamagedShouldNotStopTheListing() throws Exception {
        try (DirectoryMessageStore store = queue.open()) {
            QueueId id = queue.neighbours().get(0);
            MessageLease lease = store.claim(id).orElseThrow();
            Files.write(queue.place(QueueName.ACTIVE, id), flip(whole, 0));

            assertThat(store.list(SPOOL)).isEmpty();

            lease.giveBack();
            assertThat(store.claim(id)).isEmpty();
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(1));
        }
    }

    private void assertAllDelivered(int planted) throws Exception {
        try (DirectoryMessageStore store = queue.open()) {
            List<QueueId> delivered = queue.drain(store);
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(0));
            assertThat(delivered).hasSize(planted + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ACTIVE", "DEFERRED", "HOLD"})
    void secondFileWithTheSameIdShouldBeSetAside(QueueName other) throws Exception {
        QueueId id = queue.neighbours().get(0);
        Path first = queue.place(QueueName.INCOMING, id);
        byte[] bytes = Files.readAllBytes(first);
        Files.copy(first, queue.place(other, id));

        try (DirectoryMessageStore store = queue.open()) {
            store.listen(queue.listener());
            assertThat(queue.drain(store)).containsExactly(id);
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(1));
        }
        assertThat(queue.listener().corruptCalls()).hasSize(1);
        assertThat(queue.place(QueueName.CORRUPT, id)).hasBinaryContent(bytes);
    }

    @Test
    void damagedFileShouldNotReplaceAnotherInCorrupt() throws Exception {
        byte[] damaged = "damaged".getBytes(US_ASCII);
        QueueId id = queue.plant(QueueName.INCOMING, damaged);
        Path earlier = Files.writeString(queue.place(QueueName.CORRUPT, id), "an earlier one");

        try (DirectoryMessageStore store = queue.open()) {
            assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 2L);
        }
        assertThat(earlier).hasContent("an earlier one");
        assertThat(earlier.resolveSibling(id + ".2")).hasBinaryContent(damaged);
    }

    @Test
    void strangersShouldBeLeftAlone() throws Exception {
        Path incoming = queue.place(QueueName.INCOMING).getParent();
        Path readme = Files.writeString(incoming.resolve("README"), "read me");
        Path hidden = Files.write(incoming.resolve(".hidden"), whole);
        Path lost = Files.createDirectory(incoming.resolve("lost+found"));
        Path upper = Files.write(incoming.resolve("4fXk2Q1bTnz3Gh7A"), whole);

        try (DirectoryMessageStore store = queue.open()) {
            assertThat(queue.drain(store)).containsExactlyElementsOf(queue.neighbours());
            assertThat(store.counts()).isEqualTo(DamagedQueue.onlyCorrupt(0));
        }
        assertThat(List.of(readme, hidden, lost, upper)).allSatisfy(p -> assertThat(p).exists());
    }
}
