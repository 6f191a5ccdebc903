/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the {@link NewFiles}: in memory and in the journal, until it is written to the disk. Safe for
 * use by any thread; its lock is held over I/O, for this one message.
 */
final class NewFile {

    private static final Logger LOGGER = LoggerFactory.getLogger(NewFile.class);

    /** More than the journal takes of a message. */
    private static final int LONGEST = 64 << 10;

    /** Room for the records of most messages. */
    private static final int RECORDS = 2 << 10;

    private static final byte[] NO_BYTES = new byte[0];

    private enum State {
        /** It is being written: nobody has been told of it. */
        IN_MEMORY,
        IN_JOURNAL,
        ON_DISK,
        DELETED
    }

    private final NewFiles all;
    private final QueueId id;

    @GuardedBy("this")
    private Path path;

    @GuardedBy("this")
    private State state = State.IN_MEMORY;

    @GuardedBy("this")
    private byte[] bytes = NO_BYTES;

    @GuardedBy("this")
    private int size;

    /** Whether the journal may have more of it: not where anything is left behind its end. */
    @GuardedBy("this")
    private boolean hasRoom = true;

    /** The file on the disk, for those who opened this before it was there. */
    @GuardedBy("this")
    private Optional<OpenFile> written = Optional.empty();

    @GuardedBy("this")
    private int users;

    /** What is left of an attempt to write it. */
    @GuardedBy("this")
    private Optional<Path> rest = Optional.empty();

    NewFile(NewFiles all, QueueId id, Path path) {
        this.all = all;
        this.id = id;
        this.path = path;
    }

    /**
     * Takes up what the journal has.
     *
     * @param appendable whether the room behind it is clear
     */
    synchronized void restore(byte[] restored, boolean appendable) {
        hasRoom = appendable;
        resize(restored.length);
        System.arraycopy(restored, 0, bytes, 0, restored.length);
        size = restored.length;
        state = State.IN_JOURNAL;
    }

    synchronized void kept() {
        if (state == State.IN_MEMORY) {
            state = State.IN_JOURNAL;
        }
    }

    /** Empty if it is to be opened on the disk, or is not there any more. */
    synchronized Optional<OpenFile> open() {
        if (!isNew()) {
            return Optional.empty();
        }
        users++;
        return Optional.of(new Handle(this));
    }

    @GuardedBy("this")
    private boolean isNew() {
        return state == State.IN_MEMORY || state == State.IN_JOURNAL;
    }

    /**
     * Renames it, unless it is on the disk.
     *
     * @param files where it is to be found: at all times in one place at least
     */
    synchronized boolean move(Path to, Map<Path, NewFile> files) {
        if (!isNew()) {
            return false;
        }
        if (!path.equals(to)) {
            files.put(to, this);
            files.remove(path, this);
            path = to;
        }
        return true;
    }

    /** Deletes it, unless it is on the disk. If the journal cannot be told, it stays. */
    synchronized boolean delete() throws IOException {
        if (!isNew()) {
            return false;
        }
        all.journal().forget(id); // commit
        drop();
        return true;
    }

    /** Forgets it, unless it is on the disk. The journal is told by others. */
    synchronized void drop() {
        if (isNew()) {
            state = State.DELETED;
            all.forget(path, this);
            all.count(-bytes.length);
            clearRest();
        }
    }

    /**
     * Writes it to the disk, if it is not there; not forced. As long as it is not complete its header
     * says so.
     */
    synchronized void write() throws IOException {
        if (!isNew()) {
            return;
        }
        clearRest();
        OpenFile file = all.disk().create(path);
        boolean well = false;
        try {
            writeTo(file);
            well = true;
        } finally {
            if (!well) {
                rest = Optional.of(path);
                close(file);
                clearRest();
            }
        }
        written = Optional.of(file);
        state = State.ON_DISK;
        all.forget(path, this);
        all.count(-bytes.length);
        bytes = NO_BYTES;
        closeIfUnused();
    }

    @GuardedBy("this")
    private void writeTo(OpenFile file) throws IOException {
        byte[] header = Arrays.copyOf(bytes, QueueFileHeader.SIZE);
        byte[] open = QueueFileHeader.open().encode();
        byte[] unfinished = Arrays.copyOf(bytes, size);
        System.arraycopy(open, 0, unfinished, 0, open.length);
        file.write(0, unfinished, 0, size);
        if (!Arrays.equals(header, open)) {
            file.write(0, header, 0, header.length);
        }
    }

    /** If this fails it is no message anyway: its header says so, unless the disk lies. */
    @GuardedBy("this")
    private void clearRest() {
        if (rest.isEmpty()) {
            return;
        }
        try {
            all.disk().delete(rest.get());
            rest = Optional.empty();
        } catch (NoSuchFileException e) {
            rest = Optional.empty();
        } catch (IOException e) {
            LOGGER.warn("{} was not written to its end, and cannot be removed", rest.get(), e);
        }
    }

    private void close(OpenFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOGGER.warn("the file of {} cannot be closed", id, e);
        }
    }

    @GuardedBy("this")
    private void closeIfUnused() {
        if (users == 0) {
            written.ifPresent(this::close);
            written = Optional.empty();
        }
    }

    private synchronized void leave() {
        users--;
        closeIfUnused();
    }

    private synchronized OpenFile onDisk() throws IOException {
        write();
        return written.orElseThrow(() -> new NoSuchFileException(id.asString()));
    }

    private synchronized int read(long position, byte[] to, int offset, int length)
            throws IOException {
        if (written.isPresent()) {
            return written.get().read(position, to, offset, length);
        }
        int count = (int) Math.max(0, Math.min(length, size - position));
        if (count > 0) {
            System.arraycopy(bytes, (int) position, to, offset, count);
        }
        return count;
    }

    private synchronized void write(long position, byte[] from, int offset, int length)
            throws IOException {
        long end = position + length;
        if (isNew() && end > LONGEST) {
            write();
        }
        if (written.isPresent()) {
            written.get().write(position, from, offset, length);
            return;
        }
        int before = size;
        resize((int) end);
        System.arraycopy(from, offset, bytes, (int) position, length);
        size = Math.max(size, (int) end);
        if (state == State.IN_JOURNAL && !isInJournal(position, from, offset, length)) {
            writeOr(before);
        }
    }

    @GuardedBy("this")
    private boolean isInJournal(long position, byte[] from, int offset, int length) {
        try {
            return hasRoom && all.journal().append(id, position, from, offset, length);
        } catch (IOException e) {
            LOGGER.warn("{} cannot be written to in the journal", id, e);
            hasRoom = false;
            return false;
        }
    }

    /** If that fails nothing was appended. */
    @GuardedBy("this")
    private void writeOr(int before) throws IOException {
        boolean well = false;
        try {
            write();
            well = true;
        } finally {
            if (!well) {
                size = before;
            }
        }
    }

    @GuardedBy("this")
    private void resize(int atLeast) {
        if (atLeast > bytes.length) {
            int before = bytes.length;
            bytes = Arrays.copyOf(bytes, atLeast + RECORDS);
            all.count(isNew() ? bytes.length - before : 0);
        }
    }

    private synchronized long size() throws IOException {
        return written.isPresent() ? written.get().size() : size;
    }

    private synchronized void truncate(long newSize) throws IOException {
        int cut = (int) Math.max(0, size - newSize);
        if (state == State.IN_JOURNAL && isInJournal(newSize, new byte[cut], 0, cut)) {
            size -= cut;
        } else {
            onDisk().truncate(newSize);
        }
    }

    /** In use by one who opened it. */
    private static final class Handle implements OpenFile {
        private final NewFile file;
        private boolean open = true;

        Handle(NewFile file) {
            this.file = file;
        }

        @Override
        public int read(long position, byte[] bytes, int offset, int length) throws IOException {
            return file.read(position, bytes, offset, length);
        }

        @Override
        public void write(long position, byte[] bytes, int offset, int length) throws IOException {
            file.write(position, bytes, offset, length);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            file.onDisk().force();
        }

        @Override
        public void forceBytes() throws IOException {
            file.onDisk().forceBytes();
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                file.leave();
            }
        }
    }
}
