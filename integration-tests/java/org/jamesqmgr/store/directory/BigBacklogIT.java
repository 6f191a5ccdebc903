/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A backlog costs some heap and no start, and then only what is due. */
@Tag("Q5")
class BigBacklogIT {

    private static final int MESSAGES = 100_000;
    private static final int BYTES_EACH = 110;
    private static final Duration A_MOMENT = Duration.ofSeconds(10);
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(START, ZoneOffset.UTC);
    private static final List<TransportName> TRANSPORTS =
            List.of(
                    new TransportName("spool"),
                    new TransportName("smtp"),
                    new TransportName("local"));

    private final FileOperations files = new UnforcedFileOperations(new DiskFileOperations());

    @TempDir private Path directory;

    @Test
    void hundredThousandDeferredMessagesShouldFitInLittleHeap(TestReporter reporter)
            throws Exception {
        DirectoryMessageStore.open(directory, CLOCK, files, false).close();
        for (TransportName transport : TRANSPORTS) {
            writeBacklog(transport);
        }
        long before = usedHeap();
        long began = System.nanoTime();

        try (DirectoryMessageStore store =
                DirectoryMessageStore.open(directory, CLOCK, files, false)) {
            Duration opened = Duration.ofNanos(System.nanoTime() - began);
            store.load();
            Duration loaded = Duration.ofNanos(System.nanoTime() - began);
            long each = (usedHeap() - before) / MESSAGES;
            reporter.publishEntry(
                    Map.of(
                            "opened in", opened.toString(),
                            "all known after", loaded.toString(),
                            "heap for each", each + " bytes"));

            assertThat(opened).isLessThan(A_MOMENT);
            assertThat(store.counts()).containsEntry(QueueName.DEFERRED, total());
            assertThat(each).isLessThanOrEqualTo(BYTES_EACH);
            assertThat(claim(store, START)).isEmpty();
            assertThat(claim(store, START.plusSeconds(1))).isPresent();
        }
    }

    private static long total() {
        return (long) MESSAGES / TRANSPORTS.size() * TRANSPORTS.size();
    }

    private static Optional<MessageLease> claim(DirectoryMessageStore store, Instant now)
            throws Exception {
        return store.claimNext(TRANSPORTS.get(0), new ClaimWindow(now, now, false));
    }

    /** One message, accepted as usual, and its file copied for all others. */
    private void writeBacklog(TransportName transport) throws IOException {
        QueueIdSequence ids = new QueueIdSequence(CLOCK);
        Layout layout = new Layout(directory);
        byte[] message = message(transport, layout.file(QueueName.DEFERRED, ids.next()));
        for (int i = 0; i < MESSAGES / TRANSPORTS.size(); i++) {
            QueueId id = ids.next();
            Path path = layout.file(QueueName.DEFERRED, id);
            Files.write(path, message);
            Files.setLastModifiedTime(path, FileTime.from(START.plusSeconds(1).plusNanos(i)));
        }
    }

    private byte[] message(TransportName transport, Path path) throws IOException {
        Envelope envelope =
                EnvelopeBuilder.mail(transport, START)
                        .to("one@target.example", "two@target.example", "three@target.example")
                        .attributes(Map.of("James", "x".repeat(1000)))
                        .build();
        try (OpenFile file = files.create(path)) {
            QueueFileWriter writer = new QueueFileWriter(file, EnvelopeCodec.encode(envelope));
            writer.write(new byte[2000], 0, 2000);
            writer.commit(new byte[0]);
        }
        byte[] bytes = Files.readAllBytes(path);
        Files.delete(path);
        return bytes;
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
