/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at messages that others may be moving at the same time. Safe for use by any thread.
 *
 * <p>What is seen from outside proves nothing: a file that cannot be read may be on its way. Only
 * after the message was taken, and could not be read then, is it called damaged.
 */
final class Lookup {

    private static final Logger LOGGER = LoggerFactory.getLogger(Lookup.class);

    /** A file is on the move for some microseconds; nobody is unlucky this often. */
    private static final int ROUNDS = 1_000;

    private final Layout layout;
    private final FileOperations files;
    private final QueueIndex index;
    private final QueueFiles queueFiles;

    Lookup(Layout layout, FileOperations files, QueueIndex index, QueueFiles queueFiles) {
        this.layout = layout;
        this.files = files;
        this.index = index;
        this.queueFiles = queueFiles;
    }

    @FunctionalInterface
    private interface Looking<T> {
        T at(QueueName place) throws IOException;
    }

    /**
     * The message, or empty if it is not stored or turned out damaged.
     *
     * @throws IOException if it is stored and cannot be read at the moment
     */
    Optional<QueuedMessage> find(QueueId id) throws IOException {
        return look(id, place -> read(id, place));
    }

    private QueuedMessage read(QueueId id, QueueName place) throws IOException {
        try (OpenFile file = files.openForReading(layout.file(place, id))) {
            QueueFile read = QueueFile.read(file, QueueFile.Depth.ENVELOPE);
            return queueFiles.upToDate(id, read).message(id, index.shown(id, place));
        }
    }

    /**
     * A stream over the content.
     *
     * @throws NoSuchFileException if the message is gone
     */
    InputStream open(QueueId id) throws IOException {
        return look(id, place -> ContentStream.open(files, layout.file(place, id)))
                .orElseThrow(() -> new NoSuchFileException(id + " is no longer in the queue"));
    }

    private <T> Optional<T> look(QueueId id, Looking<T> looking) throws IOException {
        IOException last = null;
        for (int round = 0; round < ROUNDS; round++) {
            Optional<QueueName> place = index.place(id);
            if (place.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(lookAround(place.get(), looking));
            } catch (IOException e) {
                if (putAway(id, e)) {
                    return Optional.empty();
                }
                last = e;
                Thread.onSpinWait();
            }
        }
        return notThere(id, last);
    }

    /** Somebody has a lease on it, and will notice at its end; one such message stops no listing. */
    private static <T> Optional<T> notThere(QueueId id, IOException last) throws IOException {
        if (last instanceof NoSuchFileException || last instanceof DamagedMessageException) {
            LOGGER.warn("{} is claimed, and cannot be read: {}", id, last.toString());
            return Optional.empty();
        }
        throw last;
    }

    /** The index follows the file system, so the file may be one move ahead of it. */
    private static <T> T lookAround(QueueName place, Looking<T> looking) throws IOException {
        List<QueueName> places = new ArrayList<>(List.of(place));
        places.addAll(EnumSet.range(QueueName.INCOMING, QueueName.HOLD));
        NoSuchFileException missing = null;
        for (QueueName candidate : places) {
            try {
                return looking.at(candidate);
            } catch (NoSuchFileException e) {
                missing = e;
            }
        }
        throw missing;
    }

    /** Whether the message is out of the way; false to look once more. */
    private boolean putAway(QueueId id, IOException problem) throws IOException {
        Optional<Taken> taken = index.take(id, Standing.ANY_BUT_TAKEN);
        if (taken.isEmpty()) {
            return false;
        }
        if (queueFiles.putAway(taken.get(), problem)) {
            return index.place(id).isEmpty()
                    || index.standing(id).equals(Optional.of(Standing.HELD));
        }
        queueFiles.putByPlace(taken.get());
        if (problem instanceof NoSuchFileException) {
            return false;
        }
        throw problem;
    }
}
