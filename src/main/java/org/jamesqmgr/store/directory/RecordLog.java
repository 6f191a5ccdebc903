/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.RecipientLog;
import org.jamesqmgr.store.codec.AttemptCodec;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.codec.DecidedCodec;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.jamesqmgr.store.codec.Json;

/**
 * What happened to a message after it was accepted: records appended behind the end mark of its
 * file.
 *
 * <pre>
 *   offset size
 *        0    1  type: 'w' work begins, 's' status, 'e' envelope replaced,
 *                 'h' handed over: the work is complete, another envelope and content from here on,
 *                 'r' attempts and what became of recipients, 'n' the sender was notified of failures,
 *                 'd' decided fates of a message of another store, 't' its attempts, as it told them
 *        1    4  length of the payload
 *        5    4  CRC-32C of type, length and payload
 *        9    .  payload: empty, or a status, an envelope, fates or attempts as JSON; for 'h'
 *                   0    4  length of the envelope
 *                   4    8  the byte of the stored content where the rest of the content begins
 *                  12    .  envelope as JSON
 *                   .    .  what stands before that rest: the new header, or nothing
 * </pre>
 *
 * Records are written one behind the other; an envelope is forced to disk with all that stands
 * before it, the others mostly are not. The first that is incomplete or fails its checksum ends the
 * log: it was being written when the server died, or did not reach the disk before the power failed,
 * even if later ones did; the next one overwrites it. Losing any but an envelope can repeat work,
 * never lose a message. Losing an envelope would send the message to the wrong recipients, so a bad
 * record with good ones behind it is damage if an envelope can be among them. Losing a hand-over
 * repeats the work that made it, from the envelope before.
 *
 * <p>What was delivered or failed for good is always recorded, once for each recipient. Deferrals
 * are recorded until the records of a message fill {@link #ROOM_FOR_DEFERRALS}: some thousand
 * attempts for one recipient, some twenty for a thousand recipients. Beyond, the older ones are what
 * is known when the message is read again.
 *
 * @param envelope as last replaced, or as accepted; in a log that was read for its head alone, the
 *     head of it
 * @param change how the content goes on since the last hand-over; empty if there was none
 * @param recipients what became of them; grows in place, the logs that follow from one share it.
 *     Empty in a log that was read for its head alone
 * @param whole whether attempts are looked at, and envelopes to their end; at start-up they are not
 * @param status as last recorded, or as accepted
 * @param recorded whether any status was recorded
 * @param bound where the message was going when its status was recorded
 * @param begun whether work began that has not ended
 * @param end position in the file behind the last good record
 */
record RecordLog(
        Envelope envelope,
        Optional<Change> change,
        RecipientLog recipients,
        boolean whole,
        MessageStatus status,
        boolean recorded,
        QueueName bound,
        boolean begun,
        long end) {

    /**
     * Content since a hand-over: first bytes of its record, then the rest of what is stored.
     *
     * @param position of those bytes in the file; the record ends with them
     * @param length how many they are
     * @param from the first byte of the stored content that follows
     */
    record Change(long position, int length, long from) {

        /** Whether it is no longer the content as stored. */
        boolean any() {
            return length > 0 || from > 0;
        }

        /** Where the record ends. */
        long end() {
            return position + length;
        }

        /** How long the content is. */
        long size(long stored) {
            return length + stored - from;
        }
    }

    /** So many bytes of records, and no deferral is recorded any more. */
    static final int ROOM_FOR_DEFERRALS = 1 << 20;

    private static final int PREFIX = 9;

    /** Before the envelope of a hand-over. */
    private static final int HAND_OVER_PREFIX = 12;

    /** Keeps a record of attempts well below the longest that can be read. */
    private static final int ATTEMPTS_IN_A_RECORD = 100;

    /** How far behind a bad record, and behind where it says that it ends, good ones are looked for. */
    private static final int LOOK_AHEAD = 1 << 20;

    /**
     * How many bytes of what may be records behind a bad one are checked: header fields come from
     * anybody, and could be made to look like many.
     */
    private static final long PATIENCE = 2L * QueueFileHeader.MAXIMAL_ENVELOPE;

    private static final byte WORK = 'w';
    private static final byte STATUS = 's';
    private static final byte ENVELOPE = 'e';
    private static final byte HANDED_OVER = 'h';
    private static final byte ATTEMPTS = 'r';
    private static final byte NOTIFIED = 'n';
    private static final byte DECIDED = 'd';
    private static final byte TOLD = 't';

    /** The log of a message that has none yet. */
    static RecordLog empty(Envelope envelope, boolean whole, long end) {
        return new RecordLog(
                envelope,
                Optional.empty(),
                new RecipientLog(),
                whole,
                MessageStatus.accepted(envelope),
                false,
                QueueName.INCOMING,
                false,
                end);
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

    /**
     * One record.
     *
     * @throws IOException if it could not be read again
     */
    static byte[] handedOver(Envelope envelope, DerivedContent content) throws IOException {
        byte[] encoded = EnvelopeCodec.encode(envelope);
        long length = (long) HAND_OVER_PREFIX + encoded.length + content.start().length;
        if (length > QueueFileHeader.MAXIMAL_ENVELOPE) {
            throw new IOException("a hand-over of " + length + " bytes is too long");
        }
        ByteBuffer payload = ByteBuffer.allocate((int) length);
        payload.putInt(encoded.length).putLong(content.from());
        payload.put(encoded).put(content.start());
        return encode(HANDED_OVER, payload.array());
    }

    /** One record or, for many attempts, several. */
    static byte[] attempts(List<Attempt> attempts) throws IOException {
        return attempts(ATTEMPTS, attempts);
    }

    /** What is to be known of a message of another store; nothing if it has just come in there. */
    static byte[] adopted(QueuedMessage message) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        Map<MailAddress, State> decided = RecipientLog.of(message).decided();
        if (!decided.isEmpty()) {
            Json.requireReadable(decided.keySet());
            records.writeBytes(encode(DECIDED, DecidedCodec.encode(decided)));
        }
        records.writeBytes(attempts(TOLD, message.history()));
        if (!message.status().equals(MessageStatus.accepted(message.envelope()))
                || message.queue() == QueueName.HOLD) {
            records.writeBytes(status(message.status(), message.queue()));
        }
        return records.toByteArray();
    }

    private static byte[] attempts(byte type, List<Attempt> attempts) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int from = 0; from < attempts.size(); from += ATTEMPTS_IN_A_RECORD) {
            int to = Math.min(from + ATTEMPTS_IN_A_RECORD, attempts.size());
            records.writeBytes(encode(type, AttemptCodec.encode(attempts.subList(from, to))));
        }
        return records.toByteArray();
    }

    static byte[] senderNotified() {
        return encode(NOTIFIED, new byte[0]);
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
        return with(newStatus, bound);
    }

    /** As if records went on at another position. */
    RecordLog endingAt(long newEnd) {
        return new RecordLog(
                envelope, change, recipients, whole, status, recorded, bound, begun, newEnd);
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
     * @throws DamagedMessageException if an envelope is bad and yet not the last record, or a record is
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

    /** How long the payload of a record at a position is; negative if it cannot be one. */
    private static int payload(Source source, long position, long size) throws IOException {
        int length = ByteBuffer.wrap(source.bytes(position + 1, 4)).getInt();
        boolean possible =
                length <= QueueFileHeader.MAXIMAL_ENVELOPE && length <= size - position - PREFIX;
        return possible ? length : -1;
    }

    /** The record at a position, if it is whole. */
    private static Optional<byte[]> record(Source source, long position, long size)
            throws IOException {
        int length = payload(source, position, size);
        if (length < 0) {
            return Optional.empty();
        }
        byte[] bytes = source.bytes(position, PREFIX + length);
        boolean good = ByteBuffer.wrap(bytes).getInt(5) == checksum(bytes, length);
        return good ? Optional.of(bytes) : Optional.empty();
    }

    /** Whatever is bad before a good envelope was forced to disk with it, and was good then. */
    private static void requireNoEnvelopeLost(Source source, long position, long size)
            throws IOException {
        ByteBuffer prefix = ByteBuffer.wrap(source.bytes(position, PREFIX));
        boolean mayBeEnvelope = prefix.get(0) != 0 && !isLesser(prefix.get(0));
        long saysItEnds = position + PREFIX + prefix.getInt(1);
        boolean endsBeyond = saysItEnds > position + LOOK_AHEAD && saysItEnds < size;
        if (anyGood(source, position + 1, size, mayBeEnvelope)
                || (endsBeyond && anyGood(source, saysItEnds, size, mayBeEnvelope))) {
            throw new DamagedMessageException("a record at byte " + position + " is damaged");
        }
    }

    /**
     * Whether there is a good envelope, or any good record, not far behind a position. True too when
     * there is no end of what may be one: nobody but a forger writes such.
     */
    private static boolean anyGood(Source source, long position, long size, boolean any)
            throws IOException {
        int length = (int) Math.min(size - position, LOOK_AHEAD);
        byte[] rest = source.bytes(position, length);
        long checked = 0;
        for (int offset = 0; offset + PREFIX <= length && checked < PATIENCE; offset++) {
            if (rest[offset] == ENVELOPE || (any && isLesser(rest[offset]))) {
                if (record(source, position + offset, size).isPresent()) {
                    return true;
                }
                checked += Math.max(0, payload(source, position + offset, size));
            }
        }
        return checked >= PATIENCE;
    }

    /** Whether it can be lost without harm. */
    private static boolean isLesser(byte type) {
        return type == WORK
                || type == STATUS
                || type == ATTEMPTS
                || type == NOTIFIED
                || type == HANDED_OVER
                || type == DECIDED
                || type == TOLD;
    }

    private RecordLog apply(byte[] record) throws IOException {
        int length = record.length - PREFIX;
        RecordLog next = endingAt(end + record.length);
        switch (record[0]) {
            case WORK:
                return next.workBegun();
            case STATUS:
                EnvelopeCodec.Recorded said = EnvelopeCodec.status(record, PREFIX, length);
                return next.with(said.status(), said.bound());
            case ENVELOPE:
                return next.with(envelope(record, PREFIX, length));
            case HANDED_OVER:
                return next.handOver(record);
            case ATTEMPTS:
                if (whole) {
                    recipients.add(AttemptCodec.decode(record, PREFIX, length));
                }
                return next;
            case NOTIFIED:
                recipients.reported();
                return next;
            case DECIDED:
                if (whole) {
                    recipients.decide(DecidedCodec.decode(record, PREFIX, length));
                }
                return next;
            case TOLD:
                if (whole) {
                    recipients.tell(AttemptCodec.decode(record, PREFIX, length));
                }
                return next;
            default:
                throw new NewerFormatException("a file with a record of type " + record[0]);
        }
    }

    private Envelope envelope(byte[] record, int offset, int length)
            throws DamagedMessageException {
        return whole
                ? EnvelopeCodec.envelope(record, offset, length)
                : EnvelopeCodec.head(record, offset, length);
    }

    /** As if this status had been recorded last, {@link #end} being behind its record. */
    RecordLog with(MessageStatus newStatus, QueueName newBound) {
        return new RecordLog(
                envelope, change, recipients, whole, newStatus, true, newBound, false, end);
    }

    /** As if that work begins had been recorded last. */
    RecordLog workBegun() {
        return new RecordLog(
                envelope, change, recipients, whole, status, recorded, bound, true, end);
    }

    /** As if this envelope had been recorded last. */
    RecordLog with(Envelope replaced) {
        recipients.reopen();
        return new RecordLog(
                replaced, change, recipients, whole, status, recorded, bound, begun, end);
    }

    /** As if this hand-over had been recorded last, {@link #end} being behind its record. */
    RecordLog goneOn(Envelope made, DerivedContent content) {
        return goneOn(made, content.start().length, content.from());
    }

    private RecordLog handOver(byte[] record) throws IOException {
        ByteBuffer payload = ByteBuffer.wrap(record, PREFIX, record.length - PREFIX);
        if (payload.remaining() < HAND_OVER_PREFIX) {
            throw new DamagedMessageException("a hand-over without an envelope");
        }
        int length = payload.getInt();
        long from = payload.getLong();
        if (length < 0 || length > payload.remaining() || from < 0) {
            throw new DamagedMessageException("a hand-over says what cannot be");
        }
        Envelope made = envelope(record, payload.position(), length);
        return goneOn(made, payload.remaining() - length, from);
    }

    /** As if the message had just come in as what it is now. */
    private RecordLog goneOn(Envelope made, int startLength, long from) {
        recipients.reopen();
        return new RecordLog(
                made,
                Optional.of(new Change(end - startLength, startLength, from)),
                recipients,
                whole,
                MessageStatus.accepted(made),
                false,
                QueueName.INCOMING,
                false,
                end);
    }
}
