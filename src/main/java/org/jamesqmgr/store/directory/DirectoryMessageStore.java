/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.QueueTotal;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.StoredContent;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue directory: one file for each message, moved between the directories of the five queues
 * by rename, so that {@code ls} shows what is where.
 *
 * <p>Commit points, one for each operation:
 *
 * <ul>
 *   <li>accept: the {@code fsync} of the journal, in which a small new message is instead of in a
 *       file ({@link Journal#keep}, {@link NewFiles}); of a message that finds no place there, large
 *       ones for instance, that of the file;
 *   <li>claim, defer, give back, flush: the rename; not forced, a power cut may undo it;
 *   <li>complete: the deletion, or the mark in the journal; not forced, a power cut may undo it and
 *       work is repeated;
 *   <li>hand-over: the appended record; not forced, a power cut may undo it and work is repeated;
 *   <li>replaced envelope: the {@code fsync} of the appended record;
 *   <li>operator's hold, release and delete: the {@code fsync} of the directory after the move;
 *   <li>adopt: the rename of the complete file, forced before it returns ({@link Adoption}).
 * </ul>
 *
 * Memory follows the file system, never the other way round: the index changes after the commit.
 *
 * <p>One server for each directory: {@link DirectoryLock}. Safe for use by any thread.
 */
public final class DirectoryMessageStore implements MessageStore {

    /** So many deferred messages are read in a second or two, and are known on opening. */
    static final int DEFERRED_AT_ONCE = 20_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryMessageStore.class);

    private final Layout layout;
    private final NewFiles files;
    private final Clock clock;
    private final QueueIdSequence ids;
    private final QueueIndex index = new QueueIndex();
    private final Corruption corruption;
    private final QueueFiles queueFiles;
    private final FileRecovery fileRecovery;
    private final Backlog backlog;
    private final Lookup lookup;
    private final OperatorActions actions;
    private final CorruptQueue corruptQueue;
    private final StandingOrders orders;
    private final Adoption adoption;
    private final FileOperations.Lock lock;
    private final boolean forceDirectories;
    private final Journal journal;
    private final Set<DirectoryLease> leases = ConcurrentHashMap.newKeySet();
    private volatile StoreListener listener = StoreListener.NONE;

    /**
     * Read side: every operation on files. Write side: closing, which lets the next server in and so
     * must wait until nothing of ours is under way. Held over I/O.
     */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    @GuardedBy("life")
    private boolean closed;

    private DirectoryMessageStore(
            Layout layout,
            NewFiles files,
            Clock clock,
            FileOperations.Lock lock,
            boolean force,
            Journal journal) {
        this.layout = layout;
        this.files = files;
        this.clock = clock;
        this.lock = lock;
        this.forceDirectories = force;
        this.journal = journal;
        this.ids = new QueueIdSequence(clock);
        this.corruption = new Corruption(layout, files);
        this.queueFiles = new QueueFiles(layout, files, index, corruption, journal, force);
        this.fileRecovery = new FileRecovery(layout, files, index, corruption, clock);
        this.backlog = new Backlog(layout, files, index, fileRecovery);
        this.lookup = new Lookup(layout, files, index, queueFiles);
        this.actions = new OperatorActions(index, queueFiles, corruption, clock);
        this.corruptQueue = new CorruptQueue(layout, files);
        this.orders = new StandingOrders(layout, files);
        this.adoption = new Adoption(layout, files, index, backlog, lookup, corruptQueue);
    }

    /**
     * Opens the queue directory, creating it where it is missing, and recovers what an earlier server
     * left: messages that were active return to incoming, damaged ones go to corrupt, what was never
     * accepted is cleared away. Of more than {@value #DEFERRED_AT_ONCE} deferred messages none is
     * looked at: {@link #load} does that.
     *
     * @throws MessageStoreException if the directory is unusable, another server has it, or it was
     *     written by a newer version; the text says what to do
     */
    public static DirectoryMessageStore open(Path directory, Clock clock)
            throws MessageStoreException {
        DirectoryCheck.Result check = DirectoryCheck.prepare(directory);
        boolean force = !check.createsDurably();
        return open(directory, clock, new DiskFileOperations(), force, DEFERRED_AT_ONCE);
    }

    static DirectoryMessageStore open(
            Path directory, Clock clock, FileOperations files, boolean forceDirectories)
            throws MessageStoreException {
        return open(directory, clock, files, forceDirectories, DEFERRED_AT_ONCE);
    }

    /** As the other, with at most so many deferred messages known on opening, or none of them. */
    static DirectoryMessageStore open(
            Path directory,
            Clock clock,
            FileOperations files,
            boolean forceDirectories,
            int deferredAtOnce)
            throws MessageStoreException {
        Layout layout = new Layout(directory);
        FileOperations.Lock lock = files.lock(layout.lock());
        try {
            return open(layout, clock, files, lock, forceDirectories, deferredAtOnce);
        } catch (IOException e) {
            lock.release();
            throw new MessageStoreException(
                    "the queue directory " + directory + " cannot be used: " + e.getMessage(), e);
        } catch (MessageStoreException | RuntimeException | Error e) {
            lock.release();
            throw e;
        }
    }

    private static DirectoryMessageStore open(
            Layout layout,
            Clock clock,
            FileOperations files,
            FileOperations.Lock lock,
            boolean forceDirectories,
            int deferredAtOnce)
            throws IOException, MessageStoreException {
        Journal journal = JournalOpening.open(layout, files);
        NewFiles newFiles = new NewFiles(files, layout, journal);
        boolean opened = false;
        try {
            DirectoryMessageStore store =
                    new DirectoryMessageStore(
                            layout, newFiles, clock, lock, forceDirectories, journal);
            store.orders.read();
            store.recover(deferredAtOnce);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                journal.abandon();
            }
        }
    }

    private void recover(int deferredAtOnce) throws IOException, MessageStoreException {
        Replay replay = new Replay(layout, files, corruption, journal);
        new Recovery(layout, files, index, corruption, fileRecovery, backlog, replay)
                .run(deferredAtOnce);
    }

    @Override
    public void listen(StoreListener newListener) {
        listener = newListener;
        corruption.tell(newListener);
    }

    @Override
    public void load() throws MessageStoreException {
        while (!backlog.complete()) {
            whileOpen(() -> backlog.bringInSome(clock.instant())).forEach(listener::available);
        }
    }

    private void loadForAll() {
        try {
            load();
        } catch (MessageStoreException e) {
            throw unchecked(e);
        }
    }

    private static UncheckedIOException unchecked(MessageStoreException e) {
        return new UncheckedIOException(new IOException(e.getMessage(), e));
    }

    @Override
    public QueueId accept(Envelope envelope, ContentWriter content, Safe safe)
            throws MessageStoreException {
        QueueId id = whileOpen(() -> acceptNew(envelope, content, safe));
        listener.available(envelope.transport());
        return id;
    }

    private QueueId acceptNew(Envelope envelope, ContentWriter content, Safe safe)
            throws MessageStoreException {
        QueueId id = ids.next();
        Path path = layout.file(QueueName.INCOMING, id);
        long size;
        try {
            size = write(id, path, envelope, content);
            safe.accepted(id);
        } catch (IOException e) {
            discard(id, path, e);
            throw new MessageStoreException("message not accepted: " + e.getMessage(), e);
        } catch (MessageStoreException | RuntimeException | Error e) {
            discard(id, path, e);
            throw e;
        }
        settle(index.addAccepted(id, envelope, size), MessageStatus.accepted(envelope));
        return id;
    }

    /** Returns the size of the content. */
    private long write(QueueId id, Path path, Envelope envelope, ContentWriter content)
            throws IOException {
        byte[] encoded = EnvelopeCodec.encode(envelope);
        OpenFile file = files.create(path);
        try {
            QueueFileWriter writer = new QueueFileWriter(file, encoded);
            content.writeTo(writer);
            QueueFile written = QueueFile.accepted(writer.end(), envelope);
            if (isKept(id, written, writer)) {
                files.kept(path);
            } else {
                file.force(); // commit
                if (forceDirectories) {
                    files.forceDirectory(path.getParent());
                }
            }
            queueFiles.held().hold(id, file, written);
            return written.contentSize();
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /** Whether the journal has it. What is to wait goes without. */
    private boolean isKept(QueueId id, QueueFile written, QueueFileWriter writer) {
        Standing standing = Standing.ofNew(written.log().status(), clock.instant());
        return standing != Standing.SCHEDULED
                && writer.start().length > 0
                && journal.keep(id, writer.start(), (int) writer.length()); // commit
    }

    private void discard(QueueId id, Path path, Throwable cause) {
        queueFiles.held().release(id);
        queueFiles.forgetCopy(id);
        files.drop(path);
        try {
            if (files.exists(path)) {
                files.delete(path);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
            LOGGER.warn("{} was not accepted and cannot be removed", path, e);
        }
    }

    /** A scheduled message waits in deferred, where it is seen to wait; any other is ready. */
    private void settle(Entry entry, MessageStatus status) {
        Standing standing = Standing.ofNew(status, clock.instant());
        if (standing == Standing.SCHEDULED) {
            queueFiles.held().release(entry.id());
            try {
                queueFiles.stamp(entry, status.due());
                queueFiles.move(entry, QueueName.DEFERRED);
            } catch (IOException e) {
                LOGGER.warn("{} waits in incoming, it cannot be moved to deferred", entry.id(), e);
            }
        }
        index.put(entry, standing, status.due());
    }

    @Override
    public boolean adopt(QueuedMessage message, Content content) throws MessageStoreException {
        boolean here = whileOpen(() -> adoption.adopt(message, content));
        if (here) {
            listener.available(message.envelope().transport());
        }
        return here;
    }

    @Override
    public Optional<QueuedMessage> examine(QueueId id) throws MessageStoreException {
        return whileOpen(
                () -> {
                    backlog.bringIn(id);
                    return actions.examine(id);
                });
    }

    @Override
    public Optional<MessageLease> claimNext(TransportName transport, ClaimWindow window)
            throws MessageStoreException {
        return whileOpen(
                () -> {
                    Optional<MessageLease> lease = Optional.empty();
                    Optional<Taken> next = index.takeNext(transport, window);
                    while (next.isPresent() && lease.isEmpty()) {
                        lease = claim(next.get(), Standing.READY);
                        next = lease.isPresent() ? next : index.takeNext(transport, window);
                    }
                    return lease;
                });
    }

    @Override
    public Optional<MessageLease> claim(QueueId id) throws MessageStoreException {
        return whileOpen(
                () -> {
                    backlog.bringIn(id);
                    Optional<Taken> taken = index.take(id, Standing.WAITING);
                    return taken.isEmpty()
                            ? Optional.empty()
                            : claim(taken.get(), taken.get().again(clock.instant()));
                });
    }

    /**
     * Empty if the message turned out damaged or gone.
     *
     * @param again how the message stands if it is given back
     */
    private Optional<MessageLease> claim(Taken taken, Standing again) throws MessageStoreException {
        try {
            queueFiles.move(taken.entry(), QueueName.ACTIVE);
            DirectoryLease lease =
                    new DirectoryLease(this, taken, again, readForClaim(taken.entry()));
            leases.add(lease);
            return Optional.of(lease);
        } catch (IOException e) {
            if (queueFiles.putAway(taken, e)) {
                return Optional.empty();
            }
            queueFiles.putByPlace(taken);
            throw new MessageStoreException(
                    "cannot claim " + taken.entry().id() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            queueFiles.putByPlace(taken);
            throw e;
        }
    }

    private QueueFile readForClaim(Entry entry) throws IOException {
        Optional<QueueFile> known = queueFiles.held().takeShape(entry.id());
        if (known.isPresent() && queueFiles.isAsLongAs(entry, known.get())) {
            index.checked(entry);
            return known.get();
        }
        // What this server has just written need not be read to be believed.
        QueueFile read =
                queueFiles.read(
                        entry, entry.fresh() ? QueueFile.Depth.ENVELOPE : QueueFile.Depth.CONTENT);
        index.checked(entry);
        return read;
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) throws MessageStoreException {
        return whileOpen(
                () -> {
                    backlog.bringIn(id);
                    try {
                        return lookup.find(id);
                    } catch (IOException e) {
                        throw new MessageStoreException(
                                "cannot read " + id + ": " + e.getMessage(), e);
                    }
                });
    }

    @Override
    public Content content(QueuedMessage message) {
        return new StoredContent(message.size(), () -> openContent(message.id()));
    }

    private InputStream openContent(QueueId id) throws IOException {
        try {
            backlog.bringIn(id);
        } catch (MessageStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
        return lookup.open(id);
    }

    @Override
    public Stream<QueuedMessage> list(TransportName transport) {
        loadForAll();
        index.promote(clock.instant());
        return index.ids(transport).stream().flatMap(id -> findForList(id).stream());
    }

    private Optional<QueuedMessage> findForList(QueueId id) {
        try {
            return find(id);
        } catch (MessageStoreException e) {
            throw unchecked(e);
        }
    }

    @Override
    public long count(TransportName transport) {
        return index.count(transport);
    }

    @Override
    public Map<QueueName, Long> counts() {
        Map<QueueName, Long> counts = index.counts();
        counts.put(QueueName.CORRUPT, corruption.count());
        return counts;
    }

    /** What is left of the file system that has the queue directory, for this user. */
    @Override
    public long usableSpace() {
        try {
            return files.usableSpace(layout.root());
        } catch (IOException e) {
            LOGGER.warn("no telling how much space {} has left", layout.root(), e);
            return Long.MAX_VALUE;
        }
    }

    @Override
    public Set<TransportName> transports() {
        return index.transports();
    }

    @Override
    public Optional<Instant> nextScheduled() {
        return index.nextScheduled(clock.instant());
    }

    @Override
    public List<QueuedMessage> suspects() throws MessageStoreException {
        return index.suspects().stream().flatMap(id -> findForList(id).stream()).toList();
    }

    @Override
    public OperatorResult remove(QueueId id) throws MessageStoreException {
        return onWaiting(id, () -> actions.remove(id));
    }

    @Override
    public OperatorResult flush(QueueId id, Instant now) throws MessageStoreException {
        return thenAvailable(id, onWaiting(id, () -> actions.flush(id, now)));
    }

    @Override
    public OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        return onWaiting(id, () -> actions.hold(id, reason));
    }

    @Override
    public OperatorResult release(QueueId id) throws MessageStoreException {
        return thenAvailable(id, onWaiting(id, () -> actions.release(id)));
    }

    @Override
    public OperatorResult expire(QueueId id) throws MessageStoreException {
        return onWaiting(id, () -> actions.expire(id));
    }

    @Override
    public List<QueueId> ids(Set<QueueName> queues, Optional<QueueId> after, int limit)
            throws MessageStoreException {
        load();
        return index.ids(queues, after, limit);
    }

    @Override
    public Optional<QueueId> newest(Set<QueueName> queues) throws MessageStoreException {
        load();
        return index.newest(queues);
    }

    @Override
    public List<QueueTotal> totals() {
        return index.totals();
    }

    @Override
    public List<DamagedFile> damaged() throws MessageStoreException {
        return onFiles(corruptQueue::list);
    }

    @Override
    public Optional<Content> damagedContent(String name) throws MessageStoreException {
        return onFiles(() -> corruptQueue.content(name));
    }

    @Override
    public String adoptDamaged(DamagedFile damaged, Content content) throws MessageStoreException {
        return whileOpen(() -> adoption.adoptDamaged(damaged, content));
    }

    @Override
    public boolean removeDamaged(String name) throws MessageStoreException {
        return onFiles(
                () -> {
                    boolean removed = corruptQueue.remove(name);
                    Optional<QueueId> id = CorruptQueue.id(name);
                    if (removed && id.isPresent() && index.place(id.get()).isEmpty()) {
                        queueFiles.forgetForGood(id.get());
                    }
                    return removed;
                });
    }

    @Override
    public List<String> standingOrders() {
        return orders.all();
    }

    @Override
    public void keepStandingOrders(List<String> changed) throws MessageStoreException {
        onFiles(
                () -> {
                    orders.keep(changed);
                    return changed;
                });
    }

    @FunctionalInterface
    private interface FileOperation<T> {
        T run() throws IOException;
    }

    private <T> T onFiles(FileOperation<T> operation) throws MessageStoreException {
        return whileOpen(
                () -> {
                    try {
                        return operation.run();
                    } catch (IOException e) {
                        throw new MessageStoreException(
                                "the queue directory cannot be used: " + e.getMessage(), e);
                    }
                });
    }

    private OperatorResult onWaiting(QueueId id, Operation<OperatorResult> action)
            throws MessageStoreException {
        return whileOpen(
                () -> {
                    backlog.bringIn(id);
                    return action.run();
                });
    }

    private OperatorResult thenAvailable(QueueId id, OperatorResult result) {
        if (result == OperatorResult.DONE) {
            index.transport(id).ifPresent(listener::available);
        }
        return result;
    }

    @Override
    public long flushAll(TransportName transport, Instant now) throws MessageStoreException {
        load();
        long flushed = 0;
        for (QueueId id : index.waiting(transport)) {
            flushed += flush(id, now) == OperatorResult.DONE ? 1 : 0;
        }
        return flushed;
    }

    @Override
    public long removeAll(TransportName transport) throws MessageStoreException {
        load();
        long removed = 0;
        for (QueueId id : index.ids(transport)) {
            boolean held = index.standing(id).equals(Optional.of(Standing.HELD));
            removed += !held && remove(id) == OperatorResult.DONE ? 1 : 0;
        }
        return removed;
    }

    /** Forgets a lease that has ended. */
    void ended(DirectoryLease lease, boolean somethingToClaim) {
        queueFiles.held().release(lease.id());
        leases.remove(lease);
        if (somethingToClaim) {
            listener.available(lease.transport());
        }
    }

    Instant now() {
        return clock.instant();
    }

    QueueIndex index() {
        return index;
    }

    QueueFiles queueFiles() {
        return queueFiles;
    }

    /** Writes new messages to files and closes these: they are opened and read before they are used. */
    void letGo() {
        files.writeAll();
        queueFiles.held().releaseAll();
    }

    Content claimedContent(QueueId id, QueueFile file) {
        Path path = layout.file(QueueName.ACTIVE, id);
        return new StoredContent(
                file.contentSize(),
                () -> {
                    Optional<OpenFile> held = queueFiles.held().borrow(id);
                    OpenFile open = held.isPresent() ? held.get() : files.openForReading(path);
                    return ContentStream.of(open, file);
                });
    }

    private void closeJournal() {
        try {
            queueFiles.settleAll();
            journal.close();
        } catch (IOException e) {
            LOGGER.warn("{} is looked at again at the next start", layout.journal(), e);
        }
    }

    @FunctionalInterface
    interface Operation<T> {
        T run() throws MessageStoreException;
    }

    /** Runs an operation on files; the store is not closed under it. */
    <T> T whileOpen(Operation<T> operation) throws MessageStoreException {
        life.readLock().lock();
        try {
            if (closed) {
                throw new MessageStoreException(
                        "the queue directory was closed: the server is stopping");
            }
            return operation.run();
        } finally {
            life.readLock().unlock();
            corruption.tell(listener);
        }
    }

    @Override
    public void close() {
        for (DirectoryLease lease : List.copyOf(leases)) {
            try {
                lease.close();
            } catch (MessageStoreException | IllegalStateException e) {
                LOGGER.warn("{} comes back at the next start", lease.id(), e);
            }
        }
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                letGo();
                queueFiles.writeUnwritten();
                queueFiles.forceAll();
                closeJournal();
                lock.release();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
