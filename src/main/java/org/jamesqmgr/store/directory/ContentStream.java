/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.directory.RecordLog.Change;

/**
 * Reads the content of a queue file from its first byte to its last. The file stays readable
 * through an open stream even when it is moved or deleted meanwhile.
 */
final class ContentStream extends InputStream {

    private final OpenFile file;

    /** What is read now, and what comes after it. */
    private Part part;

    private Optional<Part> next;

    /** A run of bytes in the file. */
    private static final class Part {
        private final long end;
        private long position;

        Part(long position, long end) {
            this.position = position;
            this.end = end;
        }

        long left() {
            return end - position;
        }
    }

    private ContentStream(OpenFile file, QueueFile shape) {
        this.file = file;
        QueueFileHeader header = shape.header();
        long stored = header.contentOffset();
        Optional<Change> change = shape.log().change();
        Part rest = new Part(stored + change.map(Change::from).orElse(0L), header.endMarkOffset());
        Optional<Part> start =
                change.map(own -> new Part(own.position(), own.position() + own.length()));
        this.part = start.orElse(rest);
        this.next = start.map(before -> rest);
    }

    private ContentStream(OpenFile file, Part all) {
        this.file = file;
        this.part = all;
        this.next = Optional.empty();
    }

    /** All bytes of a file, whatever they are; it is closed with the stream. */
    static InputStream ofAll(OpenFile file) throws IOException {
        return new BufferedInputStream(new ContentStream(file, new Part(0, file.size())));
    }

    /** The content of the file as it is now. */
    static InputStream open(FileOperations files, Path path) throws IOException {
        OpenFile file = files.openForReading(path);
        try {
            return of(file, QueueFile.read(file, QueueFile.Depth.HEAD));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * The content of a file that is known.
     *
     * @param file closed with the stream
     * @param shape of it
     */
    static InputStream of(OpenFile file, QueueFile shape) {
        // Mail is read line by line and byte by byte.
        return new BufferedInputStream(new ContentStream(file, shape));
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
        while (part.left() == 0 && next.isPresent()) {
            part = next.get();
            next = Optional.empty();
        }
        if (part.left() <= 0) {
            return -1;
        }
        int wanted = (int) Math.min(length, part.left());
        int count = file.read(part.position, bytes, offset, wanted);
        if (count < wanted) {
            throw new DamagedFileException("cut short while its content was read");
        }
        part.position += count;
        return count;
    }

    @Override
    public long skip(long bytes) {
        long left = Math.max(0, bytes);
        while (left > part.left() && next.isPresent()) {
            left -= part.left();
            part = next.get();
            next = Optional.empty();
        }
        long last = Math.min(left, Math.max(0, part.left()));
        part.position += last;
        return Math.max(0, bytes) - left + last;
    }

    @Override
    public int available() {
        long left = part.left() + next.map(Part::left).orElse(0L);
        return (int) Math.min(Integer.MAX_VALUE, left);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
