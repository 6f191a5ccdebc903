/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.directory.FileOperations.Attributes;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one file of an earlier server in order and into the index. The content is not read: it is
 * checked when the message is claimed.
 *
 * <p>What cannot be written down or moved, because the disk is full, is indexed where it is. One
 * thread at a time.
 */
final class FileRecovery {

    private static final Logger LOGGER = LoggerFactory.getLogger(FileRecovery.class);

    /** One file as found. */
    private record Found(QueueId id, QueueFile file, Attributes attributes) {
        MessageStatus status() {
            return file.log().status();
        }
    }

    private final Layout layout;
    private final FileOperations files;
    private final QueueIndex index;
    private final Corruption corruption;
    private final Clock clock;
    private long cleared;

    FileRecovery(
            Layout layout,
            FileOperations files,
            QueueIndex index,
            Corruption corruption,
            Clock clock) {
        this.layout = layout;
        this.files = files;
        this.index = index;
        this.corruption = corruption;
        this.clock = clock;
    }

    /** How many files were removed of messages that were never accepted. */
    long cleared() {
        return cleared;
    }

    /**
     * Recovers a file, if it is a queue file and still there.
     *
     * @throws NewerFormatException if it was written by a newer version
     * @throws MessageStoreException if it cannot be told whether it is damaged
     */
    void recover(QueueName queue, Path path) throws NewerFormatException, MessageStoreException {
        Optional<QueueId> id = QueueId.parse(path.getFileName().toString());
        if (id.isEmpty() || !layout.file(queue, id.get()).equals(path)) {
            LOGGER.warn("{} is not a queue file: left alone", path);
            return;
        }
        try {
            recover(queue, readPatiently(queue, id.get(), path));
        } catch (NotKeptException e) {
            clearAway(path);
        } catch (NoSuchFileException e) {
            // Of the backlog: it was worked on, and done, since its directory was listed.
            LOGGER.info("{} is gone", path);
        } catch (NewerFormatException e) {
            throw new NewerFormatException("holds " + path + ", " + e.getMessage());
        } catch (IOException e) {
            if (Corruption.resourcesAreShort(e) || !corruption.surroundingsAreWell()) {
                throw new MessageStoreException("cannot read " + path + ": " + e.getMessage(), e);
            }
            corruption.setAside(id.get(), path, e);
        }
    }

    /** One failure to read proves nothing. */
    private Found readPatiently(QueueName queue, QueueId id, Path path) throws IOException {
        try {
            return read(queue, id, path);
        } catch (DamagedMessageException
                | NotKeptException
                | NewerFormatException
                | NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            LOGGER.warn("{} could not be read, and is read again", path, e);
            return read(queue, id, path);
        }
    }

    private Found read(QueueName queue, QueueId id, Path path) throws IOException {
        Attributes attributes = files.attributes(path);
        if (!attributes.regularFile()) {
            throw new DamagedMessageException("not a file");
        }
        if (index.place(id).isPresent()) {
            throw new DamagedMessageException(
                    "another file with this id is in queue " + index.place(id).get().asString());
        }
        try (OpenFile file = files.openForReading(path)) {
            if (file.size() == 0 && queue == QueueName.INCOMING) {
                throw new NotKeptException();
            }
            return new Found(id, QueueFile.read(file, QueueFile.Depth.HEAD), attributes);
        } catch (NotKeptException e) {
            // Elsewhere it was accepted, and is stale; or what the disk kept of a file that was
            // removed.
            throw queue == QueueName.INCOMING
                    ? e
                    : new DamagedMessageException("the header says that it was never accepted", e);
        }
    }

    private void clearAway(Path path) {
        try {
            files.delete(path);
            cleared++;
            LOGGER.info("{} was never accepted, its sender was not told so: cleared away", path);
        } catch (IOException e) {
            LOGGER.warn("{} was never accepted and cannot be cleared away", path, e);
        }
    }

    private void recover(QueueName queue, Found message) {
        switch (queue) {
            case HOLD -> add(message, QueueName.HOLD, Standing.HELD, message.status().due());
            case DEFERRED -> recoverDeferred(message);
            case INCOMING -> recoverIncoming(message);
            case ACTIVE -> recoverActive(message);
            case CORRUPT -> throw new IllegalStateException("corrupt is not recovered");
        }
    }

    private void recoverDeferred(Found message) {
        // The later of the two: a full disk loses the record, a careless copy the file's time.
        Instant recorded = message.status().due();
        Instant shown = message.attributes().modified();
        Standing standing = message.status().scheduled() ? Standing.SCHEDULED : Standing.DEFERRED;
        add(message, QueueName.DEFERRED, standing, shown.isAfter(recorded) ? shown : recorded);
    }

    private void recoverIncoming(Found message) {
        MessageStatus status = message.status();
        boolean fresh = !message.file().log().recorded();
        if (fresh && status.scheduled() && status.due().isAfter(clock.instant())) {
            stamp(QueueName.INCOMING, message);
            QueueName place = move(message.id(), QueueName.INCOMING, QueueName.DEFERRED);
            add(message, place, Standing.SCHEDULED, status.due());
        } else {
            // Taken out of hold by hand: whoever did so wants it tried like any other.
            boolean released = message.file().log().bound() == QueueName.HOLD;
            Standing standing = released ? Standing.READY : ready(status);
            add(message, QueueName.INCOMING, standing, status.due());
        }
    }

    private void recoverActive(Found message) {
        RecordLog log = message.file().log();
        MessageStatus status = log.begun() ? countCrash(message) : log.status();
        boolean waits = !log.begun() && status.due().isAfter(clock.instant());
        if (!log.begun() && log.bound() == QueueName.HOLD) {
            add(message, moveActive(message, QueueName.HOLD), Standing.HELD, status.due());
        } else if (waits && (log.bound() == QueueName.DEFERRED || status.scheduled())) {
            stamp(QueueName.ACTIVE, message);
            Standing standing = status.scheduled() ? Standing.SCHEDULED : Standing.DEFERRED;
            add(message, moveActive(message, QueueName.DEFERRED), standing, status.due());
        } else {
            add(message, moveActive(message, QueueName.INCOMING), ready(status), status.due());
        }
    }

    private static Standing ready(MessageStatus status) {
        return status.crashes() >= MessageStore.SUSPECT_CRASHES ? Standing.SUSPECT : Standing.READY;
    }

    /** The server died while this message was worked on. */
    private MessageStatus countCrash(Found message) {
        MessageStatus status = message.status().crashed();
        LOGGER.warn(
                "{} was being worked on when the server died, {} times now",
                message.id(),
                status.crashes());
        try (OpenFile open = files.open(layout.file(QueueName.ACTIVE, message.id()))) {
            byte[] record = RecordLog.status(status, QueueName.INCOMING);
            QueueFiles.append(open, message.file().log().end(), record);
        } catch (IOException e) {
            LOGGER.warn("the crash of {} cannot be recorded", message.id(), e);
        }
        return status;
    }

    private QueueName moveActive(Found message, QueueName to) {
        return move(message.id(), QueueName.ACTIVE, to);
    }

    /** Returns where the file is now. */
    private QueueName move(QueueId id, QueueName from, QueueName to) {
        try {
            files.move(layout.file(from, id), layout.file(from.moveTo(to), id));
            return to;
        } catch (IOException e) {
            LOGGER.warn("{} stays in {}", id, from.asString(), e);
            return from;
        }
    }

    private void stamp(QueueName place, Found message) {
        try {
            files.setModified(layout.file(place, message.id()), message.status().due());
        } catch (IOException e) {
            LOGGER.warn("{} does not show its due time", message.id(), e);
        }
    }

    private void add(Found message, QueueName place, Standing standing, Instant time) {
        QueueFile file = message.file();
        index.add(message.id(), file.log().envelope(), file.contentSize(), place, standing, time);
    }
}
