/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;

/**
 * Reads the content of a queue file from its first byte to its last. The file stays readable
 * through an open stream even when it is moved or deleted meanwhile.
 */
final class ContentStream extends InputStream {

    private final OpenFile file;
    private final long end;
    private long position;

    private ContentStream(OpenFile file, long start, long end) {
        this.file = file;
        this.position = start;
        this.end = end;
    }

    static InputStream open(FileOperations files, Path path) throws IOException {
        OpenFile file = files.openForReading(path);
        try {
            byte[] start = new byte[QueueFileHeader.SIZE];
            int length = file.read(0, start, 0, start.length);
            QueueFileHeader header = QueueFileHeader.decode(start, length);
            // Mail is read line by line and byte by byte.
            return new BufferedInputStream(
                    new ContentStream(file, header.contentOffset(), header.endMarkOffset()));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        int wanted = (int) Math.min(length, end - position);
        int count = file.read(position, bytes, offset, wanted);
        if (count < wanted) {
            throw new DamagedFileException("cut short while its content was read");
        }
        position += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
