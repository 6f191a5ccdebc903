/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.nio.ByteBuffer;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;

/**
 * What happened to a message after it was accepted: records appended behind the end mark of its
 * file.
 *
 * <pre>
 *   offset size
 *        0    1  type: 'w' work begins, 's' status, 'e' envelope replaced
 *        1    4  length of the payload
 *        5    4  CRC-32C of type, length and payload
 *        9    .  payload: empty, a status or an envelope as JSON
 * </pre>
 *
 * Records are written one behind the other and mostly not forced to disk. The first that is
 * incomplete or fails its checksum ends the log: it was being written when the server or the power
 * died, and is overwritten by the next one. Losing a record can repeat work, never lose a message.
 *
 * @param envelope as last replaced, or as accepted
 * @param status as last recorded, or as accepted
 * @param recorded whether any status was recorded
 * @param begun whether work began that has not ended
 * @param end position in the file behind the last good record
 */
record RecordLog(
        Envelope envelope, MessageStatus status, boolean recorded, boolean begun, long end) {

    private static final int PREFIX = 9;
    private static final byte WORK = 'w';
    private static final byte STATUS = 's';
    private static final byte ENVELOPE = 'e';

    /** The log of a message that has none yet. */
    static RecordLog empty(Envelope envelope, long end) {
        return new RecordLog(envelope, MessageStatus.accepted(envelope), false, false, end);
    }

    static byte[] workBegins() {
        return encode(WORK, new byte[0]);
    }

    static byte[] status(MessageStatus status) {
        return encode(STATUS, EnvelopeCodec.encode(status));
    }

    static byte[] envelope(Envelope envelope) {
        return encode(ENVELOPE, EnvelopeCodec.encode(envelope));
    }

    private static byte[] encode(byte type, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(PREFIX + payload.length);
        out.put(type).putInt(payload.length).putInt(0).put(payload);
        out.putInt(5, checksum(out.array(), 0, payload.length));
        return out.array();
    }

    private static int checksum(byte[] bytes, int offset, int payloadLength) {
        java.util.zip.CRC32C checksum = new java.util.zip.CRC32C();
        checksum.update(bytes, offset, 5);
        checksum.update(bytes, offset + PREFIX, payloadLength);
        return (int) checksum.getValue();
    }

    /**
     * Applies the records in {@code bytes}, which stand at {@link #end} of the file.
     *
     * @throws DamagedFileException if a record is whole by its checksum and yet makes no sense
     */
    RecordLog replay(byte[] bytes, int length) throws DamagedFileException {
        RecordLog log = this;
        int offset = 0;
        while (length - offset >= PREFIX) {
            int payload = ByteBuffer.wrap(bytes).getInt(offset + 1);
            boolean whole = payload >= 0 && payload <= length - offset - PREFIX;
            if (!whole
                    || ByteBuffer.wrap(bytes).getInt(offset + 5)
                            != checksum(bytes, offset, payload)) {
                break;
            }
            log = log.apply(bytes[offset], bytes, offset + PREFIX, payload);
            offset += PREFIX + payload;
        }
        return log;
    }

    private RecordLog apply(byte type, byte[] bytes, int offset, int length)
            throws DamagedFileException {
        long next = end + PREFIX + length;
        return switch (type) {
            case WORK -> new RecordLog(envelope, status, recorded, true, next);
            case STATUS ->
                    new RecordLog(
                            envelope,
                            EnvelopeCodec.status(bytes, offset, length),
                            true,
                            false,
                            next);
            case ENVELOPE ->
                    new RecordLog(
                            EnvelopeCodec.envelope(bytes, offset, length),
                            status,
                            recorded,
                            begun,
                            next);
            default -> throw new DamagedFileException("a record of unknown type " + type);
        };
    }
}
