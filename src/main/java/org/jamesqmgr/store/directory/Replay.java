/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what the journal has in its place: messages that have no file, and those whose file a power cut
 * has left unfinished. Before anything else looks at the files.
 *
 * <p>Nothing is written, since the journal still has it: can be killed at any moment, and run again.
 * One thread, once.
 */
final class Replay {

    private static final Logger LOGGER = LoggerFactory.getLogger(Replay.class);

    private final Layout layout;
    private final NewFiles files;
    private final Corruption corruption;
    private final Journal journal;
    private int restored;

    Replay(Layout layout, NewFiles files, Corruption corruption, Journal journal) {
        this.layout = layout;
        this.files = files;
        this.corruption = corruption;
        this.journal = journal;
    }

    /**
     * Restores everything.
     *
     * @throws IOException if that cannot be done now: then the files are not to be looked at
     */
    void run() throws IOException {
        for (KeptFile kept : journal.takeLeft()) {
            restore(kept);
        }
        if (restored > 0) {
            LOGGER.info(
                    "queue directory {}: {} new messages come from the journal, where a server that was"
                            + " killed, or the power, has left them",
                    layout.root(),
                    restored);
        }
    }

    private void restore(KeptFile kept) throws IOException {
        QueueId id = kept.id();
        Optional<QueueName> place = Optional.empty();
        // In all of them: there may be one that is not whole, and one that is.
        for (QueueName queue : EnumSet.range(QueueName.INCOMING, QueueName.HOLD)) {
            Path path = layout.file(queue, id);
            if (files.exists(path) && !isCleared(path, id)) {
                place = Optional.of(queue);
            }
        }
        if (place.isEmpty()) {
            files.restore(kept);
            restored++;
        } else if (place.get() != QueueName.INCOMING && place.get() != QueueName.ACTIVE) {
            settle(layout.file(place.get(), id), id);
        }
    }

    /** A file that is not whole goes; one that cannot be read is for a person to look at. */
    private boolean isCleared(Path path, QueueId id) throws IOException {
        try {
            if (isWhole(path)) {
                return false;
            }
            files.delete(path);
            files.forceDirectory(path.getParent());
            LOGGER.info("{}: its file is not whole, and its copy is used", id);
            return true;
        } catch (NewerFormatException e) {
            throw e;
        } catch (IOException e) {
            if (Corruption.resourcesAreShort(e)
                    || !corruption.surroundingsAreWell()
                    || !corruption.setAside(id, path, e)) {
                throw e;
            }
            return true;
        }
    }

    /** Whether a file has all that a message was accepted with; what was appended is another matter. */
    private boolean isWhole(Path path) throws IOException {
        try (OpenFile file = files.openForReading(path)) {
            QueueFile.read(file, QueueFile.Depth.CONTENT);
            return true;
        } catch (DamagedMessageException | NotKeptException e) {
            return false;
        }
    }

    /** It waits there for long, and should not need the journal so long. */
    private void settle(Path path, QueueId id) throws IOException {
        try (OpenFile file = files.open(path)) {
            file.force();
        }
        files.forceDirectory(path.getParent());
        journal.forget(id);
    }
}
