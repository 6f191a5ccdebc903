/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.codec.EnvelopeCodec;

/**
 * The first bytes of a queue file, and with them the shape of the whole:
 *
 * <pre>
 *   offset size
 *        0    8  magic "JQMGR\r\n" and 0x1a: a transfer as text would damage it visibly
 *        8    4  version of the format, 1
 *       12    4  "open" while the message is being written, "kept" once it is accepted
 *       16    4  length of the envelope
 *       20    4  CRC-32C of the envelope
 *       24    8  length of the content
 *       32    4  CRC-32C of the content
 *       36   24  reserved, zero
 *       60    4  CRC-32C of bytes 0 to 59
 *       64    .  envelope, JSON in UTF-8
 *        .    .  content: the message exactly as received, in one run
 *        .    8  end mark: "end\n" and the CRC-32C that stands at offset 60
 *        .    .  records appended later, see {@link RecordLog}
 * </pre>
 *
 * Numbers are big-endian. The whole file is written with the header saying "open"; then the header
 * is written again saying "kept", and the file, or a copy of it, is forced to disk once. A file that says "open" was
 * never accepted. Every other file must be exactly right up to its end mark, or it is damaged: a
 * single flipped bit cannot turn "kept" into "open", because the header has its own checksum.
 */
record QueueFileHeader(
        boolean kept,
        int envelopeLength,
        int envelopeChecksum,
        long contentLength,
        int contentChecksum) {

    static final int SIZE = 64;
    static final int END_MARK_SIZE = 8;

    /** Longer envelopes are not written: 100,000 recipients need a tenth of it. */
    static final int MAXIMAL_ENVELOPE = EnvelopeCodec.MAXIMAL_LENGTH;

    private static final byte[] MAGIC = {'J', 'Q', 'M', 'G', 'R', '\r', '\n', 0x1a};
    private static final int VERSION = 1;
    private static final byte[] OPEN = "open".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEPT = "kept".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "end\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM_OFFSET = 60;

    /** The header of a file that is being written. */
    static QueueFileHeader open() {
        return new QueueFileHeader(false, 0, 0, 0, 0);
    }

    static QueueFileHeader decode(byte[] bytes, int length) throws IOException {
        if (length < SIZE) {
            throw new DamagedMessageException("cut short in the header, at byte " + length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, SIZE);
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        int version = in.getInt();
        byte[] state = new byte[KEPT.length];
        in.get(state);
        QueueFileHeader header =
                new QueueFileHeader(
                        Arrays.equals(state, KEPT),
                        in.getInt(),
                        in.getInt(),
                        in.getLong(),
                        in.getInt());
        if (!Arrays.equals(magic, MAGIC)) {
            throw new DamagedMessageException("not a queue file: it begins with other bytes");
        }
        if (in.getInt(CHECKSUM_OFFSET) != Checksum.of(bytes, 0, CHECKSUM_OFFSET)) {
            throw new DamagedMessageException("the checksum of the header is wrong");
        }
        if (version != VERSION) {
            throw new NewerFormatException("a file of format version " + version);
        }
        header.validate(state);
        return header;
    }

    private void validate(byte[] state) throws DamagedMessageException {
        boolean known = kept || Arrays.equals(state, OPEN);
        if (!known
                || envelopeLength < 0
                || envelopeLength > MAXIMAL_ENVELOPE
                || contentLength < 0) {
            throw new DamagedMessageException("the header says what cannot be");
        }
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(SIZE);
        out.put(MAGIC).putInt(VERSION).put(kept ? KEPT : OPEN);
        out.putInt(envelopeLength).putInt(envelopeChecksum);
        out.putLong(contentLength).putInt(contentChecksum);
        out.putInt(CHECKSUM_OFFSET, Checksum.of(out.array(), 0, CHECKSUM_OFFSET));
        return out.array();
    }

    /** The end mark that belongs to this header. */
    byte[] endMark() {
        int checksum = ByteBuffer.wrap(encode()).getInt(CHECKSUM_OFFSET);
        return ByteBuffer.allocate(END_MARK_SIZE).put(END).putInt(checksum).array();
    }

    long contentOffset() {
        return (long) SIZE + envelopeLength;
    }

    long endMarkOffset() {
        return contentOffset() + contentLength;
    }

    /** Where appended records begin. */
    long recordsOffset() {
        return endMarkOffset() + END_MARK_SIZE;
    }
}
