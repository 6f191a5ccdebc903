/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
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
 * Makes good what a power cut has done to files that were in the journal alone: those that are missing
 * or not whole are written again. Before anything else looks at the files.
 *
 * <p>Nothing of it is forced, since the journal still has it: can be killed at any moment, and run
 * again. One thread, once.
 */
final class Replay {

    private static final Logger LOGGER = LoggerFactory.getLogger(Replay.class);

    private final Layout layout;
    private final FileOperations files;
    private final Journal journal;
    private int restored;

    Replay(Layout layout, FileOperations files, Journal journal) {
        this.layout = layout;
        this.files = files;
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
                EnumSet.allOf(QueueName.class).stream()
                        .filter(queue -> files.exists(layout.file(queue, id)))
                        .findFirst();
        if (place.isEmpty()) {
            write(kept, files.create(layout.file(QueueName.INCOMING, id)));
            return;
        }
        if (place.get() == QueueName.CORRUPT) {
            journal.forget(id); // A person looks at it.
            return;
        }
        Path path = layout.file(place.get(), id);
        if (!isWhole(path, kept.image())) {
            write(kept, files.open(path));
        }
        if (place.get() != QueueName.INCOMING && place.get() != QueueName.ACTIVE) {
            force(path, id);
        }
    }

    /** Whether a file has all that it was accepted with; what was appended is another matter. */
    private boolean isWhole(Path path, byte[] image) throws IOException {
        try (OpenFile file = files.openForReading(path)) {
            byte[] header = new byte[QueueFileHeader.SIZE];
            int length = file.read(0, header, 0, header.length);
            boolean same =
                    length == header.length
                            && ByteBuffer.wrap(header)
                                    .equals(ByteBuffer.wrap(image, 0, header.length));
            if (same) {
                QueueFile.read(file, QueueFile.Depth.CONTENT);
            }
            return same;
        } catch (DamagedMessageException e) {
            return false;
        }
    }

    private void write(KeptFile kept, OpenFile file) throws IOException {
        try (file) {
            file.truncate(0);
            file.write(0, kept.image(), 0, kept.image().length);
        }
        restored++;
        LOGGER.info("{}: written again from the journal", kept.id());
    }

    /** It waits there for long, and should not need the journal so long. */
    private void force(Path path, QueueId id) throws IOException {
        try (OpenFile file = files.open(path)) {
            file.force();
        }
        files.forceDirectory(path.getParent());
        journal.forget(id);
    }
}
