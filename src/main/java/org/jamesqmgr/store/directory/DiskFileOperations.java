/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
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

/** The real file system. Safe for use by any thread. */
final class DiskFileOperations implements FileOperations {

    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final Set<OpenOption> CREATE =
            Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
    private static final Set<OpenOption> CHANGE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> READ =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    @Override
    public Lock lock(Path path) throws MessageStoreException {
        return DirectoryLock.acquire(path);
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        return DiskFile.open(path, CREATE, OWNER_ONLY_FILE);
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        return DiskFile.open(path, CHANGE);
    }

    @Override
    public OpenFile openForReading(Path path) throws IOException {
        return DiskFile.open(path, READ);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** One system call. Files.delete looks first what it is going to delete, but can say why it failed. */
    @Override
    public void delete(Path path) throws IOException {
        if (!path.toFile().delete()) {
            Files.delete(path);
        }
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
    public long usableSpace(Path path) throws IOException {
        return Files.getFileStore(path).getUsableSpace();
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
}
