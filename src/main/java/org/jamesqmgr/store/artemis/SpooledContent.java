/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Content on its way to or from the broker: in memory while it is small, else in a temporary file.
 * So it can be sent again, and neither a slow client nor a slow reader keeps the broker waiting.
 *
 * <p>Holds the file until it is closed. For one thread.
 */
final class SpooledContent extends OutputStream {

    private static final int IN_MEMORY = StoredMessage.CARRIED;

    private ByteArrayOutputStream memory = new ByteArrayOutputStream(4_096);
    private Path file;
    private OutputStream out = memory;
    private long size;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (file == null && size + length > IN_MEMORY) {
            file = Files.createTempFile("qmgr", ".content");
            out = Files.newOutputStream(file);
            memory.writeTo(out);
            memory = null;
        }
        out.write(bytes, offset, length);
        size += length;
    }

    long size() {
        return size;
    }

    /** The content again from its first byte; nothing is written afterwards. */
    InputStream open() throws IOException {
        return file == null
                ? new ByteArrayInputStream(memory.toByteArray())
                : Files.newInputStream(file);
    }

    /** All of it, which is no longer than what is kept in memory. */
    byte[] bytes() {
        return memory.toByteArray();
    }

    /** As {@link #open}; this is closed with the stream. */
    InputStream openAndClose() throws IOException {
        if (file == null) {
            return open();
        }
        out.close();
        return Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE);
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
