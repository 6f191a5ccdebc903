/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.directory.JournalFile.Slot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New messages, on the disk: one {@code fsync} for all that come at the same time, into room that is
 * there already, where each file would need some of its own.
 *
 * <p>The copy of a queue file stays until its message is gone, or the file was forced. If there is no
 * room, or the disk fails, nothing is kept any more: then files are forced as they come. What a server
 * that died has left ({@link #takeLeft}) is put in order before anything else ({@link Replay}).
 *
 * <p>Safe for use by any thread; blocks on the disk.
 */
final class Journal {

    private static final Logger LOGGER = LoggerFactory.getLogger(Journal.class);

    /** So many blocks a file has at least when it grows, and then twice as many. */
    private static final int FIRST_BLOCKS = 16;

    private static final int MOST_NEW_BLOCKS = 256;

    private final FileOperations files;
    private final Path path;
    private final JournalShape usualShape;

    /** Where the copies are that count. A message leaves it when it may do without. */
    private final Map<QueueId, Slot> slots = new ConcurrentHashMap<>();

    /** What was found on opening. */
    private final List<KeptFile> left = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition forcedMore = lock.newCondition();

    @GuardedBy("lock")
    private Optional<JournalFile> file = Optional.empty();

    @GuardedBy("lock")
    private final BitSet used = new BitSet();

    @GuardedBy("lock")
    private long sequence;

    /** Writes that have ended, and how many of them are on the disk. */
    @GuardedBy("lock")
    private long written;

    @GuardedBy("lock")
    private long forced;

    /** The last write that was a mark. */
    @GuardedBy("lock")
    private long forgotten;

    @GuardedBy("lock")
    private boolean forcing;

    /** Something went wrong with the disk, and what it does from then on is not relied on. */
    @GuardedBy("lock")
    private boolean broken;

    /** There is no more room to be had for it on the disk. */
    @GuardedBy("lock")
    private boolean full;

    private Journal(FileOperations files, Path path, JournalShape usualShape) {
        this.files = files;
        this.path = path;
        this.usualShape = usualShape;
    }

    /**
     * Opens a journal, and reads what is in it. Nothing is written before it is needed.
     *
     * @param shape of one that is not there yet
     * @throws IOException if it cannot be read
     */
    static Journal open(FileOperations files, Path path, JournalShape shape) throws IOException {
        Journal journal = new Journal(files, path, shape);
        boolean read = false;
        try {
            if (files.exists(path)) {
                journal.read();
            }
            read = true;
            return journal;
        } finally {
            if (!read) {
                journal.abandon();
            }
        }
    }

    private void read() throws IOException {
        lock.lock();
        try {
            Optional<JournalFile> found = JournalFile.open(files, path);
            if (found.isEmpty()) {
                LOGGER.info("{} was never made to its end, and never used: cleared away", path);
                files.delete(path);
                return;
            }
            file = found;
            JournalFile.Contents contents = found.get().contents();
            sequence = contents.lastSequence();
            for (JournalFile.Entry entry : contents.entries()) {
                Slot slot = entry.slot();
                used.set(slot.first(), slot.first() + slot.count());
                slots.put(entry.kept().id(), slot);
                left.add(entry.kept());
            }
        } finally {
            lock.unlock();
        }
    }

    /** What the last server has left, in the order in which it came. Once: it is forgotten then. */
    List<KeptFile> takeLeft() {
        List<KeptFile> taken = List.copyOf(left);
        left.clear();
        return taken;
    }

    /** Whether a message has a copy that counts. */
    boolean has(QueueId id) {
        return slots.containsKey(id);
    }

    Set<QueueId> ids() {
        return Set.copyOf(slots.keySet());
    }

    /**
     * Keeps a copy of a new message. It is to be forgotten at the end of the message, also if this
     * returns false.
     *
     * @param image the whole file, up to {@code length}
     * @return whether it is on the disk; otherwise the file must be forced itself
     */
    boolean keep(QueueId id, byte[] image, int length) {
        try {
            Optional<Slot> slot = take(JournalFile.recordSize(id, length));
            if (slot.isEmpty()) {
                return false;
            }
            slots.put(id, slot.get());
            write(slot.get(), id, image, length);
            return true;
        } catch (IOException e) {
            LOGGER.error("{} cannot be used any more: files are forced one by one", path, e);
            return false;
        }
    }

    private void write(Slot slot, QueueId id, byte[] image, int length) throws IOException {
        boolean well = false;
        try {
            current().write(slot, id, image, length);
            force(ticket()); // commit
            well = true;
        } finally {
            if (!well) {
                breakOff();
            }
        }
    }

    /**
     * Appends to a copy. Not forced: a kill spares it, a power cut may not.
     *
     * @param position in the file
     * @return false if there is no room for it, or no copy
     * @throws IOException if it may be there or not
     */
    boolean append(QueueId id, long position, byte[] bytes, int offset, int length)
            throws IOException {
        Slot slot = slots.get(id);
        return slot != null
                && !isBroken()
                && current().append(slot, id, position, bytes, offset, length);
    }

    private boolean isBroken() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    /** Blocks of a message that has none yet; empty if there is no room. */
    private Optional<Slot> take(int size) throws IOException {
        lock.lock();
        try {
            if (broken) {
                return Optional.empty();
            }
            int count = usedShape().blocksWithRoom(size);
            int first = firstFree(count);
            if (first < 0 && grow(count)) {
                first = firstFree(count);
            }
            if (first < 0) {
                return Optional.empty();
            }
            used.set(first, first + count);
            sequence++;
            return Optional.of(new Slot(first, count, sequence));
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private JournalShape usedShape() {
        return file.map(JournalFile::shape).orElse(usualShape);
    }

    /** The lowest, so that what is in use is close together, and what is not any more overwritten. */
    @GuardedBy("lock")
    private int firstFree(int count) {
        int blocks = file.map(JournalFile::blocks).orElse(0);
        int from = used.nextClearBit(0);
        while (from + count <= blocks) {
            int end = used.nextSetBit(from);
            if (end < 0 || end - from >= count) {
                return from;
            }
            from = used.nextClearBit(end);
        }
        return -1;
    }

    /** Everybody waits for it: a few milliseconds, some dozen times in the life of a server. */
    @GuardedBy("lock")
    private boolean grow(int count) throws IOException {
        if (full) {
            return false;
        }
        try {
            if (file.isEmpty()) {
                file = Optional.of(JournalFile.create(files, path, usualShape));
            }
            JournalFile journal = file.get();
            int more = Math.max(Math.max(FIRST_BLOCKS, count), journal.blocks());
            int room = journal.shape().most() - journal.blocks();
            int added = Math.min(Math.min(more, MOST_NEW_BLOCKS), room);
            if (added > 0) {
                journal.grow(added);
            }
            return added > 0;
        } catch (IOException e) {
            full = Corruption.resourcesAreShort(e);
            broken |= !full;
            LOGGER.warn("{} cannot grow: what finds no room in it is forced by itself", path, e);
            return false;
        }
    }

    private JournalFile current() throws IOException {
        lock.lock();
        try {
            return file.orElseThrow(() -> new IOException("the journal is closed"));
        } finally {
            lock.unlock();
        }
    }

    /** A write has ended. */
    private long ticket() {
        lock.lock();
        try {
            written++;
            return written;
        } finally {
            lock.unlock();
        }
    }

    private void forgotten() {
        lock.lock();
        try {
            written++;
            forgotten = written;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a write is on the disk; one of those who wait has all of them written. */
    private void force(long ticket) throws IOException {
        lock.lock();
        try {
            while (forced < ticket) {
                if (broken) {
                    throw new IOException("the journal could not be forced");
                }
                if (forcing) {
                    forcedMore.awaitUninterruptibly();
                } else {
                    forceAll(current());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void forceAll(JournalFile journal) throws IOException {
        long upTo = written;
        boolean well = false;
        forcing = true;
        lock.unlock();
        try {
            journal.force();
            well = true;
        } finally {
            lock.lock();
            forcing = false;
            broken |= !well;
            // A system tells of a page that it could not write once, perhaps not to us.
            forced = broken ? forced : Math.max(forced, upTo);
            forcedMore.signalAll();
        }
    }

    private void breakOff() {
        lock.lock();
        try {
            broken = true;
            forcedMore.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A message needs its copy no more. Not forced: a power cut may bring it back.
     *
     * @throws IOException if the copy still counts; to be called again
     */
    void forget(QueueId id) throws IOException {
        Slot slot = slots.get(id);
        if (slot == null) {
            return;
        }
        current().forget(slot.first(), slot.sequence());
        forgotten();
        if (slots.remove(id, slot)) {
            // Only now: what is written there next has a higher number than the mark.
            free(slot);
        }
    }

    private void free(Slot slot) {
        lock.lock();
        try {
            used.clear(slot.first(), slot.first() + slot.count());
        } finally {
            lock.unlock();
        }
    }

    /** Not even a power cut brings back what is forgotten by now. */
    void forceForgotten() throws IOException {
        if (isRelied()) {
            force(lastForgotten());
        } else {
            // The disk may be well again, but nobody knows which of the marks it has lost
            // meanwhile.
            JournalFile journal = current();
            journal.writeMarks();
            journal.force();
        }
    }

    /** Once nobody is forcing it. */
    private boolean isRelied() {
        lock.lock();
        try {
            while (forcing) {
                forcedMore.awaitUninterruptibly();
            }
            return !broken || forgotten <= forced;
        } finally {
            lock.unlock();
        }
    }

    private long lastForgotten() {
        lock.lock();
        try {
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody uses it any more. If no copy counts, the file goes. */
    void close() throws IOException {
        boolean empty = slots.isEmpty();
        try {
            if (!empty) {
                forceForgotten();
            }
        } finally {
            if (closeFile() && empty) {
                files.delete(path);
                files.forceDirectory(path.getParent()); // commit
            }
        }
    }

    /** Nobody uses it any more, and what is in it is left to the next server. */
    void abandon() {
        try {
            closeFile();
        } catch (IOException e) {
            LOGGER.warn("{} cannot be closed", path, e);
        }
    }

    private boolean closeFile() throws IOException {
        Optional<JournalFile> open;
        lock.lock();
        try {
            open = file;
            file = Optional.empty();
            broken = true;
        } finally {
            lock.unlock();
        }
        if (open.isPresent()) {
            open.get().close();
        }
        return open.isPresent();
    }
}
