/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.index.QueueIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deferred mail of earlier servers that is not in the index yet. It is brought in file by file
 * while the store is in use, and a message that is asked for by its id at once.
 *
 * <p>Why nothing is indexed twice or after its end: a file of the backlog has no entry in the index
 * ({@link Recovery} sees to that) and nobody acts on a message that has none, so it stays where it is
 * until it is brought in. That happens under a lock, from the look into the index to the new entry;
 * whatever has an entry, or has lost its file meanwhile, is passed over. Mail that this server defers
 * has its entry all the time.
 *
 * <p>Safe for use by any thread. The lock is held while some files are read, and never by anybody who
 * claims what is next, accepts mail or ends a lease.
 */
final class Backlog {

    private static final Logger LOGGER = LoggerFactory.getLogger(Backlog.class);

    /** Files between two moments at which the store can be closed or somebody else gets the lock. */
    private static final int STEP = 16;

    private final Layout layout;
    private final FileOperations files;
    private final QueueIndex index;
    private final FileRecovery recovery;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Deque<Path> directories;

    /** Files of a directory that was listed and is not among {@link #directories} any more. */
    @GuardedBy("lock")
    private final Deque<Path> found = new ArrayDeque<>();

    private volatile boolean complete;

    Backlog(Layout layout, FileOperations files, QueueIndex index, FileRecovery recovery) {
        this.layout = layout;
        this.files = files;
        this.index = index;
        this.recovery = recovery;
        this.directories = new ArrayDeque<>(layout.directories(QueueName.DEFERRED));
    }

    /** Whether all of it is in the index. Never blocks. */
    boolean complete() {
        return complete;
    }

    /** Takes in files that somebody moved into deferred without knowing how it is divided. */
    void adoptStrays() throws IOException {
        Path deferred = layout.queue(QueueName.DEFERRED);
        for (String name : files.list(deferred)) {
            Optional<QueueId> id = QueueId.parse(name);
            if (id.isPresent()) {
                adopt(id.get(), deferred.resolve(name));
            }
        }
    }

    /** Where a file of deferred is now that may have stood in the wrong place. */
    private Path adopt(QueueId id, Path path) {
        Path home = layout.file(QueueName.DEFERRED, id);
        if (home.equals(path) || files.exists(home)) {
            return path;
        }
        try {
            files.move(path, home);
            LOGGER.warn("{} belonged to {}: moved there", path, home);
            return home;
        } catch (IOException e) {
            LOGGER.warn("{} belongs to {} and cannot be moved there", path, home, e);
            return path;
        }
    }

    /** Whether there are more files than that. Looks no further than it must. */
    boolean exceeds(int limit) throws IOException {
        long count = 0;
        for (Path directory : layout.directories(QueueName.DEFERRED)) {
            count += files.list(directory).size();
            if (count > limit) {
                return true;
            }
        }
        return false;
    }

    /** Brings in what has the name of a file in another queue: it, or the other one, is damage. */
    void bringInTwin(String name) throws NewerFormatException, MessageStoreException {
        Optional<QueueId> id = QueueId.parse(name);
        if (id.isEmpty() || complete) {
            return;
        }
        Path path = layout.file(QueueName.DEFERRED, id.get());
        synchronized (lock) {
            boolean known = index.place(id.get()).equals(Optional.of(QueueName.DEFERRED));
            if (!known && files.exists(path)) {
                recovery.recover(QueueName.DEFERRED, path);
            }
        }
    }

    /** Brings in a message by its id, if it is part of the backlog. */
    void bringIn(QueueId id) throws MessageStoreException {
        if (complete || index.place(id).isPresent()) {
            return;
        }
        Path path = layout.file(QueueName.DEFERRED, id);
        synchronized (lock) {
            try {
                if (index.place(id).isEmpty() && files.exists(path)) {
                    recovery.recover(QueueName.DEFERRED, path);
                }
            } catch (NewerFormatException e) {
                throw new MessageStoreException("the queue directory " + e.getMessage(), e);
            }
        }
    }

    /** Brings in a message whose file was put into a queue just now, unless it was found meanwhile. */
    void bringInNew(QueueName queue, QueueId id)
            throws NewerFormatException, MessageStoreException {
        synchronized (lock) {
            if (index.place(id).isEmpty()) {
                recovery.recover(queue, layout.file(queue, id));
            }
        }
    }

    void bringInAll() throws IOException, MessageStoreException {
        synchronized (lock) {
            while (!complete) {
                bringInNext();
            }
        }
    }

    /**
     * Brings in some more of it.
     *
     * @return the transports for which there may be something to be claimed now, or a new due time
     * @throws MessageStoreException if something cannot be read at the moment; a further call goes on
     *     where this one ended
     */
    Set<TransportName> bringInSome(Instant now) throws MessageStoreException {
        Set<TransportName> news = new HashSet<>();
        synchronized (lock) {
            for (int i = 0; i < STEP && !complete; i++) {
                try {
                    bringInNext()
                            .flatMap(id -> index.transportOfNews(id, now))
                            .ifPresent(news::add);
                } catch (NewerFormatException e) {
                    LOGGER.error("the queue directory {}: left alone", e.getMessage());
                    found.poll();
                } catch (IOException e) {
                    throw new MessageStoreException(
                            "deferred mail cannot be looked through: " + e.getMessage(), e);
                }
            }
        }
        return news;
    }

    /** Returns the id of what was brought in. */
    @GuardedBy("lock")
    private Optional<QueueId> bringInNext() throws IOException, MessageStoreException {
        if (found.isEmpty()) {
            listNext();
            return Optional.empty();
        }
        Optional<QueueId> id = bringIn(found.peek());
        found.poll();
        return id;
    }

    @GuardedBy("lock")
    private void listNext() throws IOException {
        Path directory = directories.peek();
        if (directory == null) {
            complete = true;
            LOGGER.info("all deferred mail is known: {}", index.counts().get(QueueName.DEFERRED));
            return;
        }
        // By name is by time of arrival: so they lie on the disk.
        found.addAll(files.list(directory).stream().sorted().map(directory::resolve).toList());
        directories.poll();
    }

    private Optional<QueueId> bringIn(Path path)
            throws NewerFormatException, MessageStoreException {
        Optional<QueueId> id = QueueId.parse(path.getFileName().toString());
        if (id.isPresent() && index.place(id.get()).isPresent()) {
            return Optional.empty();
        }
        Path home = id.isPresent() ? adopt(id.get(), path) : path;
        recovery.recover(QueueName.DEFERRED, home);
        return id;
    }
}
