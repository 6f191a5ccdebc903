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
 * Makes good what a power cut has done to files of which the journal has a copy: those that are
 * missing or not whole are written again. Before anything else looks at the files.
 *
 * <p>What is written is not forced, since the journal still has it: can be killed at any moment, and
 * run again. One thread, once.
 */
final class Replay {

    private static final Logger LOGGER = LoggerFactory.getLogger(Replay.class);

    private final Layout layout;
    private final FileOperations files;
    private final Corruption corruption;
    private final Journal journal;
    private int restored;

    Replay(Layout layout, FileOperations files, Corruption corruption, Journal journal) {
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
            LOGGER.warn(
                    "queue directory {}: {} new messages were lost from their files and written again,"
                            + " as after a power cut; some may have been delivered already",
                    layout.root(),
                    restored);
        }
    }

    private void restore(KeptFile kept) throws IOException {
        QueueId id = kept.id();
        Optional<QueueName> place =
                EnumSet.range(QueueName.INCOMING, QueueName.HOLD).stream()
                        .filter(queue -> files.exists(layout.file(queue, id)))
                        .findFirst();
        if (place.isEmpty()) {
            writeNew(kept);
            return;
        }
        Path path = layout.file(place.get(), id);
        try {
            if (!isWhole(path)) {
                write(kept, files.open(path));
            }
        } catch (NewerFormatException e) {
            throw e;
        } catch (IOException e) {
            if (Corruption.resourcesAreShort(e)
                    || !corruption.surroundingsAreWell()
                    || !corruption.setAside(id, path, e)) {
                throw e;
            }
            writeNew(kept);
            return;
        }
        if (place.get() != QueueName.INCOMING && place.get() != QueueName.ACTIVE) {
            settle(path, id);
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

    /** Where there is no room for it now it is left in the journal. */
    private void writeNew(KeptFile kept) throws IOException {
        Path path = layout.file(QueueName.INCOMING, kept.id());
        try {
            write(kept, files.create(path));
        } catch (IOException e) {
            if (!Corruption.spaceIsShort(e)) {
                throw e;
            }
            LOGGER.error("{} stays in the journal until there is room for it", kept.id(), e);
            if (files.exists(path)) {
                files.delete(path);
            }
        }
    }

    private void write(KeptFile kept, OpenFile file) throws IOException {
        try (file) {
            if (file.size() > 0) {
                file.truncate(0);
            }
            file.write(0, kept.image(), 0, kept.image().length);
        }
        restored++;
        LOGGER.info("{}: written again from the journal", kept.id());
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
