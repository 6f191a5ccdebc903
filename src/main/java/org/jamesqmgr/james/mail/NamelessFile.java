/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jamesqmgr.store.ContentWriter;

/**
 * Bytes in a temporary file that has no name any more, readable by this process alone: its space is
 * free again when it is closed, is forgotten, or the process dies, however it dies.
 *
 * <p>Not a channel: those close when their thread is interrupted. One thread at a time.
 */
final class NamelessFile implements ContentWriter, Closeable {

    private static final int BUFFER = 64 * 1024;

    private final RandomAccessFile file;

    private NamelessFile(RandomAccessFile file) {
        this.file = file;
    }

    /** A file in the directory for temporary files, as James has its own for large messages. */
    static NamelessFile of(ContentWriter content) throws IOException {
        NamelessFile nameless = new NamelessFile(open());
        try {
            nameless.fill(content);
            return nameless;
        } catch (IOException | RuntimeException e) {
            nameless.close();
            throw e;
        }
    }

    private static RandomAccessFile open() throws IOException {
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
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        file.seek(0);
        for (int read = file.read(buffer); read > 0; read = file.read(buffer)) {
            out.write(buffer, 0, read);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
