/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever is done to the record of a message that went on: it is the message that was, as a whole,
 * or it is set aside. It never goes to one's recipients with the other's content.
 */
@ExtendWith(SilentStore.class)
@Tag("Q7")
@Tag("Q8")
class DamagedHandOverTest {

    private static final Path ROOT = Path.of("/var/spool/qmgr");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SMTP = new TransportName("smtp");
    private static final String KEPT = "kept@target.example";
    private static final Envelope OLD =
            mail(new TransportName("spool"), START).to(KEPT, "old@target.example").build();
    private static final Envelope MADE = mail(SMTP, START).to(KEPT, "made@target.example").build();
    private static final Envelope OTHER = mail(SMTP, START).to("other@target.example").build();
    private static final String OLD_CONTENT = "Subject: old\r\n\r\nbody\r\n";
    private static final String MADE_CONTENT = "Subject: made\r\n\r\nbody\r\n";
    private static final int HEADER = 14;

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private DirectoryMessageStore store;
    private Path path = ROOT;
    private byte[] file = {};
    private int from;
    private int to;

    /** What stands behind the record. */
    enum Behind {
        NOTHING,
        OUTCOMES,
        ENVELOPE;

        void follow(MessageLease lease) throws MessageStoreException {
            switch (this) {
                case NOTHING -> {}
                case OUTCOMES -> {
                    lease.begin(START);
                    lease.record(List.of(delivered(START, KEPT)));
                    lease.defer(lease.message().status().deferred(START, "later"));
                }
                case ENVELOPE -> {
                    lease.replaceEnvelope(OTHER);
                    lease.begin(START);
                }
            }
        }
    }

    @BeforeEach
    void goOn() throws Exception {
        goOn("Subject: made\r\n", Behind.NOTHING);
    }

    private void goOn(String header, Behind behind) throws Exception {
        MemoryDisk disk = new MemoryDisk(ROOT, clock);
        store = DirectoryMessageStore.open(ROOT, clock, disk, false);
        QueueId id = store.accept(OLD, out -> out.write(OLD_CONTENT.getBytes(ISO_8859_1)));
        MessageLease lease = store.claim(id).orElseThrow();
        lease.begin(START);
        store.letGo();
        from = length(disk);
        lease.goOn(MADE, new DerivedContent(header.getBytes(ISO_8859_1), HEADER));
        to = length(disk);
        behind.follow(lease);
        disk.files().keySet().stream().filter(DamagedHandOverTest::isMail).forEach(p -> path = p);
        file = disk.files().get(path);
    }

    private static boolean isMail(Path file) {
        return !file.getFileName().toString().startsWith(".");
    }

    private static int length(MemoryDisk disk) {
        return disk.files().entrySet().stream()
                .filter(entry -> isMail(entry.getKey()))
                .mapToInt(entry -> entry.getValue().length)
                .sum();
    }

    private QueueId id() {
        return DamagedQueue.id(path);
    }

    /** The disk after a server has opened it on which the file has these bytes. */
    private MemoryDisk open(byte[] bytes) throws Exception {
        MemoryDisk disk = new MemoryDisk(ROOT, clock);
        disk.createDirectories(path.getParent());
        try (FileOperations.OpenFile planted = disk.create(path)) {
            planted.write(0, bytes, 0, bytes.length);
        }
        store = DirectoryMessageStore.open(ROOT, clock, disk, false);
        return disk;
    }

    private Optional<QueuedMessage> left(byte[] bytes) throws Exception {
        open(bytes);
        Optional<QueuedMessage> left = store.find(id());
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, left.isPresent() ? 0L : 1L);
        return left;
    }

    private byte[] flipped(int bit) {
        byte[] flipped = file.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return flipped;
    }

    private static String read(Content content) throws Exception {
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    private void assertIsTheMessageThatWas(QueuedMessage left) throws Exception {
        assertThat(left.envelope()).isEqualTo(OLD);
        assertThat(left.pendingRecipients()).isEqualTo(OLD.recipients());
        assertThat(left.size()).isEqualTo(OLD_CONTENT.length());
        MessageLease lease = store.claim(left.id()).orElseThrow();
        assertThat(lease.message().envelope()).isEqualTo(OLD);
        assertThat(read(lease.content())).isEqualTo(OLD_CONTENT);
    }

    @ParameterizedTest
    @EnumSource
    void wholeRecordShouldBeFollowed(Behind behind) throws Exception {
        goOn("Subject: made\r\n", behind);

        QueuedMessage left = left(file).orElseThrow();

        assertThat(left.envelope()).isEqualTo(behind == Behind.ENVELOPE ? OTHER : MADE);
        assertThat(read(store.content(left))).isEqualTo(MADE_CONTENT);
    }

    @Test
    void everyFlippedBitShouldLeaveTheMessageThatWas() throws Exception {
        for (int bit = from * Byte.SIZE; bit < to * Byte.SIZE; bit++) {
            assertIsTheMessageThatWas(left(flipped(bit)).orElseThrow());
        }
    }

    @Test
    void everyFlippedBitBeforeOutcomesShouldLeaveTheMessageThatWasOrDamage() throws Exception {
        goOn("Subject: made\r\n", Behind.OUTCOMES);
        int kept = 0;
        for (int bit = from * Byte.SIZE; bit < to * Byte.SIZE; bit++) {
            Optional<QueuedMessage> left = left(flipped(bit));
            if (left.isPresent()) {
                assertIsTheMessageThatWas(left.get());
                kept++;
            }
        }
        assertThat(kept).isEqualTo((to - from - 1) * Byte.SIZE);
    }

    /** That envelope was forced to disk, and the record with it: it was good then. */
    @Test
    void everyFlippedBitBeforeAReplacedEnvelopeShouldBeFound() throws Exception {
        goOn("Subject: made\r\n", Behind.ENVELOPE);
        for (int bit = from * Byte.SIZE; bit < to * Byte.SIZE; bit++) {
            assertThat(left(flipped(bit))).isEmpty();
        }
    }

    @Test
    void damageInALongRecordShouldBeFoundBeforeAReplacedEnvelope() throws Exception {
        goOn("X: " + "x".repeat(3 << 20) + "\r\n", Behind.ENVELOPE);
        for (int at : List.of(from, from + 5, from + 9, from + 500, from + (2 << 20), to - 1)) {
            assertThat(left(flipped(at * Byte.SIZE))).isEmpty();
        }
    }

    @Test
    void recordCutShortAnywhereShouldLeaveTheMessageThatWas() throws Exception {
        for (int length = from; length < to; length++) {
            assertIsTheMessageThatWas(left(Arrays.copyOf(file, length)).orElseThrow());
        }
    }

    /** As a power cut does that spares later pages. */
    @Test
    void pagesThatWereNotWrittenShouldLeaveTheMessageThatWas() throws Exception {
        goOn("Subject: made\r\n", Behind.OUTCOMES);
        for (int page = 1; page <= to - from; page *= 2) {
            for (int start = from; start < to; start += page) {
                byte[] holes = file.clone();
                Arrays.fill(holes, start, Math.min(start + page, to), (byte) 0);
                if (!Arrays.equals(holes, file)) {
                    left(holes).ifPresent(left -> assertThat(left.envelope()).isEqualTo(OLD));
                }
            }
        }
    }

    @Test
    void damageShouldNotOutlastTheWorkThatIsRepeated() throws Exception {
        goOn("Subject: made\r\n", Behind.OUTCOMES);
        for (int at = from + 1; at < to; at += 7) {
            MemoryDisk disk = open(flipped(at * Byte.SIZE));
            MessageLease lease = store.claim(id()).orElseThrow();
            lease.goOn(MADE, new DerivedContent("Subject: again\r\n".getBytes(ISO_8859_1), HEADER));
            store = DirectoryMessageStore.open(ROOT, clock, disk.afterKill(), false);

            QueuedMessage left = store.find(id()).orElseThrow();

            assertThat(left.envelope()).isEqualTo(MADE);
            assertThat(left.pendingRecipients()).isEqualTo(MADE.recipients());
            assertThat(left.history()).isEmpty();
            assertThat(read(store.content(left))).startsWith("Subject: again");
        }
    }

    /** Header fields come from anybody, and stand in the record as they are. */
    @Test
    void recordInAHeaderFieldShouldNeverBeReadAsOne() throws Exception {
        String forged = new String(RecordLog.envelope(OTHER), ISO_8859_1);
        goOn("X: " + forged + forged + "\r\n", Behind.NOTHING);
        assertThat(left(file)).map(QueuedMessage::envelope).contains(MADE);
        for (int at = from; at < to; at++) {
            MemoryDisk disk = open(flipped(at * Byte.SIZE));
            assertNotForged();
            Optional<MessageLease> lease = store.claim(id());
            if (lease.isPresent()) {
                lease.get().begin(START);
            }
            store = DirectoryMessageStore.open(ROOT, clock, disk.afterKill(), false);
            assertNotForged();
        }
    }

    /** Each of them would have to be read and checked. */
    @Test
    @Timeout(30)
    void thousandsOfRecordsInAHeaderFieldShouldNotKeepTheServerBusy() throws Exception {
        goOn("X: " + "e\0\40\0\0".repeat(1 << 20) + "\r\n", Behind.NOTHING);

        open(flipped((from + 20) * Byte.SIZE));

        assertNotForged();
    }

    private void assertNotForged() throws Exception {
        store.find(id()).ifPresent(left -> assertThat(left.envelope()).isEqualTo(OLD));
        Map<QueueName, Long> counts = store.counts();
        assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(1);
    }
}
