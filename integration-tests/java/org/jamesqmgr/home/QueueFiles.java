/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.directory.QueueDirectoryReader;

/**
 * What an administrator sees of the queues with {@code ls}, and of what is no file yet with {@code
 * mailq}.
 *
 * @param directory the queue directory
 */
public record QueueFiles(Path directory) {

    /** The ids of the messages in one of the five queues. */
    public Set<String> in(String queue) {
        Set<String> ids = new HashSet<>(listed(queue));
        ids.addAll(read(queue));
        return ids;
    }

    private Set<String> read(String queue) {
        if (queue.equals(QueueName.CORRUPT.asString())) {
            return Set.of();
        }
        Set<String> ids = new HashSet<>();
        try {
            new QueueDirectoryReader(directory)
                    .list(
                            QueueName.valueOf(queue.toUpperCase(Locale.ROOT)),
                            message -> {
                                ids.add(message.id().asString());
                                return true;
                            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
    }

    private Set<String> listed(String queue) {
        try (Stream<Path> paths = Files.walk(directory.resolve(queue))) {
            return paths.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        } catch (UncheckedIOException e) {
            // A message that left while it was looked at.
            return listed(queue);
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
