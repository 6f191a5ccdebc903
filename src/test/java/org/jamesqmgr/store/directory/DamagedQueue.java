/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.testing.RecordingStoreListener;

/**
 * A queue directory on the real disk, into which a test puts files by hand, with well neighbours
 * before and after them.
 */
final class DamagedQueue {

    static final byte[] CONTENT = "Subject: small\r\n\r\nbody\r\n".getBytes(US_ASCII);
    private static final TransportName SPOOL = new TransportName("spool");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final QueueIdSequence IDS =
            new QueueIdSequence(Clock.fixed(START, ZoneOffset.UTC));

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private final FileOperations files = new UnforcedFileOperations(new DiskFileOperations());
    private final RecordingStoreListener listener = new RecordingStoreListener();
    private final Path directory;
    private final Layout layout;
    private final List<QueueId> neighbours = new ArrayList<>();
    private final Map<QueueId, byte[]> planted = new HashMap<>();
    private boolean held;

    DamagedQueue(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory);
        this.layout = new Layout(directory);
        try (DirectoryMessageStore store = open()) {
            neighbours.add(accept(store));
        }
    }

    /** The bytes of a queue file as the store writes it. */
    byte[] wholeFile() throws Exception {
        return wholeFile(lease -> lease.giveBack());
    }

    @FunctionalInterface
    interface Life {
        void of(MessageLease lease) throws MessageStoreException;
    }

    /** The bytes of a queue file whose message was claimed and ended in this way. */
    byte[] wholeFile(Life life) throws Exception {
        QueueId id;
        try (DirectoryMessageStore store = open()) {
            id = accept(store);
            life.of(store.claim(id).orElseThrow());
        }
        for (QueueName queue : QueueName.values()) {
            Path path = layout.file(queue, id);
            if (Files.exists(path)) {
                byte[] bytes = Files.readAllBytes(path);
                Files.delete(path);
                return bytes;
            }
        }
        throw new AssertionError("no file " + id);
    }

    DirectoryMessageStore open() throws MessageStoreException {
        return DirectoryMessageStore.open(directory, clock, files, false);
    }

    private static QueueId accept(DirectoryMessageStore store) throws MessageStoreException {
        return store.accept(mail(SPOOL, START).build(), out -> out.write(CONTENT));
    }

    /** Where a file of this queue with a new name would be. */
    Path place(QueueName queue) {
        return layout.file(queue, IDS.next());
    }

    Path place(QueueName queue, QueueId id) {
        return layout.file(queue, id);
    }

    List<QueueId> neighbours() {
        return neighbours;
    }

    RecordingStoreListener listener() {
        return listener;
    }

    /** Puts a file into a queue, which the store must find damaged. */
    QueueId plant(QueueName queue, byte[] bytes) throws IOException {
        Path path = place(queue);
        Files.write(path, bytes);
        QueueId id = id(path);
        planted.put(id, bytes);
        held |= queue == QueueName.HOLD;
        return id;
    }

    static QueueId id(Path path) {
        return QueueId.parse(path.getFileName().toString()).orElseThrow();
    }

    /** Everything planted ends in corrupt, byte for byte, and is told of; nobody else is harmed. */
    void assertPlantedAreSetAside() throws Exception {
        try (DirectoryMessageStore store = open()) {
            store.listen(listener);
            neighbours.add(accept(store));
            assertThat(drain(store)).containsExactlyInAnyOrderElementsOf(neighbours);
            assertThat(store.counts()).isEqualTo(onlyCorrupt(planted.size()));
            assertThat(store.count(SPOOL)).isZero();
        }
        assertThat(listener.corruptCalls())
                .extracting(RecordingStoreListener.Corrupt::id)
                .containsExactlyInAnyOrderElementsOf(planted.keySet());
        assertThat(listener.corruptCalls())
                .allSatisfy(call -> assertThat(call.reason()).isNotBlank());
        for (Map.Entry<QueueId, byte[]> entry : planted.entrySet()) {
            byte[] planted = entry.getValue();
            byte[] kept = Files.readAllBytes(place(QueueName.CORRUPT, entry.getKey()));
            // Taking a message off hold appends a record to it.
            assertThat(kept).startsWith(planted);
            assertThat(held || kept.length == planted.length).isTrue();
        }
    }

    static Map<QueueName, Long> onlyCorrupt(long count) {
        Map<QueueName, Long> counts = new HashMap<>();
        for (QueueName queue : QueueName.values()) {
            counts.put(queue, queue == QueueName.CORRUPT ? count : 0L);
        }
        return counts;
    }

    /** Delivers all that can be, held mail too, and checks what it delivers. */
    List<QueueId> drain(DirectoryMessageStore store) throws Exception {
        releaseAll(store);
        Instant late = START.plus(Duration.ofDays(1000));
        List<QueueId> delivered = new ArrayList<>();
        Optional<MessageLease> lease = claimNext(store, late);
        while (lease.isPresent()) {
            try (InputStream in = lease.get().content().open()) {
                assertThat(in.readAllBytes()).isEqualTo(CONTENT);
            }
            delivered.add(lease.get().message().id());
            lease.get().complete();
            lease = claimNext(store, late);
        }
        return delivered;
    }

    private static Optional<MessageLease> claimNext(DirectoryMessageStore store, Instant late)
            throws MessageStoreException {
        return store.claimNext(SPOOL, new ClaimWindow(late, late, false));
    }

    private static void releaseAll(DirectoryMessageStore store) throws MessageStoreException {
        try (Stream<QueuedMessage> messages = store.list(SPOOL)) {
            for (QueuedMessage message : messages.toList()) {
                if (message.queue() == QueueName.HOLD) {
                    store.release(message.id());
                }
            }
        }
    }
}
