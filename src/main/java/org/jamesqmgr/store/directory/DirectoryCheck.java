/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import java.util.Set;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a directory can keep mail safe: ours, writable, private, and on a file system that keeps
 * its word about {@code fsync} and rename.
 */
final class DirectoryCheck {

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryCheck.class);

    /** Here a forced new file has a durable name too; what we promise was proven for these. */
    private static final Set<String> KNOWN_GOOD = Set.of("ext4", "xfs");

    /** No dependable file locks, renames or file modes. */
    private static final Set<String> REFUSED =
            Set.of("nfs", "nfs4", "cifs", "smb2", "smb3", "9p", "vfat", "msdos", "exfat", "ntfs");

    private DirectoryCheck() {}

    /**
     * What was found.
     *
     * @param createsDurably whether forcing a new file makes its directory entry durable
     */
    record Result(String fileSystem, boolean createsDurably) {}

    /**
     * Creates the directory where it is missing and checks it.
     *
     * @throws MessageStoreException if it is unusable: the text says what is wrong and what to do
     */
    static Result prepare(Path directory) throws MessageStoreException {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            throw new MessageStoreException(
                    "the queue directory needs a POSIX system such as Linux; Windows is not supported");
        }
        create(directory);
        checkOwner(directory);
        keepPrivate(directory);
        return checkFileSystem(directory);
    }

    private static void create(Path directory) throws MessageStoreException {
        if (Files.isDirectory(directory)) {
            return; // Perhaps by way of a symbolic link, which creating would stumble over.
        }
        if (Files.exists(directory)) {
            throw unusable(directory, "is not a directory", null);
        }
        try {
            Files.createDirectories(directory, DiskFileOperations.OWNER_ONLY_DIRECTORY);
        } catch (IOException e) {
            throw unusable(directory, "cannot be created: " + reason(e), e);
        }
    }

    private static void checkOwner(Path directory) throws MessageStoreException {
        Path probe;
        UserPrincipal we;
        UserPrincipal owner;
        try {
            probe = Files.createTempFile(directory, ".probe", null);
            we = Files.getOwner(probe);
            Files.delete(probe);
            owner = Files.getOwner(directory);
        } catch (IOException e) {
            throw unusable(directory, "is not writable: " + reason(e), e);
        }
        if (!owner.equals(we)) {
            throw unusable(
                    directory,
                    "belongs to " + owner.getName() + ", but the server runs as " + we.getName(),
                    null);
        }
    }

    private static void keepPrivate(Path directory) throws MessageStoreException {
        try {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(directory);
            if (!found.equals(DiskFileOperations.OWNER_ONLY_DIRECTORY.value())) {
                LOGGER.warn(
                        "{} had mode {}, mail in it could be read or moved by others: now private",
                        directory,
                        PosixFilePermissions.toString(found));
                Files.setPosixFilePermissions(
                        directory, DiskFileOperations.OWNER_ONLY_DIRECTORY.value());
            }
        } catch (IOException e) {
            throw unusable(directory, "cannot be made private: " + reason(e), e);
        }
    }

    private static Result checkFileSystem(Path directory) throws MessageStoreException {
        String type;
        try {
            type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            throw unusable(directory, "is on an unknown file system: " + reason(e), e);
        }
        if (REFUSED.contains(type)) {
            throw unusable(
                    directory,
                    "is on " + type + ", which cannot keep mail safe: use a local ext4 or XFS",
                    null);
        }
        if (!KNOWN_GOOD.contains(type)) {
            LOGGER.warn(
                    "the queue directory {} is on {}: that mail survives a power cut is proven only for ext4"
                            + " and XFS",
                    directory,
                    type);
        }
        return new Result(type, KNOWN_GOOD.contains(type));
    }

    private static MessageStoreException unusable(Path directory, String why, Exception cause) {
        return new MessageStoreException("the queue directory " + directory + " " + why, cause);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
