/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jamesqmgr.store.MessageStoreException;

/** Another file system with a quirk: a test overrides what is to be different. */
class ForwardingFileOperations implements FileOperations {

    private final FileOperations files;

    ForwardingFileOperations(FileOperations files) {
        this.files = files;
    }

    /** A file that is about to be opened for writing, or was created. */
    OpenFile writable(OpenFile file) {
        return file;
    }

    @Override
    public Lock lock(Path path) throws MessageStoreException {
        return files.lock(path);
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        return writable(files.create(path));
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        return writable(files.open(path));
    }

    @Override
    public OpenFile openForReading(Path path) throws IOException {
        return files.openForReading(path);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        files.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void setModified(Path path, Instant time) throws IOException {
        files.setModified(path, time);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public Attributes attributes(Path path) throws IOException {
        return files.attributes(path);
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public long usableSpace(Path path) throws IOException {
        return files.usableSpace(path);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        files.createDirectories(path);
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        files.forceDirectory(path);
    }

    /** A file with a quirk. */
    static class ForwardingFile implements OpenFile {

        private final OpenFile file;

        ForwardingFile(OpenFile file) {
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
            file.force();
        }

        @Override
        public void forceBytes() throws IOException {
            file.forceBytes();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
