/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.jamesqmgr.store.MessageStoreException;

/**
 * A file system in memory that knows what of it a power cut would spare. It promises what {@link
 * FileOperations} says of ext4 and XFS, and nothing more: what was not forced may be gone, in any
 * page of a file and for any tail of the operations on a file's name, independently of other files.
 *
 * <p>One thread at a time.
 */
final class MemoryDisk implements FileOperations {

    /** All that was not forced is gone. */
    static final IntUnaryOperator NOTHING_MORE = unsynced -> 0;

    /** Much smaller than a real page, so that a small message has several. */
    static final int PAGE = 64;

    private final Path root;
    private final Clock clock;
    private final List<Inode> inodes = new ArrayList<>();
    private final Map<Path, Inode> names = new TreeMap<>();
    private final Set<Path> directories = new TreeSet<>();
    private final Set<Path> durableDirectories = new TreeSet<>();
    private boolean locked;
    private int openFiles;

    /**
     * @param root the one directory that is there from the beginning, whatever happens
     */
    MemoryDisk(Path root, Clock clock) {
        this.root = root;
        this.clock = clock;
        directories.add(root);
        durableDirectories.add(root);
    }

    /** What happened to a file's name. */
    private record Naming(Optional<Path> name, Set<Path> inDirectories) {}

    private static final class Inode {
        private byte[] bytes = {};
        private byte[] durableBytes = {};
        private Instant modified;
        private Instant durableModified;
        private Optional<Path> durableName = Optional.empty();

        /** The file as it was after each unsynced write. */
        private final List<byte[]> versions = new ArrayList<>();

        private final List<Instant> times = new ArrayList<>();
        private final List<Naming> namings = new ArrayList<>();

        private Inode(Instant now) {
            this.modified = now;
            this.durableModified = now;
        }

        private void change(byte[] newBytes, Instant now) {
            bytes = newBytes;
            versions.add(newBytes);
            touch(now);
        }

        private void touch(Instant time) {
            modified = time;
            times.add(time);
        }

        private void force() {
            durableBytes = bytes;
            versions.clear();
            durableModified = modified;
            times.clear();
            if (durableName.isEmpty() && !namings.isEmpty()) {
                durableName = namings.remove(0).name();
            }
        }

        /** Those that had room before: neither a name nor a size is forced. */
        private void forceBytes() {
            durableBytes = Arrays.copyOf(bytes, durableBytes.length);
            List<byte[]> grown =
                    versions.stream()
                            .filter(version -> version.length > durableBytes.length)
                            .toList();
            versions.clear();
            versions.addAll(grown);
        }

        private void forceNames(Path directory) {
            for (int last = namings.size() - 1; last >= 0; last--) {
                if (namings.get(last).inDirectories().contains(directory)) {
                    durableName = namings.get(last).name();
                    namings.subList(0, last + 1).clear();
                    return;
                }
            }
        }

        private Optional<Path> nameAfter(int operations) {
            return operations == 0 ? durableName : namings.get(operations - 1).name();
        }

        private byte[] bytesAfter(int writes) {
            return writes == 0 ? durableBytes : versions.get(writes - 1);
        }

        private Instant timeAfter(int changes) {
            return changes == 0 ? durableModified : times.get(changes - 1);
        }

        /** Every page, and the size, as it was after some write of its own choice. */
        private byte[] survivingBytes(IntUnaryOperator survivors) {
            byte[] survived = new byte[bytesAfter(survivors.applyAsInt(versions.size())).length];
            for (int start = 0; start < survived.length; start += PAGE) {
                byte[] version = bytesAfter(survivors.applyAsInt(versions.size()));
                int end = Math.min(Math.min(start + PAGE, survived.length), version.length);
                if (start < end) {
                    System.arraycopy(version, start, survived, start, end - start);
                }
            }
            return survived;
        }
    }

    /** The process that used this disk is dead: its lock and its open files are no more. */
    MemoryDisk afterKill() {
        locked = false;
        openFiles = 0;
        return this;
    }

    /**
     * What is left after a power cut.
     *
     * @param survivors given a number of unsynced operations in a row, says how many of them survived
     */
    MemoryDisk afterPowerCut(IntUnaryOperator survivors) {
        MemoryDisk left = new MemoryDisk(root, clock);
        for (Path directory : directories) {
            boolean survived =
                    durableDirectories.contains(directory) || survivors.applyAsInt(1) == 1;
            if (survived && left.directories.contains(parent(directory))) {
                left.directories.add(directory);
                left.durableDirectories.add(directory);
            }
        }
        for (Inode inode : inodes) {
            Optional<Path> name = inode.nameAfter(survivors.applyAsInt(inode.namings.size()));
            if (name.isPresent() && left.directories.contains(parent(name.get()))) {
                left.keep(inode, name.get(), survivors);
            }
        }
        return left;
    }

    private void keep(Inode before, Path name, IntUnaryOperator survivors) {
        Inode inode = new Inode(before.timeAfter(survivors.applyAsInt(before.times.size())));
        inode.bytes = before.survivingBytes(survivors);
        inode.durableBytes = inode.bytes;
        inode.durableName = Optional.of(name);
        inodes.add(inode);
        names.put(name, inode);
    }

    /** All files, with their bytes. */
    Map<Path, byte[]> files() {
        Map<Path, byte[]> files = new TreeMap<>();
        names.forEach((path, inode) -> files.put(path, inode.bytes));
        return files;
    }

    int openFiles() {
        return openFiles;
    }

    @Override
    public Lock lock(Path path) throws MessageStoreException {
        if (locked) {
            throw new MessageStoreException("locked already");
        }
        locked = true;
        return () -> locked = false;
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        if (exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        requireDirectory(parent(path));
        Inode inode = new Inode(clock.instant());
        inodes.add(inode);
        name(inode, path, Set.of(parent(path)));
        return new MemoryFile(inode);
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        return new MemoryFile(inode(path));
    }

    @Override
    public OpenFile openForReading(Path path) throws IOException {
        return new MemoryFile(inode(path));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Inode inode = inode(from);
        requireDirectory(parent(to));
        names.remove(from);
        Optional.ofNullable(names.remove(to)).ifPresent(replaced -> unname(replaced, to));
        name(inode, to, new TreeSet<>(List.of(parent(from), parent(to))));
    }

    @Override
    public void delete(Path path) throws IOException {
        Inode inode = inode(path);
        names.remove(path);
        unname(inode, path);
    }

    private void name(Inode inode, Path path, Set<Path> inDirectories) {
        names.put(path, inode);
        inode.namings.add(new Naming(Optional.of(path), inDirectories));
    }

    private static void unname(Inode inode, Path path) {
        inode.namings.add(new Naming(Optional.empty(), Set.of(parent(path))));
    }

    @Override
    public void setModified(Path path, Instant time) throws IOException {
        inode(path).touch(time);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        requireDirectory(directory);
        return names.keySet().stream()
                .filter(path -> parent(path).equals(directory))
                .map(path -> path.getFileName().toString())
                .toList();
    }

    @Override
    public Attributes attributes(Path path) throws IOException {
        return directories.contains(path)
                ? new Attributes(false, Instant.EPOCH)
                : new Attributes(true, inode(path).modified);
    }

    @Override
    public boolean exists(Path path) {
        return names.containsKey(path) || directories.contains(path);
    }

    @Override
    public long usableSpace(Path path) {
        return Runtime.getRuntime().maxMemory();
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        if (!directories.contains(path)) {
            createDirectories(parent(path));
            directories.add(path);
        }
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        requireDirectory(path);
        inodes.forEach(inode -> inode.forceNames(path));
        directories.stream()
                .filter(directory -> parent(directory).equals(path))
                .forEach(durableDirectories::add);
    }

    private Inode inode(Path path) throws IOException {
        if (directories.contains(path)) {
            throw new IOException(path + " (Is a directory)");
        }
        Inode inode = names.get(path);
        if (inode == null) {
            throw new NoSuchFileException(path.toString());
        }
        return inode;
    }

    private void requireDirectory(Path path) throws IOException {
        if (!directories.contains(path)) {
            throw new NoSuchFileException(path.toString());
        }
    }

    private static Path parent(Path path) {
        return Optional.ofNullable(path.getParent()).orElseThrow();
    }

    private final class MemoryFile implements OpenFile {
        private final Inode inode;
        private boolean closed;

        private MemoryFile(Inode inode) {
            this.inode = inode;
            openFiles++;
        }

        @Override
        public int read(long position, byte[] bytes, int offset, int length) {
            int count = (int) Math.max(0, Math.min(length, inode.bytes.length - position));
            if (count > 0) {
                System.arraycopy(inode.bytes, (int) position, bytes, offset, count);
            }
            return count;
        }

        @Override
        public void write(long position, byte[] bytes, int offset, int length) {
            int size = Math.max(inode.bytes.length, (int) position + length);
            byte[] changed = Arrays.copyOf(inode.bytes, size);
            System.arraycopy(bytes, offset, changed, (int) position, length);
            inode.change(changed, clock.instant());
        }

        @Override
        public long size() {
            return inode.bytes.length;
        }

        @Override
        public void truncate(long size) {
            inode.change(Arrays.copyOf(inode.bytes, (int) size), clock.instant());
        }

        @Override
        public void force() {
            inode.force();
        }

        @Override
        public void forceBytes() {
            inode.forceBytes();
        }

        @Override
        public void close() {
            openFiles -= closed ? 0 : 1;
            closed = true;
        }
    }
}
