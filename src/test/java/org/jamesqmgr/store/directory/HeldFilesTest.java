/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages whose file is believed to be as it was written, and is not. */
class HeldFilesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** Too large for the journal. */
    private static final byte[] CONTENT = new byte[50_000];

    @TempDir private Path directory;
    private DirectoryMessageStore store;

    @BeforeEach
    void open() throws Exception {
        Arrays.fill(CONTENT, (byte) 'x');
        store = DirectoryMessageStore.open(directory, new SettableClock(NOW));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private QueueId accept() throws MessageStoreException {
        return store.accept(envelope(), out -> out.write(CONTENT));
    }

    private static Envelope envelope() {
        return EnvelopeBuilder.mail(new TransportName("spool"), NOW).to("a@b.example").build();
    }

    @Test
    @Tag("Q8")
    void whatWasCutOffShouldNotBeFilledUpWithZeros() throws Exception {
        QueueId id = accept();
        Path file = new Layout(directory).file(QueueName.INCOMING, id);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(10_000);
        }

        assertThat(store.claim(id)).isEmpty();
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 1L);
    }

    @Test
    void largeMessageShouldBeReadFromItsFile() throws Exception {
        byte[] large = new byte[200_000];
        new Random(1).nextBytes(large);
        QueueId id = store.accept(envelope(), out -> out.write(large));
        MessageLease lease = store.claim(id).orElseThrow();

        try (InputStream content = lease.content().open()) {
            assertThat(content.readAllBytes()).isEqualTo(large);
        }
    }
}
