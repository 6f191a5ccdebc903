/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
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
    private static final byte[] CONTENT = new byte[5_000];

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
        Envelope envelope =
                EnvelopeBuilder.mail(new TransportName("spool"), NOW).to("a@b.example").build();
        return store.accept(envelope, out -> out.write(CONTENT));
    }

    @Test
    @Tag("Q8")
    void whatWasCutOffShouldNotBeFilledUpWithZeros() throws Exception {
        QueueId id = accept();
        Path file = new Layout(directory).file(QueueName.INCOMING, id);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(1_000);
        }

        assertThat(store.claim(id)).isEmpty();
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 1L);
    }
}
