/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an administrator sees of the queues with {@code ls}.
 *
 * @param directory the queue directory
 */
public record QueueFiles(Path directory) {

    /** The ids of the messages in one of the five queues. */
    public Set<String> in(String queue) {
        try (Stream<Path> paths = Files.walk(directory.resolve(queue))) {
            return paths.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        } catch (UncheckedIOException e) {
            // A message that left while it was looked at.
            return in(queue);
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
