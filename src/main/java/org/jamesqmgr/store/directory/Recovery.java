/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.index.QueueIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a queue directory in order before it is used, and fills the index, but for a deep backlog of
 * deferred mail: that is brought in later ({@link Backlog}).
 *
 * <p>Of two files with one id, left by a copy of a directory in use, the one that is tried least
 * counts: hold before deferred before incoming. The other one is damage. After this no file of the
 * backlog has the id of a message in the index.
 *
 * <p>Can be killed at any moment and run again. One thread, once.
 */
final class Recovery {

    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);
    private static final String LAYOUT_VERSION = "1";

    private final Layout layout;
    private final FileOperations files;
    private final QueueIndex index;
    private final Corruption corruption;
    private final FileRecovery recovery;
    private final Backlog backlog;
    private final Replay replay;

    Recovery(
            Layout layout,
            FileOperations files,
            QueueIndex index,
            Corruption corruption,
            FileRecovery recovery,
            Backlog backlog,
            Replay replay) {
        this.layout = layout;
        this.files = files;
        this.index = index;
        this.corruption = corruption;
        this.recovery = recovery;
        this.backlog = backlog;
        this.replay = replay;
    }

    /**
     * Recovers everything but a deep backlog.
     *
     * @param atOnce the backlog is brought in too if it has at most so many messages
     */
    void run(int atOnce) throws IOException, MessageStoreException {
        createDirectories();
        checkVersion();
        clearAdopted();
        try {
            recoverAll(atOnce);
        } catch (NewerFormatException e) {
            throw newer(e.getMessage());
        }
        report();
    }

    private void recoverAll(int atOnce) throws IOException, MessageStoreException {
        backlog.adoptStrays();
        replay.run();
        recover(QueueName.HOLD);
        if (!backlog.exceeds(atOnce)) {
            backlog.bringInAll();
        }
        recover(QueueName.INCOMING);
        // Last: what is put back from there must not be found again.
        recover(QueueName.ACTIVE);
    }

    private void recover(QueueName queue) throws IOException, MessageStoreException {
        Path directory = layout.queue(queue);
        for (String name : files.list(directory)) {
            Path path = directory.resolve(name);
            if (queue == QueueName.HOLD) {
                recovery.recover(queue, path);
                backlog.bringInTwin(name);
            } else {
                backlog.bringInTwin(name);
                recovery.recover(queue, path);
            }
        }
    }

    /** What was being taken over when a server died: the other store has it still. */
    private void clearAdopted() throws IOException {
        if (files.exists(layout.adopted())) {
            for (String name : files.list(layout.adopted())) {
                files.delete(layout.adopted().resolve(name));
            }
        }
    }

    private void report() {
        Map<QueueName, Long> counts = index.counts();
        LOGGER.info(
                "queue directory {}: {} messages, {} of them on hold, {} corrupt, {} never accepted and"
                        + " cleared away{}",
                layout.root(),
                counts.values().stream().mapToLong(Long::longValue).sum(),
                counts.get(QueueName.HOLD),
                corruption.count(),
                recovery.cleared(),
                backlog.complete()
                        ? ""
                        : "; more deferred mail is looked through in the background");
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
}
