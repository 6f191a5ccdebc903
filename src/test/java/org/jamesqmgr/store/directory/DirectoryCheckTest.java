/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.stream.Stream;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A directory that cannot keep mail safe is refused with a text that says why. */
@ExtendWith(SilentStore.class)
@Tag("Q3")
class DirectoryCheckTest {

    @TempDir private Path temporary;

    @Test
    void missingDirectoryShouldBeCreatedPrivate() throws Exception {
        Path directory = temporary.resolve("var/spool/qmgr");

        DirectoryCheck.prepare(directory);

        assertThat(mode(directory)).isEqualTo("rwx------");
        assertEmpty(directory);
    }

    @Test
    void directoryOpenToOthersShouldBeMadePrivate() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("qmgr"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));

        DirectoryCheck.prepare(directory);

        assertThat(mode(directory)).isEqualTo("rwx------");
    }

    @Test
    void linkToADirectoryShouldDo() throws Exception {
        Path elsewhere = Files.createDirectory(temporary.resolve("big-disk"));
        Path link = Files.createSymbolicLink(temporary.resolve("qmgr"), elsewhere);

        DirectoryCheck.prepare(link);

        assertThat(mode(elsewhere)).isEqualTo("rwx------");
    }

    @Test
    void fileInPlaceOfTheDirectoryShouldBeRefused() throws Exception {
        Path file = Files.writeString(temporary.resolve("qmgr"), "a file");

        assertRefused(file, "is not a directory");
        assertThat(file).hasContent("a file");
    }

    @Test
    void directoryBelowAFileShouldBeRefused() throws Exception {
        Path file = Files.writeString(temporary.resolve("var"), "a file");

        assertRefused(file.resolve("qmgr"), "cannot be created");
    }

    @Test
    void directoryThatCannotBeWrittenToShouldBeRefused() {
        Path kernel = Path.of("/proc/self");
        assumeThat(kernel).isDirectory();

        assertRefused(kernel, "is not writable");
    }

    @Test
    void directoryWithoutWritePermissionShouldBeRefused() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("qmgr"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
        assumeThat(Files.isWritable(directory)).as("root may write everywhere").isFalse();

        assertRefused(directory, "is not writable");
    }

    @Test
    void directoryOfAnotherUserShouldBeRefused() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("qmgr"));
        assumeThat(giveToNobody(directory)).as("only root gives files away").isTrue();

        assertRefused(directory, "belongs to nobody, but the server runs as");
        assertEmpty(directory);
    }

    private static boolean giveToNobody(Path directory) {
        try {
            UserPrincipal nobody =
                    directory
                            .getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("nobody");
            Files.setOwner(directory, nobody);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertRefused(Path directory, String why) {
        assertThatThrownBy(() -> DirectoryCheck.prepare(directory))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(why);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void assertEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).isEmpty();
        }
    }
}
