/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("Q4")
class UsableSpaceTest {

    @TempDir private Path directory;

    /** A file system that says how much is left of it. */
    private interface Left {
        long of(Path path) throws IOException;
    }

    private long asked(Left left) throws Exception {
        FileOperations files =
                new ForwardingFileOperations(new DiskFileOperations()) {
                    @Override
                    public long usableSpace(Path path) throws IOException {
                        return left.of(path);
                    }
                };
        try (DirectoryMessageStore store =
                DirectoryMessageStore.open(directory, Clock.systemUTC(), files, false)) {
            return store.usableSpace();
        }
    }

    @Test
    void storeShouldAskTheFileSystemOfItsDirectory() throws Exception {
        assertThat(asked(path -> path.equals(directory) ? 42 : 0)).isEqualTo(42);
    }

    @Test
    void fileSystemThatCannotTellShouldStopNoMail() throws Exception {
        assertThat(
                        asked(
                                path -> {
                                    throw new IOException("told to fail");
                                }))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void diskShouldTellWhatIsLeft() throws Exception {
        assertThat(new DiskFileOperations().usableSpace(directory))
                .isPositive()
                .isLessThanOrEqualTo(Files.getFileStore(directory).getTotalSpace());
    }
}
