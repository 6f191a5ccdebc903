/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;
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
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.directory.QueueIndex.Entry;
import org.jamesqmgr.store.directory.QueueIndex.Standing;
import org.jamesqmgr.store.directory.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue directory: one file for each message, moved between the directories of the five queues
 * by rename, so that {@code ls} shows what is where.
 *
 * <p>Commit points, one for each operation:
 *
 * <ul>
 *   <li>accept: the one {@code fsync} of the complete file ({@link QueueFileWriter#commit});
 *   <li>claim, defer, give back: the rename; not forced, a power cut may undo it;
 *   <li>complete: the deletion; not forced, a power cut may undo it and work is repeated;
 *   <li>replaced envelope: the {@code fsync} of the appended record;
 *   <li>operator's hold, release and delete: the {@code fsync} of the directory after the move.
 * </ul>
 *
 * Memory follows the file system, never the other way round: the index changes after the commit.
 *
 * <p>One server for each directory: {@link DirectoryLock}. Safe for use by any thread.
 */
public final class DirectoryMessageStore implements MessageStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryMessageStore.class);

    /** A deferral no longer than this is as good as none (Postfix's queue scan has the same slack). */
    static final Duration SLACK = Duration.ofSeconds(1);

    /** A file can be moved while somebody looks for it, but not for ever. */
    private static final int FIND_ROUNDS = 3;

    private static final Set<Standing> WAITING =
            EnumSet.of(Standing.READY, Standing.SCHEDULED, Standing.DEFERRED, Standing.SUSPECT);
    private static final Set<Standing> ANY_BUT_TAKEN =
            EnumSet.complementOf(EnumSet.of(Standing.TAKEN));

    private final Layout layout;
    private final FileOperations files;
    private final Clock clock;
    private final QueueIdSequence ids;
    private final QueueIndex index = new QueueIndex();
    private final Corruption corruption;
    private final DirectoryLock lock;
    private final boolean forceDirectories;
    private final Set<DirectoryLease> leases = ConcurrentHashMap.newKeySet();
    private volatile StoreListener listener = StoreListener.NONE;

    /**
     * Read side: every operation on files. Write side: closing, which lets the next server in and so
     * must wait until nothing of ours is under way. The one lock that is held over I/O.
     */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    @GuardedBy("life")
    private boolean closed;

    private DirectoryMessageStore(
            Layout layout, FileOperations files, Clock clock, DirectoryLock lock, boolean force) {
        this.layout = layout;
        this.files = files;
        this.clock = clock;
        this.lock = lock;
        this.forceDirectories = force;
        this.ids = new QueueIdSequence(clock);
        this.corruption =
                new Corruption(layout, files, (id, reason) -> listener.corrupt(id, reason));
    }

    /**
     * Opens the queue directory, creating it where it is missing, and recovers what an earlier server
     * left: messages that were active return to incoming, damaged ones go to corrupt, what was never
     * accepted is cleared away.
     *
     * @throws MessageStoreException if the directory is unusable, another server has it, or it was
     *     written by a newer version; the text says what to do
     */
    public static DirectoryMessageStore open(Path directory, Clock clock)
            throws MessageStoreException {
        DirectoryCheck.Result check = DirectoryCheck.prepare(directory);
        return open(directory, clock, new DiskFileOperations(), !check.createsDurably());
    }

    static DirectoryMessageStore open(
            Path directory, Clock clock, FileOperations files, boolean forceDirectories)
            throws MessageStoreException {
        Layout layout = new Layout(directory);
        DirectoryLock lock = DirectoryLock.acquire(layout.lock());
        try {
            DirectoryMessageStore store =
                    new DirectoryMessageStore(layout, files, clock, lock, forceDirectories);
            new Recovery(layout, files, store.index, store.corruption, clock.instant()).run();
            return store;
        } catch (IOException e) {
            lock.release();
            throw new MessageStoreException(
                    "the queue directory " + directory + " cannot be used: " + e.getMessage(), e);
        } catch (MessageStoreException | RuntimeException e) {
            lock.release();
            throw e;
        }
    }

    @Override
    public void listen(StoreListener newListener) {
        listener = newListener;
        corruption.repeat();
    }

    @Override
    public QueueId accept(Envelope envelope, ContentWriter content) throws MessageStoreException {
        QueueId id = whileOpen(() -> acceptNew(envelope, content));
        listener.available(envelope.transport());
        return id;
    }

    private QueueId acceptNew(Envelope envelope, ContentWriter content)
            throws MessageStoreException {
        QueueId id = ids.next();
        Path path = layout.file(QueueName.INCOMING, id);
        try {
            write(path, envelope, content);
        } catch (IOException e) {
            discard(path, e);
            throw new MessageStoreException("message not accepted: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            discard(path, e);
            throw e;
        }
        Entry entry =
                index.add(
                                id,
                                envelope.transport(),
                                envelope.priority(),
                                QueueName.INCOMING,
                                Standing.TAKEN,
                                envelope.notBefore(),
                                true)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "queue id " + id + " given out twice"));
        settle(entry, id, MessageStatus.accepted(envelope));
        return id;
    }

    private void write(Path path, Envelope envelope, ContentWriter content) throws IOException {
        byte[] encoded = EnvelopeCodec.encode(envelope);
        if (encoded.length > QueueFileHeader.MAXIMAL_ENVELOPE) {
            throw new IOException("an envelope of " + encoded.length + " bytes is too long");
        }
        try (OpenFile file = files.create(path)) {
            QueueFileWriter writer = new QueueFileWriter(file, encoded);
            content.writeTo(writer);
            writer.commit();
            if (forceDirectories) {
                files.forceDirectory(path.getParent());
            }
        }
    }

    private void discard(Path path, Throwable cause) {
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
    private void settle(Entry entry, QueueId id, MessageStatus status) {
        boolean waits = status.scheduled() && status.due().isAfter(clock.instant());
        if (waits) {
            try {
                move(entry, id, QueueName.DEFERRED, status.due());
            } catch (IOException e) {
                LOGGER.warn("{} waits in incoming, it could not be moved to deferred", id, e);
            }
        }
        index.put(entry, waits ? Standing.SCHEDULED : Standing.READY, status.due());
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
                    Optional<Taken> taken = index.take(id, WAITING);
                    return taken.isEmpty()
                            ? Optional.empty()
                            : claim(taken.get(), standingAgain(taken.get()));
                });
    }

    /**
     * Empty if the message turned out damaged or gone.
     *
     * @param again how the message stands if it is given back
     */
    private Optional<MessageLease> claim(Taken taken, Standing again) throws MessageStoreException {
        Entry entry = taken.entry();
        QueueId id = entry.id();
        try {
            move(entry, id, QueueName.ACTIVE);
            DirectoryLease lease = new DirectoryLease(this, taken, again, readForClaim(entry, id));
            leases.add(lease);
            return Optional.of(lease);
        } catch (IOException e) {
            if (setAside(entry, id, e)) {
                return Optional.empty();
            }
            putBack(taken);
            throw new MessageStoreException("cannot claim " + id + ": " + e.getMessage(), e);
        }
    }

    private void putBack(Taken taken) {
        index.put(taken.entry(), taken.standing(), taken.time());
    }

    private QueueFile readForClaim(Entry entry, QueueId id) throws IOException {
        try (OpenFile file = files.openForReading(layout.file(QueueName.ACTIVE, id))) {
            QueueFile read =
                    entry.fresh() ? QueueFile.read(file) : QueueFile.readAndCheckContent(file);
            index.checked(entry);
            return read;
        }
    }

    /**
     * Deals with a message that could not be read.
     *
     * @return whether the message is out of the way: false if not it, but its surroundings are ill
     */
    private boolean setAside(Entry entry, QueueId id, IOException problem) {
        if (problem instanceof NoSuchFileException) {
            LOGGER.warn("{} is gone: its file was removed by somebody else", id);
            index.forget(entry);
            return true;
        }
        QueueName place = index.place(entry);
        if (!corruption.setAside(id, layout.file(place, id), problem)) {
            return false;
        }
        index.forget(entry);
        return true;
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) throws MessageStoreException {
        return whileOpen(
                () -> {
                    try {
                        return Optional.of(locate(id, this::read));
                    } catch (NoSuchFileException e) {
                        return Optional.empty();
                    } catch (IOException e) {
                        return setAsideWhileLooking(id, e);
                    }
                });
    }

    private QueuedMessage read(QueueId id, QueueName place) throws IOException {
        try (OpenFile file = files.openForReading(layout.file(place, id))) {
            return QueueFile.read(file).message(id, place);
        }
    }

    private Optional<QueuedMessage> setAsideWhileLooking(QueueId id, IOException problem)
            throws MessageStoreException {
        Optional<Taken> taken = index.take(id, ANY_BUT_TAKEN);
        if (taken.isPresent() && !setAside(taken.get().entry(), id, problem)) {
            putBack(taken.get());
            throw new MessageStoreException(
                    "cannot read " + id + ": " + problem.getMessage(), problem);
        }
        return Optional.empty();
    }

    @Override
    public Content content(QueuedMessage message) {
        QueueId id = message.id();
        return new StoredContent(
                message.size(),
                () ->
                        locate(
                                id,
                                (same, place) ->
                                        ContentStream.open(files, layout.file(place, same))));
    }

    @FunctionalInterface
    private interface Looking<T> {
        T at(QueueId id, QueueName place) throws IOException;
    }

    /**
     * Looks at a message that others may be moving.
     *
     * @throws NoSuchFileException if it is gone
     */
    private <T> T locate(QueueId id, Looking<T> looking) throws IOException {
        for (int round = 0; round < FIND_ROUNDS; round++) {
            Optional<QueueName> place = index.place(id);
            if (place.isEmpty()) {
                break;
            }
            // The index follows the file system, so the file may be one move ahead of it.
            List<QueueName> places = new ArrayList<>(List.of(place.get()));
            places.addAll(EnumSet.range(QueueName.INCOMING, QueueName.HOLD));
            for (QueueName candidate : places) {
                try {
                    return looking.at(id, candidate);
                } catch (NoSuchFileException e) {
                    LOGGER.trace("{} is not in {}", id, candidate, e);
                }
            }
        }
        throw new NoSuchFileException(id + " is no longer in the queue");
    }

    @Override
    public Stream<QueuedMessage> list(TransportName transport) {
        index.promote(clock.instant());
        return index.ids(transport).stream().flatMap(id -> findForList(id).stream());
    }

    private Optional<QueuedMessage> findForList(QueueId id) {
        try {
            return find(id);
        } catch (MessageStoreException e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
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
        OperatorResult result =
                act(
                        id,
                        ANY_BUT_TAKEN,
                        taken -> {
                            Path path = layout.file(index.place(taken.entry()), id);
                            files.delete(path);
                            index.forget(taken.entry());
                            files.forceDirectory(path.getParent()); // commit
                        });
        return result == OperatorResult.NOT_FOUND ? removeCorrupt(id) : result;
    }

    private OperatorResult removeCorrupt(QueueId id) throws MessageStoreException {
        return whileOpen(
                () -> {
                    try {
                        return corruption.remove(id)
                                ? OperatorResult.DONE
                                : OperatorResult.NOT_FOUND;
                    } catch (IOException e) {
                        throw new MessageStoreException("cannot remove " + id, e);
                    }
                });
    }

    @Override
    public OperatorResult flush(QueueId id, Instant now) throws MessageStoreException {
        return act(
                id,
                WAITING,
                taken -> {
                    if (taken.standing() == Standing.READY) {
                        putBack(taken);
                        return;
                    }
                    record(taken.entry(), id, status -> status.flushed(now));
                    move(taken.entry(), id, QueueName.INCOMING); // commit
                    boolean suspect = taken.standing() == Standing.SUSPECT;
                    index.put(taken.entry(), suspect ? Standing.SUSPECT : Standing.READY, now);
                });
    }

    @Override
    public long flushAll(TransportName transport, Instant now) throws MessageStoreException {
        long flushed = 0;
        for (QueueId id : index.waiting(transport)) {
            flushed += flush(id, now) == OperatorResult.DONE ? 1 : 0;
        }
        return flushed;
    }

    @Override
    public long removeAll(TransportName transport) throws MessageStoreException {
        long removed = 0;
        for (QueueId id : index.ids(transport)) {
            removed += remove(id) == OperatorResult.DONE ? 1 : 0;
        }
        return removed;
    }

    @Override
    public OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        return act(
                id,
                WAITING,
                taken -> {
                    record(taken.entry(), id, status -> status.because(reason));
                    moveDurably(taken.entry(), id, QueueName.HOLD);
                    index.put(taken.entry(), Standing.HELD, taken.time());
                });
    }

    @Override
    public OperatorResult release(QueueId id) throws MessageStoreException {
        return act(
                id,
                EnumSet.of(Standing.HELD),
                taken -> {
                    MessageStatus status = record(taken.entry(), id, MessageStatus::pardoned);
                    moveDurably(taken.entry(), id, QueueName.DEFERRED);
                    files.setModified(layout.file(QueueName.DEFERRED, id), status.due());
                    putDeferred(taken.entry(), status);
                });
    }

    @FunctionalInterface
    private interface Action {
        void on(Taken taken) throws IOException;
    }

    private OperatorResult act(QueueId id, Set<Standing> allowed, Action action)
            throws MessageStoreException {
        Optional<Taken> taken = whileOpen(() -> actOn(id, allowed, action));
        if (taken.isPresent()) {
            listener.available(taken.get().transport());
            return OperatorResult.DONE;
        }
        boolean claimed = index.standing(id).equals(Optional.of(Standing.TAKEN));
        return claimed ? OperatorResult.CLAIMED : OperatorResult.NOT_FOUND;
    }

    private Optional<Taken> actOn(QueueId id, Set<Standing> allowed, Action action)
            throws MessageStoreException {
        Optional<Taken> taken = index.take(id, allowed);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        try {
            action.on(taken.get());
            return taken;
        } catch (IOException e) {
            if (setAside(taken.get().entry(), id, e)) {
                return Optional.empty();
            }
            putBack(taken.get());
            throw new MessageStoreException("cannot act on " + id + ": " + e.getMessage(), e);
        }
    }

    private MessageStatus record(Entry entry, QueueId id, UnaryOperator<MessageStatus> change)
            throws IOException {
        try (OpenFile file = files.open(layout.file(index.place(entry), id))) {
            RecordLog log = QueueFile.read(file).log();
            MessageStatus changed = change.apply(log.status());
            append(file, log.end(), RecordLog.status(changed));
            file.force();
            return changed;
        }
    }

    /** Writes a record over whatever a crash left of an unfinished one. */
    static void append(OpenFile file, long end, byte[] bytes) throws IOException {
        if (file.size() > end) {
            file.truncate(end);
        }
        file.write(end, bytes, 0, bytes.length);
    }

    /** Back to waiting: at once when the delay is too short to matter. */
    void putDeferred(Entry entry, MessageStatus status) {
        Standing waiting = status.scheduled() ? Standing.SCHEDULED : Standing.DEFERRED;
        Duration slack = status.scheduled() ? Duration.ZERO : SLACK;
        boolean waits = status.due().isAfter(clock.instant().plus(slack));
        index.put(entry, waits ? waiting : Standing.READY, status.due());
    }

    /** As before, but what has become due is ready. */
    private Standing standingAgain(Taken before) {
        boolean wasDue = !before.time().isAfter(clock.instant());
        return wasDue && before.standing() != Standing.SUSPECT ? Standing.READY : before.standing();
    }

    void move(Entry entry, QueueId id, QueueName to) throws IOException {
        QueueName from = index.place(entry);
        if (from != to) {
            files.move(layout.file(from, id), layout.file(from.moveTo(to), id)); // commit
            index.moved(entry, to);
        }
    }

    void move(Entry entry, QueueId id, QueueName to, Instant modified) throws IOException {
        files.setModified(layout.file(index.place(entry), id), modified);
        move(entry, id, to);
    }

    private void moveDurably(Entry entry, QueueId id, QueueName to) throws IOException {
        Path from = layout.file(index.place(entry), id).getParent();
        move(entry, id, to);
        files.forceDirectory(layout.file(to, id).getParent()); // commit
        files.forceDirectory(from);
    }

    /** Forgets a lease that has ended. */
    void ended(DirectoryLease lease, boolean somethingToClaim) {
        leases.remove(lease);
        if (somethingToClaim) {
            listener.available(lease.message().envelope().transport());
        }
    }

    QueueIndex index() {
        return index;
    }

    Layout layout() {
        return layout;
    }

    FileOperations files() {
        return files;
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
        }
    }

    @Override
    public void close() {
        for (DirectoryLease lease : List.copyOf(leases)) {
            try {
                lease.close();
            } catch (MessageStoreException | IllegalStateException e) {
                LOGGER.warn("{} comes back at the next start", lease.message().id(), e);
            }
        }
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                lock.release();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
