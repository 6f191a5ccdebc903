/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.depth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jamesqmgr.benchmark.BenchmarkDirectory;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.directory.DirectoryMessageStore;

/**
 * Fills a queue directory with deferred messages, not forced to disk: copies, under names of their
 * own, of files that a store has made. No server may be running on it.
 */
public final class Filling {

    /** Mail for as many destinations. */
    static final int DESTINATIONS = 500;

    /** Where the store puts what it defers: in a directory by this character of the id. */
    private static final int HASH_POSITION = 9;

    private final Path queue;
    private final Clock clock;

    public Filling(Path queue, Clock clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /** Adds messages that become due one by one, the first at {@code due}, a second after another. */
    public void add(int messages, Instant due) throws IOException, MessageStoreException {
        Files.createDirectories(queue);
        DirectoryMessageStore.open(queue, clock).close(); // makes its directories
        List<byte[]> samples = samples(due);
        QueueIdSequence ids = new QueueIdSequence(clock);
        for (int i = 0; i < messages; i++) {
            Path path = place(ids.next());
            Files.write(path, samples.get(i % DESTINATIONS));
            Files.setLastModifiedTime(path, FileTime.from(due.plusSeconds(i)));
        }
    }

    private Path place(QueueId id) {
        String name = id.asString();
        String hash = name.substring(HASH_POSITION, HASH_POSITION + 1);
        return queue.resolve("deferred").resolve(hash).resolve(name);
    }

    private List<byte[]> samples(Instant due) throws IOException, MessageStoreException {
        Path scratch = Files.createTempDirectory(queue.toAbsolutePath().getParent(), "samples-");
        try {
            List<byte[]> samples = new ArrayList<>();
            for (Path path : makeSamples(scratch, due)) {
                samples.add(Files.readAllBytes(path));
            }
            return samples;
        } finally {
            BenchmarkDirectory.remove(scratch);
        }
    }

    private List<Path> makeSamples(Path scratch, Instant due)
            throws IOException, MessageStoreException {
        Instant now = clock.instant();
        try (DirectoryMessageStore store = DirectoryMessageStore.open(scratch, clock)) {
            for (int i = 0; i < DESTINATIONS; i++) {
                QueueId id = store.accept(Mails.envelope(i, now), Mails.content());
                MessageLease lease = store.claim(id).orElseThrow();
                MessageStatus status = lease.message().status();
                lease.begin(now);
                lease.defer(status.deferred(due, "connect to host.invalid: timed out"));
            }
        }
        try (Stream<Path> paths = Files.walk(scratch.resolve("deferred"))) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    /** When the last of so many messages is due. */
    static Instant last(Instant due, int messages) {
        return due.plus(Duration.ofSeconds(messages));
    }
}
