/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One server for each queue directory, whatever becomes of it. */
@Timeout(60)
@Tag("Q7")
class DirectoryLockTest {

    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    @TempDir private Path temporary;
    private Path directory;

    @BeforeEach
    void name() {
        directory = temporary.resolve("qmgr");
    }

    private DirectoryMessageStore open(Path path) throws MessageStoreException {
        return DirectoryMessageStore.open(path, CLOCK);
    }

    @Test
    void secondStoreInTheSameProcessShouldBeRefused() throws Exception {
        try (DirectoryMessageStore first = open(directory)) {
            assertThatThrownBy(() -> open(directory))
                    .isInstanceOf(MessageStoreException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("this very process");
            assertThat(first.counts()).isNotEmpty();
        }
        open(directory).close();
    }

    @Test
    void otherNameOfTheSameDirectoryShouldNotHelp() throws Exception {
        DirectoryMessageStore first = open(directory);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
        Path detour = temporary.resolve("qmgr/../qmgr");

        assertThatThrownBy(() -> open(link)).isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> open(detour)).isInstanceOf(MessageStoreException.class);

        // POSIX drops a lock when the process closes any descriptor of the file.
        assertOtherProcessIsRefused();
        first.close();
    }

    @Test
    void otherProcessShouldBeRefusedAsLongAsTheStoreIsOpen() throws Exception {
        DirectoryMessageStore first = open(directory);

        assertOtherProcessIsRefused();

        first.close();
        try (LockHolder other = LockHolder.start(directory)) {
            assertThat(other.answer()).startsWith(LockHolder.OPENED);
        }
    }

    private void assertOtherProcessIsRefused() throws Exception {
        try (LockHolder other = LockHolder.start(directory)) {
            assertThat(other.answer())
                    .contains("in use by another server")
                    .contains("pid " + ProcessHandle.current().pid() + " on ");
        }
    }

    @Test
    void lockOfAnotherProcessShouldBeNamedAndEndWithIt() throws Exception {
        LockHolder other = LockHolder.start(directory);
        assertThat(other.answer()).startsWith(LockHolder.OPENED);

        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("pid " + other.pid() + " on ")
                .hasMessageContaining(InetAddress.getLocalHost().getHostName())
                .hasMessageContaining("queue_directory");

        other.kill();
        open(directory).close();
    }

    @Test
    void lockShouldNameItsNewHolderOnly() throws Exception {
        Files.createDirectories(directory);
        Path lock = Files.writeString(directory.resolve(".lock"), "x".repeat(1000));

        open(directory).close();

        assertThat(Files.readString(lock))
                .startsWith("pid " + ProcessHandle.current().pid() + " on ")
                .doesNotContain("x".repeat(10));
    }

    @Test
    void lockShouldBePrivate() throws Exception {
        open(directory).close();

        assertThat(PosixFilePermissions.toString(permissions(".lock"))).isEqualTo("rw-------");
    }

    private Set<PosixFilePermission> permissions(String name) throws Exception {
        return Files.getPosixFilePermissions(directory.resolve(name));
    }
}
