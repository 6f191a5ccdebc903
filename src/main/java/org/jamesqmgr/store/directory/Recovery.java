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
 * <p>Can be killed at any moment and run again. One thread, once.
 */
final class Recovery {

    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);
    private static final String LAYOUT_VERSION = "1";

    /**
     * Active last: what is put back from there must not be found again, nor overwrite what a restored
     * copy has in its place.
     */
    private static final List<QueueName> ORDER =
            List.of(QueueName.HOLD, QueueName.DEFERRED, QueueName.INCOMING, QueueName.ACTIVE);

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
        for (QueueName queue : QueueName.values()) {
            for (Path directory : layout.directories(queue)) {
                files.createDirectories(directory);
            }
            files.forceDirectory(layout.queue(queue));
        }
        files.forceDirectory(layout.root());
        checkVersion();
        corruption.countExisting();
        for (QueueName queue : ORDER) {
            for (Path directory : layout.directories(queue)) {
                recover(queue, directory);
            }
        }
        LOGGER.info(
                "queue directory {}: {} messages, {} corrupt, {} never accepted and cleared away",
                layout.root(),
                found,
                corruption.count(),
                cleared);
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
            String version = new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
            if (version.isEmpty()) {
                // Its first server died before the version reached the disk.
                files.delete(layout.version());
                writeVersion(expected);
            } else if (!version.equals(LAYOUT_VERSION)) {
                throw new MessageStoreException(
                        "the queue directory "
                                + layout.root()
                                + " has layout version "
                                + version
                                + ", this server knows version "
                                + LAYOUT_VERSION
                                + ": start the newer server that wrote it, let it deliver or move the mail");
            }
        }
    }

    private void writeVersion(byte[] version) throws IOException {
        try (OpenFile file = files.create(layout.version())) {
            file.write(0, version, 0, version.length);
            file.force();
        }
    }

    private void recover(QueueName queue, Path directory)
            throws IOException, MessageStoreException {
        for (String name : files.list(directory)) {
            Optional<QueueId> id = QueueId.parse(name);
            if (id.isEmpty() || !layout.file(queue, id.get()).equals(directory.resolve(name))) {
                LOGGER.warn("{} is not a queue file; left alone", directory.resolve(name));
                continue;
            }
            recover(queue, id.get(), directory.resolve(name));
        }
    }

    private void recover(QueueName queue, QueueId id, Path path)
            throws IOException, MessageStoreException {
        try {
            Attributes attributes = files.attributes(path);
            if (!attributes.regularFile()) {
                throw new DamagedFileException("not a file");
            }
            try (OpenFile file = files.openForReading(path)) {
                if (file.size() == 0 && queue == QueueName.INCOMING) {
                    throw new QueueFile.NotKeptException();
                }
                recover(queue, id, QueueFile.read(file), attributes);
            }
            found++;
        } catch (QueueFile.NotKeptException e) {
            files.delete(path);
            cleared++;
            LOGGER.info(
                    "{} was never accepted, its sender was told so or not answered: cleared away",
                    id);
        } catch (NoSuchFileException e) {
            LOGGER.warn("{} went while it was looked at", path, e);
        } catch (IOException e) {
            if (!corruption.setAside(id, path, e)) {
                throw new MessageStoreException("cannot read " + path + ": " + e.getMessage(), e);
            }
        }
    }

    private void recover(QueueName queue, QueueId id, QueueFile file, Attributes attributes)
            throws IOException {
        if (index.place(id).isPresent()) {
            throw new DamagedFileException(
                    "another file with this id is in queue " + index.place(id).get().asString());
        }
        switch (queue) {
            case ACTIVE -> {
                MessageStatus status =
                        file.log().begun() ? countCrash(id, file) : file.log().status();
                move(QueueName.ACTIVE, QueueName.INCOMING, id);
                add(id, file, QueueName.INCOMING, ready(status), status.due());
            }
            case INCOMING -> recoverIncoming(id, file);
            case DEFERRED -> {
                // The later of the two: a full disk loses the record, a careless copy the file's
                // time.
                Instant due = later(file.log().status().due(), attributes.modified());
                Standing standing =
                        file.log().status().scheduled() ? Standing.SCHEDULED : Standing.DEFERRED;
                add(id, file, QueueName.DEFERRED, standing, due);
            }
            case HOLD -> add(id, file, QueueName.HOLD, Standing.HELD, file.log().status().due());
            case CORRUPT -> throw new IllegalStateException("corrupt is not recovered");
        }
    }

    private void recoverIncoming(QueueId id, QueueFile file) throws IOException {
        MessageStatus status = file.log().status();
        boolean waits = !file.log().recorded() && status.scheduled() && status.due().isAfter(now);
        if (waits) {
            files.setModified(layout.file(QueueName.INCOMING, id), status.due());
            move(QueueName.INCOMING, QueueName.DEFERRED, id);
            add(id, file, QueueName.DEFERRED, Standing.SCHEDULED, status.due());
        } else {
            add(id, file, QueueName.INCOMING, ready(status), status.due());
        }
    }

    private static Standing ready(MessageStatus status) {
        return status.crashes() >= MessageStore.SUSPECT_CRASHES ? Standing.SUSPECT : Standing.READY;
    }

    /** The server died while this message was worked on. */
    private MessageStatus countCrash(QueueId id, QueueFile file) throws IOException {
        MessageStatus status = file.log().status().crashed();
        try (OpenFile open = files.open(layout.file(QueueName.ACTIVE, id))) {
            DirectoryMessageStore.append(open, file.log().end(), RecordLog.status(status));
        }
        LOGGER.warn(
                "{} was being worked on when the server died, {} times now", id, status.crashes());
        return status;
    }

    private void move(QueueName from, QueueName to, QueueId id) throws IOException {
        files.move(layout.file(from, id), layout.file(from.moveTo(to), id));
    }

    private void add(QueueId id, QueueFile file, QueueName place, Standing standing, Instant time)
            throws IOException {
        index.add(
                id,
                file.log().envelope().transport(),
                file.log().envelope().priority(),
                place,
                standing,
                time,
                false);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
