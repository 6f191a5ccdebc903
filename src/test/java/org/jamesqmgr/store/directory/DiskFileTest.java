/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileTest {

    private static final int LONG = 300_000;

    @TempDir private Path directory;

    private final FileOperations files = new DiskFileOperations();
    private final byte[] bytes = new byte[LONG];
    private Path path;

    @BeforeEach
    void prepare() {
        path = directory.resolve("file");
        new Random(42).nextBytes(bytes);
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void createdFileShouldBeItsOwnersAlone() throws IOException {
        files.create(path).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void createShouldRefuseAFileThatExists() throws IOException {
        Files.write(path, bytes);

        assertThatThrownBy(() -> files.create(path)).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(path).hasBinaryContent(bytes);
    }

    @Test
    void openShouldNotCreateAFile() {
        assertThatThrownBy(() -> files.open(path)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.openForReading(path))
                .isInstanceOf(NoSuchFileException.class);

        assertThat(path).doesNotExist();
    }

    @Test
    void longWriteShouldBeReadBack() throws IOException {
        byte[] read = new byte[LONG];
        try (OpenFile file = files.create(path)) {
            file.write(0, bytes, 0, 100);
            file.write(100, bytes, 100, LONG - 100);

            assertThat(file.size()).isEqualTo(LONG);
            assertThat(file.read(0, read, 0, LONG)).isEqualTo(LONG);
        }
        assertThat(read).isEqualTo(bytes);
        assertThat(path).hasBinaryContent(bytes);
    }

    @Test
    void readShouldEndAtTheEndOfTheFile() throws IOException {
        Files.write(path, bytes);
        byte[] read = new byte[LONG];
        try (OpenFile file = files.openForReading(path)) {
            assertThat(file.read(LONG - 10, read, 5, LONG - 5)).isEqualTo(10);
            assertThat(file.read(LONG, read, 0, 1)).isZero();
        }
        assertThat(Arrays.copyOfRange(read, 5, 15))
                .isEqualTo(Arrays.copyOfRange(bytes, LONG - 10, LONG));
    }

    @Test
    void truncatedFileShouldBeWrittenOnFromThere() throws IOException {
        Files.write(path, bytes);
        try (OpenFile file = files.open(path)) {
            file.truncate(10);
            file.write(10, bytes, 50, 5);
        }
        assertThat(path).hasSize(15);
    }

    @Test
    @Tag("Q1")
    void interruptedThreadShouldWriteForceAndRead() throws IOException {
        byte[] read = new byte[LONG];
        Thread.currentThread().interrupt();

        try (OpenFile file = files.create(path)) {
            file.write(0, bytes, 0, LONG);
            file.force();
            assertThat(file.read(0, read, 0, LONG)).isEqualTo(LONG);
        }

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(read).isEqualTo(bytes);
    }

    @Test
    void failureShouldComeAsItIs() throws IOException {
        Files.createDirectory(path);

        try (OpenFile file = files.openForReading(path)) {
            assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageContaining("directory");
        }
    }
}
