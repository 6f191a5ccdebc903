/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.james.filesystem.api.FileSystem;

/** Mail that waits in the queues James had before, of which this server knows nothing. */
final class UnimportedMail {

    /** Where James keeps the contents of queued mail beside its ActiveMQ, a file for each. */
    private static final String CONTENTS = "file://var/store/activemq/blob-transfer";

    private final FileSystem fileSystem;

    @Inject
    UnimportedMail(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** A line if there is any; to be asked once the server has started. */
    List<String> report() {
        try {
            Path contents = fileSystem.getFile(CONTENTS).toPath();
            long count = Files.isDirectory(contents) ? count(contents) : 0;
            return count == 0 ? List.of() : List.of(line(contents, count));
        } catch (IOException e) {
            return List.of("the queues that James had before cannot be looked at: " + e);
        }
    }

    private static long count(Path contents) throws IOException {
        try (Stream<Path> files = Files.walk(contents)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static String line(Path contents, long count) {
        return ("mails waiting in the ActiveMQ queues that James had before: %d, as %s has it;"
                        + " stop the server and take them over with qmgr import")
                .formatted(count, contents);
    }
}
