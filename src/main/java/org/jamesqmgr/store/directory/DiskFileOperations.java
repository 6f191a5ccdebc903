/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The real file system. Safe for use by any thread.
 *
 * <p>Bytes go through {@link RandomAccessFile}, not {@link FileChannel}: a channel is closed under
 * our hands when its thread is interrupted.
 */
final class DiskFileOperations implements FileOperations {

    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    @Override
    public Lock lock(Path path) throws MessageStoreException {
        return DirectoryLock.acquire(path);
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        Files.createFile(path, OWNER_ONLY_FILE);
        return new DiskFile(new RandomAccessFile(path.toFile(), "rw"));
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        // "rw" would create a file that is missing; the store must never do that.
        if (!exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return new DiskFile(new RandomAccessFile(path.toFile(), "rw"));
    }

    @Override
    public OpenFile openForReading(Path path) throws IOException {
        try {
            return new DiskFile(new RandomAccessFile(path.toFile(), "r"));
        } catch (FileNotFoundException e) {
            if (!exists(path)) {
                throw missing(path, e);
            }
        }
        // It exists now: it came a moment ago, or cannot be opened.
        return new DiskFile(new RandomAccessFile(path.toFile(), "r"));
    }

    private static NoSuchFileException missing(Path path, FileNotFoundException cause) {
        NoSuchFileException missing = new NoSuchFileException(path.toString());
        missing.initCause(cause);
        return missing;
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    @Override
    public void setModified(Path path, Instant time) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(time));
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public Attributes attributes(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new Attributes(
                attributes.isRegularFile(), attributes.lastModifiedTime().toInstant());
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        Files.createDirectories(path, OWNER_ONLY_DIRECTORY);
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        // A directory can be forced through a channel only, and that is closed by an interrupt.
        boolean interrupted = Thread.interrupted();
        try {
            while (!forced(path)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean forced(Path path) throws IOException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }

    private record DiskFile(RandomAccessFile file) implements OpenFile {

        @Override
        public int read(long position, byte[] bytes, int offset, int length) throws IOException {
            file.seek(position);
            int total = 0;
            while (total < length) {
                int count = file.read(bytes, offset + total, length - total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        @Override
        public void write(long position, byte[] bytes, int offset, int length) throws IOException {
            file.seek(position);
            file.write(bytes, offset, length);
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.setLength(size);
        }

        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
