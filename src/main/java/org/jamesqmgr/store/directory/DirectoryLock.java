/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server for each queue directory. The operating system's file lock decides, and lets go when
 * the process dies however it dies; the text in the file is for people, since process ids mean
 * nothing across containers.
 *
 * <p>The lock file must never be opened by anything else in this process: closing any descriptor of
 * it would drop the lock (POSIX).
 */
final class DirectoryLock implements FileOperations.Lock {

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryLock.class);

    /** Locked by this process: opening the file a second time would already break the first lock. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final RandomAccessFile file;

    private DirectoryLock(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /**
     * @throws MessageStoreException if another server has the directory: the text names it
     */
    static DirectoryLock acquire(Path path) throws MessageStoreException {
        Path real = real(path);
        if (!OURS.add(real)) {
            throw new MessageStoreException(
                    "the queue directory " + path.getParent() + " is in use by this very process");
        }
        try {
            return new DirectoryLock(real, lock(real));
        } catch (IOException e) {
            OURS.remove(real);
            throw new MessageStoreException("cannot lock " + path + ": " + e.getMessage(), e);
        } catch (MessageStoreException | RuntimeException e) {
            OURS.remove(real);
            throw e;
        }
    }

    /** One name for a directory, however it is reached. */
    private static Path real(Path path) throws MessageStoreException {
        try {
            return path.getParent().toRealPath().resolve(path.getFileName());
        } catch (IOException e) {
            throw new MessageStoreException("cannot lock " + path + ": " + e.getMessage(), e);
        }
    }

    private static RandomAccessFile lock(Path path) throws IOException, MessageStoreException {
        if (!Files.exists(path)) {
            Files.createFile(path, DiskFileOperations.OWNER_ONLY_FILE);
        }
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            FileLock lock = file.getChannel().tryLock();
            if (lock == null) {
                throw inUse(path, file);
            }
            sign(file);
            return file;
        } catch (OverlappingFileLockException e) {
            file.close();
            throw new MessageStoreException(
                    "the queue directory is in use by this very process", e);
        } catch (IOException | MessageStoreException e) {
            file.close();
            throw e;
        }
    }

    private static MessageStoreException inUse(Path path, RandomAccessFile file)
            throws IOException {
        byte[] owner = new byte[(int) Math.min(file.length(), 256)];
        file.readFully(owner);
        return new MessageStoreException(
                "the queue directory "
                        + path.getParent()
                        + " is in use by another server ("
                        + new String(owner, StandardCharsets.UTF_8).strip()
                        + "): stop it, or give this one a queue_directory of its own");
    }

    /** Writes down who we are, as well as we can. */
    private static void sign(RandomAccessFile file) {
        try {
            byte[] owner = owner().getBytes(StandardCharsets.UTF_8);
            file.seek(0);
            file.write(owner);
            file.setLength(owner.length);
        } catch (IOException e) {
            LOGGER.warn("the lock file does not say who holds it", e);
        }
    }

    private static String owner() {
        return "pid "
                + ProcessHandle.current().pid()
                + " on "
                + hostName()
                + " since "
                + ProcessHandle.current().info().startInstant().map(Instant::toString).orElse("?")
                + "\n";
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a host without a name";
        }
    }

    @Override
    public void release() {
        try {
            file.close();
        } catch (IOException e) {
            LOGGER.warn("the lock {} is let go only when this process ends", path, e);
            return;
        }
        OURS.remove(path);
    }
}
