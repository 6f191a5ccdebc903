/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;

/**
 * Bytes in a temporary file that has no name any more, readable by this process alone: its space is
 * free again when it is closed, is forgotten, or the process dies, however it dies.
 *
 * <p>Not a channel: those close when their thread is interrupted. One thread at a time.
 */
final class NamelessFile implements Content, Closeable {

    private static final int BUFFER = 64 * 1024;

    private final RandomAccessFile file;
    private long size;

    private NamelessFile(RandomAccessFile file) {
        this.file = file;
    }

    /** A file in the directory for temporary files, as James has its own for large messages. */
    static NamelessFile of(ContentWriter content) throws IOException {
        NamelessFile nameless = new NamelessFile(create());
        try {
            nameless.fill(content);
            return nameless;
        } catch (IOException | RuntimeException e) {
            nameless.close();
            throw e;
        }
    }

    private static RandomAccessFile create() throws IOException {
        Path path = Files.createTempFile("qmgr", ".eml");
        try {
            return new RandomAccessFile(path.toFile(), "rw");
        } finally {
            Files.delete(path);
        }
    }

    private void fill(ContentWriter content) throws IOException {
        // Never closed: that would close the file.
        OutputStream out = new BufferedOutputStream(new FileOutputStream(file.getFD()), BUFFER);
        content.writeTo(out);
        out.flush();
        size = file.length();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() {
        return new BufferedInputStream(new Reading(), BUFFER);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** From a place of its own. */
    private final class Reading extends InputStream {

        private long position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            file.seek(position);
            int read = file.read(bytes, offset, length);
            position += Math.max(0, read);
            return read;
        }
    }
}
