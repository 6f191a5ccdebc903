/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.directory.RecordLog.Change;

/**
 * A queue file as read: its header and what its envelope and records amount to.
 *
 * @param header always of a kept file
 */
record QueueFile(QueueFileHeader header, RecordLog log) {

    /** Most messages fit: header, envelope, content and records come with one read. */
    private static final int FIRST_READ = 16 << 10;

    private static final int CONTENT_BUFFER = 64 << 10;

    private static final int READ_AHEAD = 8 << 10;

    /** How much of a file is read. */
    enum Depth {
        /** Enough to index it: the envelope comes with its first recipient alone, no attempts. */
        HEAD,
        ENVELOPE,
        /** The content too, once, to check it. */
        CONTENT
    }

    /**
     * Reads a file.
     *
     * @throws NotKeptException if the message was never accepted
     * @throws NewerFormatException if it was written by a newer version
     * @throws DamagedMessageException if anything but the end of the records is not as it was written
     */
    static QueueFile read(OpenFile file, Depth depth) throws IOException {
        long size = file.size();
        byte[] start = new byte[(int) Math.min(size, FIRST_READ)];
        int length = file.read(0, start, 0, start.length);
        QueueFileHeader header = QueueFileHeader.decode(start, length);
        if (!header.kept()) {
            throw new NotKeptException();
        }
        if (header.recordsOffset() > size) {
            throw new DamagedMessageException("cut short at byte " + size);
        }
        Window window = new Window(file, start, length);
        Envelope envelope = envelope(header, window, depth);
        if (depth == Depth.CONTENT) {
            checkContent(header, window);
        }
        checkEndMark(header, window);
        RecordLog log = RecordLog.empty(envelope, depth != Depth.HEAD, header.recordsOffset());
        return new QueueFile(header, log.replay(window::bytes, size)).sound();
    }

    /** What can be read of a damaged file: its header and envelope, without what was recorded. */
    static Optional<QueueFile> salvage(OpenFile file) throws IOException {
        byte[] start = new byte[(int) Math.min(file.size(), FIRST_READ)];
        int length = file.read(0, start, 0, start.length);
        try {
            QueueFileHeader header = QueueFileHeader.decode(start, length);
            Envelope envelope = envelope(header, new Window(file, start, length), Depth.ENVELOPE);
            return Optional.of(accepted(header, envelope));
        } catch (DamagedMessageException | NewerFormatException e) {
            return Optional.empty();
        }
    }

    private QueueFile sound() throws DamagedMessageException {
        if (log.change().filter(change -> change.from() > header.contentLength()).isPresent()) {
            throw new DamagedMessageException("a hand-over goes on behind the content");
        }
        return this;
    }

    private static Envelope envelope(QueueFileHeader header, Window window, Depth depth)
            throws IOException {
        byte[] bytes = window.bytes(QueueFileHeader.SIZE, header.envelopeLength());
        if (Checksum.of(bytes, 0, bytes.length) != header.envelopeChecksum()) {
            throw new DamagedMessageException("the checksum of the envelope is wrong");
        }
        return depth == Depth.HEAD
                ? EnvelopeCodec.head(bytes, 0, bytes.length)
                : EnvelopeCodec.envelope(bytes, 0, bytes.length);
    }

    private static void checkContent(QueueFileHeader header, Window window) throws IOException {
        CRC32C checksum = new CRC32C();
        long position = header.contentOffset();
        while (position < header.endMarkOffset()) {
            int count = (int) Math.min(CONTENT_BUFFER, header.endMarkOffset() - position);
            checksum.update(window.bytes(position, count));
            position += count;
        }
        if ((int) checksum.getValue() != header.contentChecksum()) {
            throw new DamagedMessageException("the checksum of the content is wrong");
        }
    }

    private static void checkEndMark(QueueFileHeader header, Window window) throws IOException {
        byte[] mark = window.bytes(header.endMarkOffset(), QueueFileHeader.END_MARK_SIZE);
        if (!java.util.Arrays.equals(mark, header.endMark())) {
            throw new DamagedMessageException("the end mark is wrong");
        }
    }

    /** A file that was written just now. */
    static QueueFile accepted(QueueFileHeader header, Envelope envelope) {
        return new QueueFile(header, RecordLog.empty(envelope, true, header.recordsOffset()));
    }

    QueuedMessage message(QueueId id, QueueName queue) {
        return new QueuedMessage(
                id,
                queue,
                log.envelope(),
                log.recipients().recipients(log.envelope()),
                log.status(),
                log.recipients().history(),
                contentSize());
    }

    /** How long the content is as it goes on. */
    long contentSize() {
        long stored = header.contentLength();
        return log.change().map(change -> change.size(stored)).orElse(stored);
    }

    /** Whether the content is still the one that was stored. */
    boolean asStored() {
        return log.change().filter(Change::any).isEmpty();
    }

    /** How many bytes of records there are, of the message as it goes on. */
    long recorded() {
        return log.end() - log.change().map(Change::end).orElse(header.recordsOffset());
    }

    QueueFile with(RecordLog newLog) {
        return new QueueFile(header, newLog);
    }

    /** Bytes of a file, of which the first are at hand already; records come many with one read. */
    private static final class Window {
        private final OpenFile file;
        private final byte[] start;
        private final int startLength;
        private byte[] ahead = {};
        private long aheadFrom;
        private int aheadLength;

        Window(OpenFile file, byte[] start, int startLength) {
            this.file = file;
            this.start = start;
            this.startLength = startLength;
        }

        byte[] bytes(long position, int length) throws IOException {
            byte[] bytes = new byte[length];
            if (position + length <= startLength) {
                System.arraycopy(start, (int) position, bytes, 0, length);
            } else if (length < READ_AHEAD) {
                lookAhead(position, length);
                System.arraycopy(ahead, (int) (position - aheadFrom), bytes, 0, length);
            } else {
                requireAll(length, file.read(position, bytes, 0, length));
            }
            return bytes;
        }

        private void lookAhead(long position, int length) throws IOException {
            if (position < aheadFrom || position + length > aheadFrom + aheadLength) {
                ahead = ahead.length == 0 ? new byte[READ_AHEAD] : ahead;
                aheadLength = 0;
                aheadLength = file.read(position, ahead, 0, READ_AHEAD);
                aheadFrom = position;
                requireAll(length, aheadLength);
            }
        }

        private static void requireAll(int wanted, int got) throws DamagedMessageException {
            if (got < wanted) {
                throw new DamagedMessageException("cut short while it was read");
            }
        }
    }
}
