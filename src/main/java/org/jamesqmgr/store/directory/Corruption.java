/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets damaged files aside: moved to corrupt, logged, reported, never deleted. Safe for use by any
 * thread.
 */
final class Corruption {

    private static final Logger LOGGER = LoggerFactory.getLogger(Corruption.class);

    /** Who is told. */
    @FunctionalInterface
    interface Report {
        void corrupt(QueueId id, String reason);
    }

    private record Finding(QueueId id, String reason) {}

    private final Layout layout;
    private final FileOperations files;
    private final Report report;
    private final AtomicLong count = new AtomicLong();
    private final List<Finding> beforeAnybodyListened = new CopyOnWriteArrayList<>();
    private volatile boolean listening;

    Corruption(Layout layout, FileOperations files, Report report) {
        this.layout = layout;
        this.files = files;
        this.report = report;
    }

    /** Counts what earlier servers set aside. */
    void countExisting() throws IOException {
        count.set(files.list(layout.queue(QueueName.CORRUPT)).size());
    }

    long count() {
        return count.get();
    }

    /** Tells a listener that has just come what was found before, at recovery. */
    void repeat() {
        listening = true;
        List<Finding> findings = List.copyOf(beforeAnybodyListened);
        beforeAnybodyListened.clear();
        findings.forEach(finding -> report.corrupt(finding.id(), finding.reason()));
    }

    /**
     * Moves a file that could not be read to corrupt.
     *
     * @return false if nothing can be read at the moment, so that this message need not be to blame;
     *     it was left where it is
     */
    boolean setAside(QueueId id, Path path, IOException problem) {
        boolean damaged = problem instanceof DamagedFileException;
        if (!damaged && !surroundingsAreWell()) {
            return false;
        }
        String reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        try {
            files.move(path, free(id));
            files.forceDirectory(layout.queue(QueueName.CORRUPT)); // commit
        } catch (IOException e) {
            LOGGER.error(
                    "{} is damaged ({}) and cannot be moved to corrupt; left alone",
                    path,
                    reason,
                    e);
            return true;
        }
        count.incrementAndGet();
        LOGGER.error(
                "saving corrupt file {} from queue {} to queue corrupt: {}",
                id,
                path.getParent().getFileName(),
                reason);
        tell(new Finding(id, reason));
        return true;
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
        count.decrementAndGet();
        files.forceDirectory(layout.queue(QueueName.CORRUPT)); // commit
        return true;
    }

    private void tell(Finding finding) {
        if (listening) {
            report.corrupt(finding.id(), finding.reason());
        } else {
            beforeAnybodyListened.add(finding);
        }
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
    private boolean surroundingsAreWell() {
        try {
            files.openForReading(layout.version()).close();
            return true;
        } catch (IOException e) {
            LOGGER.warn("queue files cannot be read at the moment", e);
            return false;
        }
    }
}
