/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueName;

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
 * Records are written one behind the other; an envelope is forced to disk with all that stands
 * before it, the others mostly are not. The first that is incomplete or fails its checksum ends the
 * log: it was being written when the server died, or did not reach the disk before the power failed,
 * even if later ones did; the next one overwrites it. Losing a work or status record can repeat
 * work, never lose a message. Losing an envelope would send the message to the wrong recipients, so
 * a bad record with good ones behind it is damage if an envelope can be among them.
 *
 * @param envelope as last replaced, or as accepted
 * @param status as last recorded, or as accepted
 * @param recorded whether any status was recorded
 * @param bound where the message was going when its status was recorded
 * @param begun whether work began that has not ended
 * @param end position in the file behind the last good record
 */
record RecordLog(
        Envelope envelope,
        MessageStatus status,
        boolean recorded,
        QueueName bound,
        boolean begun,
        long end) {

    private static final int PREFIX = 9;

    /** How far behind a bad record good ones are looked for. */
    private static final int LOOK_AHEAD = 1 << 20;

    private static final byte WORK = 'w';
    private static final byte STATUS = 's';
    private static final byte ENVELOPE = 'e';

    /** The log of a message that has none yet. */
    static RecordLog empty(Envelope envelope, long end) {
        return new RecordLog(
                envelope, MessageStatus.accepted(envelope), false, QueueName.INCOMING, false, end);
    }

    static byte[] workBegins() {
        return encode(WORK, new byte[0]);
    }

    static byte[] status(MessageStatus status, QueueName bound) {
        return encode(STATUS, EnvelopeCodec.encode(status, bound));
    }

    static byte[] envelope(Envelope envelope) throws IOException {
        return encode(ENVELOPE, EnvelopeCodec.encode(envelope));
    }

    private static byte[] encode(byte type, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(PREFIX + payload.length);
        out.put(type).putInt(payload.length).putInt(0).put(payload);
        out.putInt(5, checksum(out.array(), payload.length));
        return out.array();
    }

    private static int checksum(byte[] record, int payloadLength) {
        CRC32C checksum = new CRC32C();
        checksum.update(record, 0, 5);
        checksum.update(record, PREFIX, payloadLength);
        return (int) checksum.getValue();
    }

    /** As if this status had been recorded last. */
    RecordLog with(MessageStatus newStatus) {
        return new RecordLog(envelope, newStatus, true, bound, false, end);
    }

    /** Where records are read from. */
    @FunctionalInterface
    interface Source {
        byte[] bytes(long position, int length) throws IOException;
    }

    /** Applies a record that was appended at {@link #end}. */
    RecordLog replay(byte[] record) throws IOException {
        long start = end;
        return replay(
                (position, length) ->
                        Arrays.copyOfRange(
                                record,
                                (int) (position - start),
                                (int) (position - start) + length),
                start + record.length);
    }

    /**
     * Applies all records from {@link #end} on.
     *
     * @param size of the file
     * @throws DamagedFileException if an envelope is bad and yet not the last record, or a record is
     *     whole by its checksum and makes no sense
     */
    RecordLog replay(Source source, long size) throws IOException {
        RecordLog log = this;
        while (size - log.end >= PREFIX) {
            Optional<byte[]> record = record(source, log.end, size);
            if (record.isEmpty()) {
                requireNoEnvelopeLost(source, log.end, size);
                break;
            }
            log = log.apply(record.get());
        }
        return log;
    }

    /** The record at a position, if it is whole. */
    private static Optional<byte[]> record(Source source, long position, long size)
            throws IOException {
        int length = ByteBuffer.wrap(source.bytes(position + 1, 4)).getInt();
        if (length < 0
                || length > QueueFileHeader.MAXIMAL_ENVELOPE
                || length > size - position - PREFIX) {
            return Optional.empty();
        }
        byte[] bytes = source.bytes(position, PREFIX + length);
        boolean good = ByteBuffer.wrap(bytes).getInt(5) == checksum(bytes, length);
        return good ? Optional.of(bytes) : Optional.empty();
    }

    /** Whatever is bad before a good envelope was forced to disk with it, and was good then. */
    private static void requireNoEnvelopeLost(Source source, long position, long size)
            throws IOException {
        int length = (int) Math.min(size - position, LOOK_AHEAD);
        byte[] rest = source.bytes(position, length);
        boolean mayBeEnvelope = rest[0] != WORK && rest[0] != STATUS && rest[0] != 0;
        for (int offset = 1; offset + PREFIX <= length; offset++) {
            boolean known =
                    rest[offset] == ENVELOPE
                            || (mayBeEnvelope && (rest[offset] == WORK || rest[offset] == STATUS));
            if (known && record(source, position + offset, size).isPresent()) {
                throw new DamagedFileException("a record at byte " + position + " is damaged");
            }
        }
    }

    private RecordLog apply(byte[] record) throws IOException {
        int length = record.length - PREFIX;
        long next = end + record.length;
        switch (record[0]) {
            case WORK:
                return new RecordLog(envelope, status, recorded, bound, true, next);
            case STATUS:
                EnvelopeCodec.Recorded said = EnvelopeCodec.status(record, PREFIX, length);
                return new RecordLog(envelope, said.status(), true, said.bound(), false, next);
            case ENVELOPE:
                Envelope replaced = EnvelopeCodec.envelope(record, PREFIX, length);
                return new RecordLog(replaced, status, recorded, bound, begun, next);
            default:
                throw new NewerFormatException("a file with a record of type " + record[0]);
        }
    }
}
