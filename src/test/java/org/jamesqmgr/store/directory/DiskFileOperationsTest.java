/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the store relies on, done by a real file system, also on a thread that is interrupted. */
@Timeout(60)
class DiskFileOperationsTest {

    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123456Z");

    private static final int ROUNDS = 300;

    private final FileOperations files = new DiskFileOperations();

    @TempDir private Path temporary;
    private Path file;

    enum Step {
        CREATE,
        READ,
        APPEND,
        MOVE,
        DELETE,
        SET_TIME,
        LIST,
        ATTRIBUTES,
        CREATE_DIRECTORIES,
        FORCE_DIRECTORY
    }

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(temporary.resolve("file"), "content");
    }

    @AfterEach
    void calm() {
        Thread.interrupted();
    }

    private void take(Step step) throws IOException {
        switch (step) {
            case CREATE -> create(temporary.resolve("new"));
            case READ -> assertThat(read()).isEqualTo("content");
            case APPEND -> append();
            case MOVE -> files.move(file, temporary.resolve("moved"));
            case DELETE -> files.delete(file);
            case SET_TIME -> files.setModified(file, TIME);
            case LIST -> assertThat(files.list(temporary)).containsExactly("file");
            case ATTRIBUTES -> assertThat(files.attributes(file).regularFile()).isTrue();
            case CREATE_DIRECTORIES -> files.createDirectories(temporary.resolve("a/b"));
            case FORCE_DIRECTORY -> files.forceDirectory(temporary);
        }
    }

    private void create(Path path) throws IOException {
        try (OpenFile created = files.create(path)) {
            created.write(0, new byte[] {'x', 'y'}, 1, 1);
            created.force();
        }
        assertThat(path).hasContent("y");
    }

    private String read() throws IOException {
        byte[] bytes = new byte[20];
        try (OpenFile open = files.openForReading(file)) {
            int length = open.read(0, bytes, 0, bytes.length);
            return new String(bytes, 0, length, US_ASCII);
        }
    }

    private void append() throws IOException {
        try (OpenFile open = files.open(file)) {
            open.truncate(4);
            open.write(open.size(), new byte[] {'x', 'y'}, 0, 2);
            open.force();
        }
        assertThat(file).hasContent("contxy");
    }

    @ParameterizedTest
    @EnumSource
    void everyStepShouldWorkOnAnInterruptedThreadAndLeaveItSo(Step step) throws Exception {
        Thread.currentThread().interrupt();

        take(step);

        assertThat(Thread.interrupted()).isTrue();
    }

    /** An interrupt may come while the system call is under way. */
    @Test
    void interruptsInTheMiddleShouldHarmNothing() throws Exception {
        Thread victim = Thread.currentThread();
        AtomicInteger round = new AtomicInteger();
        Thread tormentor = new Thread(() -> interruptInEveryRound(victim, round));
        tormentor.start();
        for (int i = 1; i <= ROUNDS; i++) {
            round.set(i);
            files.forceDirectory(temporary);
            assertThat(read()).isEqualTo("content");
            create(temporary.resolve("new"));
            files.delete(temporary.resolve("new"));
        }
        while (tormentor.isAlive()) {
            Thread.onSpinWait();
        }
    }

    /** Once in each round that is noticed, each time a little later. */
    private static void interruptInEveryRound(Thread victim, AtomicInteger round) {
        int last = 0;
        while (last < ROUNDS) {
            int now = round.get();
            if (now == last) {
                Thread.onSpinWait();
                continue;
            }
            for (int wait = 0; wait < now * 100; wait++) {
                Thread.onSpinWait();
            }
            victim.interrupt();
            last = now;
        }
    }

    @Test
    void newFilesAndDirectoriesShouldBePrivate() throws Exception {
        create(temporary.resolve("new"));
        files.createDirectories(temporary.resolve("a/b"));

        assertThat(mode("new")).isEqualTo("rw-------");
        assertThat(mode("a")).isEqualTo("rwx------");
        assertThat(mode("a/b")).isEqualTo("rwx------");
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(temporary.resolve(name)));
    }

    @Test
    void fileThatExistsShouldNotBeCreatedAgain() {
        assertThatThrownBy(() -> files.create(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("content");
    }

    @Test
    void missingFileShouldBeReportedAsSuchAndNotCreated() {
        Path missing = temporary.resolve("missing");

        assertThatThrownBy(() -> files.open(missing)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.openForReading(missing))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.attributes(missing)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.move(missing, file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.delete(missing)).isInstanceOf(NoSuchFileException.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void directoryShouldNotBeReadAsAFile() throws Exception {
        file = Files.createDirectory(temporary.resolve("directory"));

        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(NoSuchFileException.class);
    }

    @Test
    void symbolicLinkShouldNotBeFollowed() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), file);

        assertThatThrownBy(() -> files.openForReading(link))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.open(link)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> files.create(link)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(files.attributes(link).regularFile()).isFalse();
    }

    @Test
    void timeShouldComeBackExactly() throws Exception {
        files.setModified(file, TIME);

        assertThat(files.attributes(file).modified()).isEqualTo(TIME);
    }

    @Test
    void openFileShouldStayReadableWhenItIsDeleted() throws Exception {
        try (OpenFile open = files.openForReading(file)) {
            files.delete(file);

            assertThat(open.read(3, new byte[4], 0, 4)).isEqualTo(4);
            assertThat(open.read(7, new byte[4], 0, 4)).isZero();
        }
    }
}
