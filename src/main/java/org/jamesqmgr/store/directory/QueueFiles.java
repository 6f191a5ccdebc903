/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of messages that were taken in the index, so that nobody else moves them. Every method
 * that takes an entry needs it taken.
 *
 * <p>Safe for use by any thread, each with entries of its own.
 */
final class QueueFiles {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueFiles.class);

    private static final byte[] NO_RECORDS = new byte[0];

    /** So many bytes in memory of one message, and no deferral is remembered any more. */
    private static final int UNWRITTEN_DEFERRALS = 8 << 10;

    private final Layout layout;
    private final NewFiles files;
    private final QueueIndex index;
    private final Corruption corruption;
    private final Journal journal;

    /** Where a forced file may have no durable name. */
    private final boolean forceDirectories;

    private final HeldFiles held = new HeldFiles();

    /** Directories with moves and deletions that a power cut could still undo. */
    private final Set<Path> unforced = ConcurrentHashMap.newKeySet();

    /**
     * Statuses that could not be written, because the disk is full: the files have older ones. Known
     * until the next is written, or until this process ends.
     */
    private final Map<QueueId, MessageStatus> unwritten = new ConcurrentHashMap<>();

    /** Records of attempts that could not be written for the same reason; they go before the next. */
    private final Map<QueueId, byte[]> unwrittenRecords = new ConcurrentHashMap<>();

    /** Messages that are gone, and of which the journal could not be told. */
    private final Set<QueueId> unforgotten = ConcurrentHashMap.newKeySet();

    QueueFiles(
            Layout layout,
            NewFiles files,
            QueueIndex index,
            Corruption corruption,
            Journal journal,
            boolean forceDirectories) {
        this.layout = layout;
        this.files = files;
        this.index = index;
        this.corruption = corruption;
        this.journal = journal;
        this.forceDirectories = forceDirectories;
    }

    Path path(Entry entry) {
        return layout.file(index.place(entry), entry.id());
    }

    OpenFile open(Entry entry) throws IOException {
        Optional<OpenFile> open = held.borrow(entry.id());
        return open.isPresent() ? open.get() : files.open(path(entry));
    }

    /** Whether nobody cut a file short, or put anything behind it, since it was written. */
    boolean isAsLongAs(Entry entry, QueueFile written) throws IOException {
        try (OpenFile file = open(entry)) {
            return file.size() == written.log().end();
        }
    }

    HeldFiles held() {
        return held;
    }

    QueueFile read(Entry entry, QueueFile.Depth depth) throws IOException {
        try (OpenFile file = files.openForReading(path(entry))) {
            return upToDate(entry.id(), QueueFile.read(file, depth));
        }
    }

    /** A file as read, with what could not be written to it. */
    QueueFile upToDate(QueueId id, QueueFile file) throws IOException {
        byte[] records = unwrittenRecords.get(id);
        MessageStatus status = unwritten.get(id);
        RecordLog log = file.log();
        log = records == null ? log : log.replay(records).endingAt(log.end());
        return file.with(status == null ? log : log.with(status));
    }

    /** Whether one more deferral is worth being recorded, or remembered on a full disk. */
    boolean hasRoomForDeferrals(Entry entry, QueueFile file) {
        return file.recorded() < RecordLog.ROOM_FOR_DEFERRALS
                && unwritten(entry).length < UNWRITTEN_DEFERRALS;
    }

    private byte[] unwritten(Entry entry) {
        return unwrittenRecords.getOrDefault(entry.id(), NO_RECORDS);
    }

    void notWritten(Entry entry, byte[] records) {
        unwrittenRecords.merge(entry.id(), records, QueueFiles::joined);
    }

    /**
     * Writes records behind a log, and before them those that could not be written. If that fails,
     * none of them is there.
     *
     * @return the log, ending where the given records begin
     */
    RecordLog append(Entry entry, RecordLog log, byte[] records, boolean force) throws IOException {
        byte[] rest = unwritten(entry);
        byte[] all = rest.length == 0 ? records : joined(rest, records);
        if (force) {
            files.write(path(entry));
        }
        Optional<OpenFile> known = held.borrow(entry.id());
        try (OpenFile open = known.isPresent() ? known.get() : files.open(path(entry))) {
            if (known.isPresent()) {
                open.write(log.end(), all, 0, all.length); // where we have left off
            } else {
                append(open, log.end(), all);
            }
            if (force) {
                open.force();
                forced(entry);
            }
        } catch (IOException e) {
            held.release(entry.id());
            cutBack(entry, log.end(), e);
            throw e;
        }
        unwrittenRecords.remove(entry.id());
        return log.endingAt(log.end() + rest.length);
    }

    /** A record may be whole and yet refused: the next server must not find it. */
    private void cutBack(Entry entry, long end, IOException cause) {
        try (OpenFile open = open(entry)) {
            if (open.size() > end) {
                open.truncate(end);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    void notWritten(Entry entry, MessageStatus status) {
        unwritten.put(entry.id(), status);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    void written(Entry entry) {
        unwritten.remove(entry.id());
    }

    void delete(Entry entry) throws IOException {
        QueueName place = index.place(entry);
        // First: killed after this the file is there with all that was recorded, and not its copy.
        boolean copied = journal.has(entry.id());
        forgetCopy(entry.id());
        try {
            files.delete(layout.file(place, entry.id())); // commit
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            unforgotten.remove(entry.id());
            standAlone(entry, copied, e);
            throw e;
        }
        held.release(entry.id());
        unforced.add(layout.directory(place, entry.id()));
        unwritten.remove(entry.id());
        unwrittenRecords.remove(entry.id());
    }

    /** A message that stays after all has no copy any more. */
    private void standAlone(Entry entry, boolean copied, IOException cause) {
        if (!copied) {
            return;
        }
        try {
            force(entry);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Not even a power cut brings back what was deleted. */
    void forceDeletion(QueueName queue, QueueId id) throws IOException {
        forceDirectory(queue, id);
        forgetForGood(id);
    }

    /** Not even a power cut brings back a message that is gone from where anybody looks. */
    void forgetForGood(QueueId id) throws IOException {
        journal.forget(id);
        journal.forceForgotten();
    }

    /** A message that goes on waiting should not need the journal so long; if this fails, it does. */
    void settle(Entry entry) {
        if (!journal.has(entry.id())) {
            return;
        }
        try {
            force(entry);
            forced(entry);
        } catch (NoSuchFileException e) {
            LOGGER.warn("{}: its file was removed by hand", entry.id(), e);
        } catch (IOException e) {
            LOGGER.warn("{} cannot be forced and stays in the journal", entry.id(), e);
        }
    }

    private void force(Entry entry) throws IOException {
        try (OpenFile file = open(entry)) {
            file.force();
        }
        if (forceDirectories) {
            forceDirectory(index.place(entry), entry.id());
        }
    }

    /** The file of a message is on the disk: its copy must never take its place again. */
    private void forced(Entry entry) {
        if (!journal.has(entry.id())) {
            return;
        }
        try {
            if (forceDirectories) {
                forceDirectory(index.place(entry), entry.id());
            }
            forgetForGood(entry.id());
        } catch (IOException e) {
            LOGGER.warn("{} stays in the journal, which it does not need", entry.id(), e);
        }
    }

    /**
     * Afterwards nothing is in the journal that could be forced, or is gone. What has no good file
     * stays there, set aside or never written for want of room: the next start makes a message of its
     * copy. Nobody else may be at work.
     */
    void settleAll() {
        Set<QueueId> over = new HashSet<>(unforgotten);
        // What is still there must not lose what may be its only copy.
        over.removeIf(id -> index.place(id).isPresent());
        Set<Path> directories = new HashSet<>();
        for (QueueId id : journal.ids()) {
            Optional<Entry> entry = index.entry(id).filter(this::isForced);
            if (entry.isPresent()) {
                over.add(id);
                directories.add(layout.directory(index.place(entry.get()), id));
            }
        }
        try {
            for (Path directory : directories) {
                files.forceDirectory(directory);
            }
        } catch (IOException e) {
            LOGGER.warn("new messages stay in the journal", e);
            return;
        }
        over.forEach(this::forgetCopy);
    }

    /** Or was removed by hand. */
    private boolean isForced(Entry entry) {
        try {
            force(entry);
            return true;
        } catch (NoSuchFileException e) {
            return corruption.surroundingsAreWell();
        } catch (IOException e) {
            LOGGER.warn("{} cannot be forced and stays in the journal", entry.id(), e);
            return false;
        }
    }

    /** Should that fail, a server that dies now may bring the message back; one that stops may not. */
    void forgetCopy(QueueId id) {
        try {
            journal.forget(id);
            unforgotten.remove(id);
        } catch (IOException e) {
            unforgotten.add(id);
            LOGGER.warn("{} is still in the journal", id, e);
        }
    }

    void forceDirectory(QueueName queue, QueueId id) throws IOException {
        files.forceDirectory(layout.directory(queue, id));
    }

    void move(Entry entry, QueueName to) throws IOException {
        QueueName from = index.place(entry);
        if (from != to) {
            QueueId id = entry.id();
            files.move(layout.file(from, id), layout.file(from.moveTo(to), id)); // commit
            index.moved(entry, to);
            unforced.add(layout.directory(from, id));
            unforced.add(layout.directory(to, id));
        }
    }

    void moveDurably(Entry entry, QueueName to) throws IOException {
        QueueName from = index.place(entry);
        move(entry, to);
        forceDirectory(to, entry.id()); // commit
        forceDirectory(from, entry.id());
    }

    /** What found no space before may find some now; nobody else may be at work any more. */
    void writeUnwritten() {
        for (QueueId id : Set.copyOf(unwrittenRecords.keySet())) {
            index.entry(id).ifPresent(this::writeUnwritten);
        }
    }

    private void writeUnwritten(Entry entry) {
        try (OpenFile file = files.openForReading(path(entry))) {
            append(entry, QueueFile.read(file, QueueFile.Depth.HEAD).log(), NO_RECORDS, false);
        } catch (IOException e) {
            LOGGER.warn("what became of recipients of {} is forgotten", entry.id(), e);
        }
    }

    /** After a clean stop not even a power cut brings back what is gone, or puts anything back. */
    void forceAll() {
        for (Path directory : unforced) {
            try {
                files.forceDirectory(directory);
            } catch (IOException e) {
                LOGGER.warn("a power cut may now undo what was done in {}", directory, e);
            }
        }
    }

    /** Shows the due time as the time of the file; the record has it too, so failing is no harm. */
    void stamp(Entry entry, Instant due) {
        try {
            files.setModified(path(entry), due);
        } catch (IOException e) {
            LOGGER.warn("{} does not show its due time {}", entry.id(), due, e);
        }
    }

    /** Changes the recorded status of a message; forced, so that a power cut does not undo it. */
    MessageStatus record(Entry entry, QueueName bound, UnaryOperator<MessageStatus> change)
            throws IOException {
        return record(entry, bound, change, true);
    }

    /** Changes the recorded status of a message as {@link #record} does; a power cut may undo it. */
    MessageStatus note(Entry entry, QueueName bound, UnaryOperator<MessageStatus> change)
            throws IOException {
        return record(entry, bound, change, false);
    }

    private MessageStatus record(
            Entry entry, QueueName bound, UnaryOperator<MessageStatus> change, boolean force)
            throws IOException {
        held.release(entry.id());
        if (force) {
            files.write(path(entry));
        }
        try (OpenFile file = open(entry)) {
            RecordLog log = upToDate(entry.id(), QueueFile.read(file, QueueFile.Depth.HEAD)).log();
            MessageStatus changed = change.apply(log.status());
            append(file, log.end(), RecordLog.status(changed, bound));
            if (force) {
                file.force();
                forced(entry);
            }
            written(entry);
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

    /**
     * Looks again at a message with which something went wrong, and puts away what is damaged.
     *
     * @return whether the message is out of the way: gone, set aside, or found elsewhere; false if it
     *     is well and something else is wrong: then it is still taken
     */
    boolean putAway(Taken taken, IOException problem) {
        Entry entry = taken.entry();
        held.release(entry.id());
        if (!corruption.surroundingsAreWell()) {
            return false;
        }
        try {
            read(entry, QueueFile.Depth.CONTENT);
            LOGGER.warn("{}: {}", entry.id(), problem.toString());
            return false;
        } catch (NoSuchFileException e) {
            return missing(taken);
        } catch (IOException e) {
            return !Corruption.resourcesAreShort(e) && setAside(taken, e);
        }
    }

    private boolean setAside(Taken taken, IOException problem) {
        Entry entry = taken.entry();
        if (corruption.setAside(entry.id(), path(entry), problem)) {
            if (journal.has(entry.id())) {
                LOGGER.warn("{}: what the journal has of it is used at the next start", entry.id());
            }
            index.forget(entry);
        } else {
            // It cannot be moved, but it must not be tried, nor stand in the way of others.
            index.put(entry, Standing.HELD, taken.time());
        }
        return true;
    }

    private boolean missing(Taken taken) {
        Entry entry = taken.entry();
        Optional<QueueName> elsewhere =
                EnumSet.range(QueueName.INCOMING, QueueName.HOLD).stream()
                        .filter(queue -> files.exists(layout.file(queue, entry.id())))
                        .findFirst();
        if (elsewhere.isPresent()) {
            LOGGER.warn("{} was moved to {} by hand", entry.id(), elsewhere.get().asString());
            index.moved(entry, elsewhere.get());
            putByPlace(taken);
            return true;
        }
        if (!files.exists(path(entry).getParent())) {
            LOGGER.error("the directory {} is missing", path(entry).getParent());
            return false;
        }
        LOGGER.warn("{} is gone: its file was removed by hand", entry.id());
        forgetCopy(entry.id());
        index.forget(entry);
        return true;
    }

    /** Ends a taking after an action that may have come only half way: the place of the file tells. */
    void putByPlace(Taken taken) {
        Standing before = taken.standing();
        boolean waited = before == Standing.SCHEDULED || before == Standing.DEFERRED;
        Standing now =
                switch (index.place(taken.entry())) {
                    case HOLD -> Standing.HELD;
                    case DEFERRED ->
                            waited || before == Standing.READY ? before : Standing.DEFERRED;
                    case INCOMING, ACTIVE -> before == Standing.HELD ? Standing.READY : before;
                    case CORRUPT -> throw new IllegalStateException("corrupt is not in the index");
                };
        index.put(taken.entry(), now, taken.time());
    }
}
