/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Everything the directory store asks of a file system, and nothing else: the seam at which tests
 * fail, stop or cut the power.
 *
 * <p>What the store relies on, true of ext4 and XFS: {@link #move} is atomic; {@link
 * OpenFile#force} on a new file makes its directory entry durable with its bytes; of the directory
 * operations on one file that were not forced, a power cut keeps those up to some moment and none
 * after it.
 *
 * <p>Interrupting a thread must not break an operation: James interrupts its spooler threads at
 * stop, just when they report what they have done.
 */
interface FileOperations {

    /**
     * Takes a lock that no other server gets until it is released or this process has died.
     *
     * @throws MessageStoreException if another server has it: the text names it
     */
    Lock lock(Path path) throws MessageStoreException;

    /** Creates a file that must not exist, readable and writable by its owner alone. */
    OpenFile create(Path path) throws IOException;

    /** Opens an existing file for reading and writing. */
    OpenFile open(Path path) throws IOException;

    /** Opens an existing file for reading. */
    OpenFile openForReading(Path path) throws IOException;

    /** Renames; an existing target is replaced, so the caller makes sure that there is none. */
    void move(Path from, Path to) throws IOException;

    void delete(Path path) throws IOException;

    void setModified(Path path, Instant time) throws IOException;

    /** The names in a directory, in no order. */
    List<String> list(Path directory) throws IOException;

    /** What stands at this path. */
    Attributes attributes(Path path) throws IOException;

    boolean exists(Path path);

    /** How many more bytes this process may write to the file system that has this path. */
    long usableSpace(Path path) throws IOException;

    /** Creates a directory and its parents, accessible to its owner alone; nothing if it exists. */
    void createDirectories(Path path) throws IOException;

    /** Makes the entries of a directory durable. */
    void forceDirectory(Path path) throws IOException;

    /**
     * What the store wants to know of a file.
     *
     * @param modified time of last modification
     */
    record Attributes(boolean regularFile, Instant modified) {}

    /** A lock that is held. */
    interface Lock {
        void release();
    }

    /** An open file. Safe for use by several threads, of which one at a time writes. */
    interface OpenFile extends Closeable {

        /**
         * Reads into {@code bytes} from {@code position} of the file.
         *
         * @return how many bytes were read: fewer than asked for only at the end of the file
         */
        int read(long position, byte[] bytes, int offset, int length) throws IOException;

        /** Writes all the given bytes. */
        void write(long position, byte[] bytes, int offset, int length) throws IOException;

        long size() throws IOException;

        void truncate(long size) throws IOException;

        /** Bytes, size and, for a new file, its directory entry survive a power cut on return. */
        void force() throws IOException;

        /** Bytes survive a power cut on return, where there was room for them in the file already. */
        void forceBytes() throws IOException;
    }
}
