/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.FileOperations.Attributes;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.directory.QueueIndex.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a queue directory in order before it is used, and fills the index. Contents are not read:
 * they are checked when a message is claimed.
 *
 * <p>Can be killed at any moment and run again. What it cannot write down or move, because the disk
 * is full, is indexed where it is. One thread, once.
 */
final class Recovery {

    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);
    private static final String LAYOUT_VERSION = "1";

    /**
     * Active last: what is put back from there must not be found again. Of two files with one id,
     * left by a copy of a directory in use, the one that is tried least counts: hold before deferred
     * before incoming.
     */
    private static final List<QueueName> ORDER =
            List.of(QueueName.HOLD, QueueName.DEFERRED, QueueName.INCOMING, QueueName.ACTIVE);

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
    private final Instant now;
    private long found;
    private long cleared;

    Recovery(
            Layout layout,
            FileOperations files,
            QueueIndex index,
            Corruption corruption,
            Instant now) {
        this.layout = layout;
        this.files = files;
        this.index = index;
        this.corruption = corruption;
        this.now = now;
    }

    void run() throws IOException, MessageStoreException {
        createDirectories();
        checkVersion();
        adoptStrays();
        for (QueueName queue : ORDER) {
            for (Path directory : layout.directories(queue)) {
                for (String name : files.list(directory)) {
                    recover(queue, directory.resolve(name));
                }
            }
        }
        LOGGER.info(
                "queue directory {}: {} messages, {} of them on hold, {} corrupt, {} never accepted and"
                        + " cleared away",
                layout.root(),
                found,
                index.counts().get(QueueName.HOLD),
                corruption.count(),
                cleared);
    }

    private void createDirectories() throws IOException {
        for (QueueName queue : QueueName.values()) {
            for (Path directory : layout.directories(queue)) {
                files.createDirectories(directory);
            }
            files.forceDirectory(layout.queue(queue));
        }
        files.forceDirectory(layout.root());
    }

    private void checkVersion() throws IOException, MessageStoreException {
        byte[] expected = (LAYOUT_VERSION + "\n").getBytes(StandardCharsets.US_ASCII);
        if (!files.exists(layout.version())) {
            writeVersion(expected);
            return;
        }
        try (OpenFile file = files.openForReading(layout.version())) {
            byte[] bytes = new byte[16];
            int length = file.read(0, bytes, 0, bytes.length);
            String version = new String(bytes, 0, length, StandardCharsets.US_ASCII).trim();
            if (version.isEmpty()) {
                // Its first server died before the version reached the disk: nothing, or zeros.
                files.delete(layout.version());
                writeVersion(expected);
            } else if (!version.equals(LAYOUT_VERSION)) {
                throw newer(layout.root() + " has layout version " + version);
            }
        }
    }

    private void writeVersion(byte[] version) throws IOException {
        try (OpenFile file = files.create(layout.version())) {
            file.write(0, version, 0, version.length);
            file.force();
        }
    }

    private static MessageStoreException newer(String what) {
        return new MessageStoreException(
                "the queue directory "
                        + what
                        + ", this server knows version "
                        + LAYOUT_VERSION
                        + ": start the newer server that wrote it, and let it deliver the mail");
    }

    /** Files that somebody moved into deferred without knowing how it is divided. */
    private void adoptStrays() throws IOException {
        Path deferred = layout.queue(QueueName.DEFERRED);
        adoptStrays(deferred);
        for (Path directory : layout.directories(QueueName.DEFERRED)) {
            adoptStrays(directory);
        }
    }

    private void adoptStrays(Path directory) throws IOException {
        for (String name : files.list(directory)) {
            Optional<QueueId> id = QueueId.parse(name);
            if (id.isPresent()) {
                Path home = layout.file(QueueName.DEFERRED, id.get());
                Path path = directory.resolve(name);
                if (!home.equals(path) && !files.exists(home)) {
                    LOGGER.warn("{} belongs to {}: moved there", path, home);
                    files.move(path, home);
                }
            }
        }
    }

    private void recover(QueueName queue, Path path) throws MessageStoreException {
        Optional<QueueId> id = QueueId.parse(path.getFileName().toString());
        if (id.isEmpty() || !layout.file(queue, id.get()).equals(path)) {
            LOGGER.warn("{} is not a queue file: left alone", path);
            return;
        }
        try {
            recover(queue, readPatiently(queue, id.get(), path));
            found++;
        } catch (NotKeptException e) {
            clearAway(path);
        } catch (NoSuchFileException e) {
            LOGGER.warn("{} went while it was looked at", path, e);
        } catch (NewerFormatException e) {
            throw newer("holds " + path + ", " + e.getMessage());
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
        } catch (DamagedFileException
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
            throw new DamagedFileException("not a file");
        }
        if (index.place(id).isPresent()) {
            throw new DamagedFileException(
                    "another file with this id is in queue " + index.place(id).get().asString());
        }
        try (OpenFile file = files.openForReading(path)) {
            if (file.size() == 0 && queue == QueueName.INCOMING) {
                throw new NotKeptException();
            }
            return new Found(id, QueueFile.read(file, QueueFile.Depth.HEAD), attributes);
        } catch (NotKeptException e) {
            // Files are written in incoming only: elsewhere this one was accepted, and is stale.
            throw queue == QueueName.INCOMING
                    ? e
                    : new DamagedFileException("the header says that it was never accepted", e);
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
        if (fresh && status.scheduled() && status.due().isAfter(now)) {
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
        boolean waits = !log.begun() && status.due().isAfter(now);
        if (!log.begun() && log.bound() == QueueName.HOLD) {
            add(message, moveActive(message, QueueName.HOLD), Standing.HELD, status.due());
        } else if (waits && log.bound() == QueueName.DEFERRED) {
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
        index.add(message.id(), message.file().log().envelope(), place, standing, time);
    }
}
