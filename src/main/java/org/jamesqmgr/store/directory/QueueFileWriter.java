/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;

/**
 * Writes one queue file, streaming: header saying "open", envelope, content as it comes, end mark.
 * {@link #end} then makes it a message, and {@link #commit} a durable one. One thread.
 */
final class QueueFileWriter extends OutputStream {

    /** Enough for most messages; clearing more for each would cost more than what it saves. */
    private static final int SMALL_BUFFER = 8 << 10;

    private static final int BUFFER = 32 << 10;

    private static final byte[] NO_BYTES = new byte[0];

    private final OpenFile file;
    private byte[] buffer = new byte[SMALL_BUFFER];
    private final CRC32C contentChecksum = new CRC32C();
    private final byte[] envelope;
    private int buffered;
    private long written;
    private long contentLength;
    private byte[] start = NO_BYTES;

    QueueFileWriter(OpenFile file, byte[] envelope) throws IOException {
        this.file = file;
        this.envelope = envelope;
        append(QueueFileHeader.open().encode(), 0, QueueFileHeader.SIZE);
        append(envelope, 0, envelope.length);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        contentChecksum.update(bytes, offset, length);
        contentLength += length;
        append(bytes, offset, length);
    }

    private void append(byte[] bytes, int offset, int length) throws IOException {
        if (length > buffer.length - buffered) {
            makeRoom(length);
        }
        if (length > buffer.length) {
            file.write(written, bytes, offset, length);
            written += length;
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, length);
            buffered += length;
        }
    }

    /** Afterwards {@code length} bytes fit, unless they are more than any buffer holds. */
    private void makeRoom(int length) throws IOException {
        if (buffer.length < BUFFER) {
            buffer = Arrays.copyOf(buffer, BUFFER);
        }
        if (length > BUFFER - buffered) {
            writeOut();
        }
    }

    private void writeOut() throws IOException {
        if (buffered > 0) {
            file.write(written, buffer, 0, buffered);
            written += buffered;
            buffered = 0;
        }
    }

    /**
     * Ends the file, with records behind its end mark, and makes it durable.
     *
     * @return the header it now has
     */
    QueueFileHeader commit(byte[] records) throws IOException {
        QueueFileHeader header = end(records);
        file.force(); // commit
        return header;
    }

    /**
     * Ends the file, which is not forced: a kill spares it, a power cut may not.
     *
     * @return the header it now has
     */
    QueueFileHeader end() throws IOException {
        return end(NO_BYTES);
    }

    private QueueFileHeader end(byte[] records) throws IOException {
        QueueFileHeader header =
                new QueueFileHeader(
                        true,
                        envelope.length,
                        Checksum.of(envelope, 0, envelope.length),
                        contentLength,
                        (int) contentChecksum.getValue());
        append(header.endMark(), 0, QueueFileHeader.END_MARK_SIZE);
        append(records, 0, records.length);
        boolean small = written == 0;
        writeOut();
        // Only now: a process killed before this leaves a file that says "open".
        byte[] kept = header.encode();
        file.write(0, kept, 0, QueueFileHeader.SIZE);
        if (small) {
            System.arraycopy(kept, 0, buffer, 0, QueueFileHeader.SIZE);
            start = buffer;
        }
        return header;
    }

    /** What is at hand of a file that has ended: all {@link #length} bytes of a small one, or nothing. */
    byte[] start() {
        return start;
    }

    /** How long a file is that has ended. */
    long length() {
        return written;
    }
}
