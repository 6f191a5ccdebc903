/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue directory of another version is never misread. */
@Tag("Q9")
class LayoutVersionTest {

    @TempDir private Path temporary;
    private DamagedQueue queue;
    private Path version;

    @BeforeEach
    void fill() throws Exception {
        queue = new DamagedQueue(temporary.resolve("qmgr"));
        version = temporary.resolve("qmgr/.layout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2\n", "12", "1.1", "garbage\n", "11111111111111111111111111"})
    void otherVersionShouldBeRefused(String text) throws Exception {
        Files.writeString(version, text);

        assertThatThrownBy(() -> queue.open())
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("version " + text.strip().substring(0, 1))
                .hasMessageContaining("knows version 1")
                .hasMessageContaining(temporary.toString());
        assertThat(version).hasContent(text);
    }

    /** Its first server died before the version was on the disk. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\0\0", "\n"})
    void versionThatWasNeverWrittenShouldBeWritten(String text) throws Exception {
        Files.writeString(version, text);

        try (DirectoryMessageStore store = queue.open()) {
            assertThat(queue.drain(store)).containsExactlyElementsOf(queue.neighbours());
        }
        assertThat(version).hasContent("1\n");
    }

    @Test
    void missingVersionShouldBeWritten() throws Exception {
        Files.delete(version);

        try (DirectoryMessageStore store = queue.open()) {
            assertThat(queue.drain(store)).containsExactlyElementsOf(queue.neighbours());
        }
        assertThat(version).hasContent("1\n");
    }

    @Test
    void directoryInPlaceOfTheVersionShouldBeRefused() throws Exception {
        Files.delete(version);
        Files.createDirectory(version);

        assertThatThrownBy(() -> queue.open()).isInstanceOf(MessageStoreException.class);
    }

    /** Not damaged, and not ours to judge: its server may come back. */
    @Test
    void messageOfANewerFormatShouldStopTheStartAndStayWhereItIs() throws Exception {
        byte[] newer = queue.wholeFile();
        ByteBuffer header = ByteBuffer.wrap(newer);
        header.putInt(8, 2);
        header.putInt(60, Checksum.of(newer, 0, 60));
        Path path = Files.write(queue.place(QueueName.DEFERRED), newer);

        assertThatThrownBy(() -> queue.open())
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("version 2")
                .hasMessageContaining("version 1");
        assertThat(path).hasBinaryContent(newer);
    }

    /** As a server before messages could go on refuses one that did. */
    @Test
    void recordOfANewerFormatShouldStopTheStartToo() throws Exception {
        byte[] newer =
                queue.wholeFile(
                        lease -> {
                            lease.begin(Instant.EPOCH);
                            lease.defer(lease.message().status());
                        });
        int record = queue.wholeFile().length;
        newer[record] = 'z';
        CRC32C checksum = new CRC32C();
        checksum.update(newer, record, 5);
        ByteBuffer.wrap(newer).putInt(record + 5, (int) checksum.getValue());
        Path path = Files.write(queue.place(QueueName.DEFERRED), newer);

        assertThatThrownBy(() -> queue.open())
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("a record of type 122");
        assertThat(path).hasBinaryContent(newer);
    }

    @Test
    void refusedDirectoryShouldOpenAgainWhenItIsRepaired() throws Exception {
        Files.writeString(version, "2\n");
        assertThatThrownBy(() -> queue.open()).isInstanceOf(MessageStoreException.class);
        Files.writeString(version, "1\n");

        queue.open().close();
    }
}
