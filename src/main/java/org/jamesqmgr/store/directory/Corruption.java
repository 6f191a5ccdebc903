/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets damaged files aside: moved to corrupt, logged, reported, never deleted. Safe for use by any
 * thread.
 */
final class Corruption {

    private static final Logger LOGGER = LoggerFactory.getLogger(Corruption.class);

    private record Finding(QueueId id, String reason) {}

    private final Layout layout;
    private final FileOperations files;
    private final AtomicLong count = new AtomicLong();

    /** Told later: at recovery nobody listens yet, and no listener is called under a lock. */
    private final Queue<Finding> untold = new ConcurrentLinkedQueue<>();

    Corruption(Layout layout, FileOperations files) {
        this.layout = layout;
        this.files = files;
    }

    /** How many files are set aside; looks, since people take them away. */
    long count() {
        try {
            count.set(files.list(layout.queue(QueueName.CORRUPT)).size());
        } catch (IOException e) {
            LOGGER.warn("corrupt files cannot be counted, there were {}", count, e);
        }
        return count.get();
    }

    /** Reports what was found and nobody has been told of yet. */
    void tell(StoreListener listener) {
        if (listener == StoreListener.NONE) {
            return;
        }
        for (Finding next = untold.poll(); next != null; next = untold.poll()) {
            listener.corrupt(next.id(), next.reason());
        }
    }

    /**
     * Moves a damaged file to corrupt.
     *
     * @return false if it cannot be moved
     */
    boolean setAside(QueueId id, Path path, IOException problem) {
        String reason = reason(problem);
        try {
            files.move(path, free(id)); // commit
        } catch (IOException e) {
            LOGGER.error("{} is damaged ({}) and cannot be moved to corrupt", path, reason, e);
            return false;
        }
        LOGGER.error(
                "saving corrupt file {} from queue {} to queue corrupt: {}",
                id,
                layout.root().relativize(path).getName(0),
                reason);
        untold.add(new Finding(id, reason));
        return true;
    }

    private static String reason(IOException problem) {
        if (problem instanceof AccessDeniedException) {
            return "permission denied: the file belongs to somebody else than the server";
        }
        return problem.getMessage() == null ? problem.toString() : problem.getMessage();
    }

    /**
     * Deletes a file that was set aside.
     *
     * @return false if there is none
     */
    boolean remove(QueueId id) throws IOException {
        try {
            files.delete(layout.file(QueueName.CORRUPT, id));
        } catch (NoSuchFileException e) {
            return false;
        }
        files.forceDirectory(layout.queue(QueueName.CORRUPT)); // commit
        return true;
    }

    /** A name in corrupt that is not in use: nothing there is ever overwritten. */
    private Path free(QueueId id) {
        Path path = layout.file(QueueName.CORRUPT, id);
        for (int copy = 2; files.exists(path); copy++) {
            path = layout.queue(QueueName.CORRUPT).resolve(id + "." + copy);
        }
        return path;
    }

    /** A file of ours that has nothing to do with mail: when it cannot be read, nothing can. */
    boolean surroundingsAreWell() {
        try (OpenFile file = files.openForReading(layout.version())) {
            byte[] first = new byte[1];
            return file.read(0, first, 0, 1) == 1;
        } catch (IOException e) {
            LOGGER.warn("queue files cannot be read at the moment", e);
            return false;
        }
    }

    /** Whether the process is out of something, which says nothing of the file at hand. */
    static boolean resourcesAreShort(IOException problem) {
        return spaceIsShort(problem)
                || says(problem, "Too many open files", "Cannot allocate memory");
    }

    /** Whether there is no room to write what should be written. */
    static boolean spaceIsShort(IOException problem) {
        return says(problem, "No space left", "Disk quota exceeded");
    }

    private static boolean says(IOException problem, String... texts) {
        return Stream.of(texts).anyMatch(String.valueOf(problem.getMessage())::contains);
    }
}
