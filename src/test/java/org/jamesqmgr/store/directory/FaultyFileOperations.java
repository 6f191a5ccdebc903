/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jamesqmgr.store.MessageStoreException;

/**
 * A file system on which something goes wrong at a chosen operation. Operations are counted from 1;
 * closing a file and asking whether one exists cannot go wrong and do not count.
 *
 * <p>One thread at a time.
 */
final class FaultyFileOperations implements FileOperations {

    /** What an operation needs, which decides whether it works on a full disk. */
    enum Kind {
        LOOK,
        /** Takes space. */
        FILL,
        /** Renames, deletes, sets a time, cuts short, writes over what is there. */
        CHANGE,
        FORCE
    }

    enum Outcome {
        WORKS,
        FAILS,
        /** The first pages of what is written are there: within a page there is all or nothing. */
        FAILS_HALF_WAY,
        /** The process is no more: neither this operation happens nor any after it. */
        DIES,
        DIES_HALF_WAY
    }

    /** What becomes of each operation. */
    @FunctionalInterface
    interface Fault {
        Outcome at(int operation, Kind kind);

        Fault NONE = (operation, kind) -> Outcome.WORKS;

        static Fault once(int number, Outcome outcome) {
            return (operation, kind) -> operation == number ? outcome : Outcome.WORKS;
        }

        static Fault from(int number) {
            return (operation, kind) -> operation >= number ? Outcome.FAILS : Outcome.WORKS;
        }

        static Fault diskFullFrom(int number) {
            return (operation, kind) ->
                    operation >= number && kind == Kind.FILL
                            ? Outcome.FAILS_HALF_WAY
                            : Outcome.WORKS;
        }
    }

    /** Stands for the end of the process: no code of ours runs after it. */
    static final class ProcessKilled extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final FileOperations disk;
    private Fault fault;
    private int operations;
    private boolean dead;

    FaultyFileOperations(FileOperations disk, Fault fault) {
        this.disk = disk;
        this.fault = fault;
    }

    /** How many operations there were so far. */
    int operations() {
        return operations;
    }

    /** From now on this happens. */
    void set(Fault newFault) {
        fault = newFault;
    }

    boolean dead() {
        return dead;
    }

    /** From now on everything works, unless the process was killed. */
    void heal() {
        fault = Fault.NONE;
    }

    private void step(Kind kind) throws IOException {
        Outcome outcome = next(kind);
        if (outcome != Outcome.WORKS) {
            fail(outcome);
        }
    }

    private Outcome next(Kind kind) {
        requireAlive();
        operations++;
        return fault.at(operations, kind);
    }

    private void fail(Outcome outcome) throws IOException {
        dead = outcome == Outcome.DIES || outcome == Outcome.DIES_HALF_WAY;
        requireAlive();
        throw new IOException(
                outcome == Outcome.FAILS_HALF_WAY
                        ? "No space left on device"
                        : "Input/output error");
    }

    private void requireAlive() {
        if (dead) {
            throw new ProcessKilled();
        }
    }

    @Override
    public Lock lock(Path path) throws MessageStoreException {
        requireAlive();
        Lock lock = disk.lock(path);
        return () -> {
            requireAlive();
            lock.release();
        };
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        step(Kind.FILL);
        return new FaultyFile(disk.create(path));
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        step(Kind.LOOK);
        return new FaultyFile(disk.open(path));
    }

    @Override
    public OpenFile openForReading(Path path) throws IOException {
        step(Kind.LOOK);
        return new FaultyFile(disk.openForReading(path));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step(Kind.CHANGE);
        disk.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        step(Kind.CHANGE);
        disk.delete(path);
    }

    @Override
    public void setModified(Path path, Instant time) throws IOException {
        step(Kind.CHANGE);
        disk.setModified(path, time);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        step(Kind.LOOK);
        return disk.list(directory);
    }

    @Override
    public Attributes attributes(Path path) throws IOException {
        step(Kind.LOOK);
        return disk.attributes(path);
    }

    @Override
    public boolean exists(Path path) {
        requireAlive();
        return disk.exists(path);
    }

    @Override
    public long usableSpace(Path path) throws IOException {
        step(Kind.LOOK);
        return disk.usableSpace(path);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        if (exists(path)) {
            return;
        }
        step(Kind.FILL);
        disk.createDirectories(path);
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        step(Kind.FORCE);
        disk.forceDirectory(path);
    }

    private final class FaultyFile implements OpenFile {
        private final OpenFile file;

        private FaultyFile(OpenFile file) {
            this.file = file;
        }

        @Override
        public int read(long position, byte[] bytes, int offset, int length) throws IOException {
            step(Kind.LOOK);
            return file.read(position, bytes, offset, length);
        }

        @Override
        public void write(long position, byte[] bytes, int offset, int length) throws IOException {
            boolean inPlace = position + length <= file.size();
            Outcome outcome = next(inPlace ? Kind.CHANGE : Kind.FILL);
            if (outcome == Outcome.FAILS_HALF_WAY || outcome == Outcome.DIES_HALF_WAY) {
                long half = (position + length / 2) / MemoryDisk.PAGE * MemoryDisk.PAGE;
                file.write(position, bytes, offset, (int) Math.max(0, half - position));
            }
            if (outcome != Outcome.WORKS) {
                fail(outcome);
            }
            file.write(position, bytes, offset, length);
        }

        @Override
        public long size() throws IOException {
            step(Kind.LOOK);
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            step(Kind.CHANGE);
            file.truncate(size);
        }

        @Override
        public void forceBytes() throws IOException {
            step(Kind.FORCE);
            file.forceBytes();
        }

        @Override
        public void force() throws IOException {
            step(Kind.FORCE);
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
