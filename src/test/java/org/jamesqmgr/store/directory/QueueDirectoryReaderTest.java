/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside a server that is at work in the directory. */
@Tag("A1")
class QueueDirectoryReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:54:00Z");
    private static final TransportName SMTP = new TransportName("smtp");

    @TempDir private Path parent;
    private Path directory;
    private DirectoryMessageStore store;
    private QueueDirectoryReader reader;

    @BeforeEach
    void setUp() throws Exception {
        directory = parent.resolve("queues");
        store = DirectoryMessageStore.open(directory, Clock.fixed(NOW, ZoneOffset.UTC));
        reader = new QueueDirectoryReader(directory);
    }

    @AfterEach
    void tearDown() {
        store.close();
    }

    private QueueId accept() throws Exception {
        return store.accept(
                EnvelopeBuilder.mail(SMTP, NOW).build(),
                out -> out.write("Hello\n".getBytes(StandardCharsets.UTF_8)));
    }

    private List<QueueId> listed(QueueName queue) throws Exception {
        List<QueueId> ids = new ArrayList<>();
        reader.list(queue, message -> ids.add(message.id()));
        return ids;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesShouldBeSeenWhereTheyAre(boolean inFiles) throws Exception {
        QueueId id = accept();
        if (inFiles) {
            store.letGo();
        }
        assertThat(listed(QueueName.INCOMING)).containsExactly(id);
        assertThat(reader.find(id)).isPresent();
        assertThat(reader.content(id).readAllBytes()).asString().isEqualTo("Hello\n");

        store.hold(id, "looked at");

        assertThat(listed(QueueName.INCOMING)).isEmpty();
        assertThat(listed(QueueName.HOLD)).containsExactly(id);
        assertThat(reader.find(id).orElseThrow().status().reason()).isEqualTo("looked at");
        assertThat(reader.content(id).readAllBytes()).asString().isEqualTo("Hello\n");
    }

    @Test
    void aListingShouldStopWhenItIsTold() throws Exception {
        accept();
        accept();
        List<QueueId> seen = new ArrayList<>();

        boolean toTheEnd =
                reader.list(
                        QueueName.INCOMING,
                        message -> {
                            seen.add(message.id());
                            return false;
                        });

        assertThat(toTheEnd).isFalse();
        assertThat(seen).hasSize(1);
    }

    @Test
    void whatIsNotThereShouldNotBeFound() throws Exception {
        QueueId id = accept();
        store.remove(id);

        assertThat(reader.find(id)).isEmpty();
        assertThat(new QueueDirectoryReader(parent.resolve("nowhere")).readable()).isFalse();
    }

    @Test
    void damagedFilesShouldBeCountedAndLeftAlone() throws Exception {
        QueueId id = accept();
        store.close();
        Path file = directory.resolve("incoming").resolve(id.asString());
        Path stranger = directory.resolve("incoming/stranger");
        byte[] bytes = Files.readAllBytes(file);
        bytes[70] ^= 1;
        Files.write(file, bytes);
        Files.writeString(stranger, "mine");

        assertThat(listed(QueueName.INCOMING)).isEmpty();
        assertThat(reader.unreadable()).isEqualTo(1);
        assertThat(file).hasBinaryContent(bytes);
        assertThat(stranger).hasContent("mine");
    }

    @Test
    void damagedFileShouldNotHideWhatTheJournalHas() throws Exception {
        QueueId id = accept();
        store.letGo();
        Path file = directory.resolve("incoming").resolve(id.asString());
        Files.write(file, QueueFileHeader.open().encode());

        assertThat(listed(QueueName.INCOMING)).containsExactly(id);
        assertThat(reader.find(id)).isPresent();
        assertThat(reader.content(id).readAllBytes()).asString().isEqualTo("Hello\n");
    }

    @Test
    void readingShouldNotDisturbTheServer() throws Exception {
        QueueId id = accept();
        try (MessageLease lease =
                store.claimNext(SMTP, new ClaimWindow(NOW, NOW, false)).orElseThrow()) {
            lease.begin(NOW);
            assertThat(listed(QueueName.ACTIVE)).containsExactly(id);
            lease.complete();
        }

        assertThat(reader.find(id)).isEmpty();
        assertThat(accept()).isNotEqualTo(id);
    }
}
