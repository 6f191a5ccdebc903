/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.RecipientLog;
import org.jamesqmgr.store.codec.AttemptCodec;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.codec.DecidedCodec;
import org.jamesqmgr.store.codec.EnvelopeCodec;

/**
 * What is stored of a message in its envelope message: all but its content, and that too while it is
 * small and new.
 *
 * <pre>
 *   offset size
 *        0    4  magic and version: "Qm" 0 2
 *        4    4  CRC-32C of all that follows
 *        8    8  length of the content as it was accepted
 *       16    4  length of what stands before the rest of the content; -1: content as accepted
 *       20    8  the byte of the accepted content where that rest begins
 *       28    .  four times a length of 4 bytes and JSON: envelope, status, attempts, decided
 *                recipients
 *        .    .  if the content is here, twice a length of 4 bytes and bytes: what stands before the
 *                rest, and the content as it was accepted
 * </pre>
 *
 * @param bound where the message was put with this status
 * @param recipients what became of them; grows in place
 * @param change how the content goes on, if it is not the one that was accepted
 * @param carried the content, if it is here and not in messages of its own
 */
record StoredMessage(
        Envelope envelope,
        MessageStatus status,
        QueueName bound,
        RecipientLog recipients,
        long accepted,
        Optional<Change> change,
        Optional<Carried> carried) {

    /**
     * Content since it went on: bytes of its own, then the rest of what was accepted.
     *
     * @param length of those bytes, which are a content message too unless there are none
     * @param from the first byte of that rest
     */
    record Change(int length, long from) {}

    /** Content in its envelope message. */
    static final class Carried {

        private final byte[] start;
        private final byte[] accepted;

        /**
         * @param start what stands before the rest since it went on; empty before; not changed
         * @param accepted all that was accepted; not changed
         */
        private Carried(byte[] start, byte[] accepted) {
            this.start = start;
            this.accepted = accepted;
        }

        /** Not to be changed. */
        byte[] start() {
            return start;
        }

        /** Not to be changed. */
        byte[] accepted() {
            return accepted;
        }
    }

    /** Content up to this length is carried: the broker writes it into its journal in one piece. */
    static final int CARRIED = 256 * 1_024;

    private static final byte[] NOTHING = new byte[0];

    private static final int MAGIC = 'Q' << 24 | 'm' << 16 | 2;
    private static final int FIXED = 28;
    private static final int SECTIONS = 4;

    static StoredMessage accepted(Envelope envelope, QueueName bound, long length) {
        MessageStatus status = MessageStatus.accepted(envelope);
        return new StoredMessage(
                envelope,
                status,
                bound,
                new RecipientLog(),
                length,
                Optional.empty(),
                Optional.empty());
    }

    /** With its content, as it was accepted. */
    StoredMessage carrying(byte[] content) {
        return carrying(Optional.of(new Carried(NOTHING, content)));
    }

    /** Without its content, which is in messages of its own. */
    StoredMessage apart() {
        return carrying(Optional.empty());
    }

    private StoredMessage carrying(Optional<Carried> content) {
        return new StoredMessage(envelope, status, bound, recipients, accepted, change, content);
    }

    StoredMessage with(MessageStatus newStatus, QueueName newBound) {
        return new StoredMessage(
                envelope, newStatus, newBound, recipients, accepted, change, carried);
    }

    /** With another envelope, whose recipients are all pending. */
    StoredMessage with(Envelope replaced) {
        RecipientLog pending = recipients.copy();
        pending.reopen();
        return new StoredMessage(replaced, status, bound, pending, accepted, change, carried);
    }

    /**
     * As what was made of it.
     *
     * @param length of what its content begins with from now on
     * @param start those bytes, if the content stays here; else it is in messages of its own by now
     */
    StoredMessage goneOn(Envelope made, int length, long from, Optional<byte[]> start) {
        RecipientLog pending = recipients.copy();
        pending.reopen();
        Optional<Change> next =
                length == 0 && from == 0 ? change : Optional.of(new Change(length, from));
        return new StoredMessage(
                made,
                MessageStatus.accepted(made),
                QueueName.INCOMING,
                pending,
                accepted,
                next,
                start.flatMap(bytes -> carried.map(all -> new Carried(bytes, all.accepted()))));
    }

    StoredMessage goneOn(Envelope made, DerivedContent content) {
        Optional<byte[]> start = Optional.of(content.start()).filter(any -> carries(content));
        return goneOn(made, content.start().length, content.from(), start);
    }

    /** Bytes of content that are here. */
    long carriedBytes() {
        return carried.map(content -> (long) content.start().length + content.accepted().length)
                .orElse(0L);
    }

    /** How many messages of its own its content is at most: a new beginning may be there twice. */
    int contents() {
        int apart = change.isPresent() ? Integer.MAX_VALUE : 1;
        return carried.isPresent() ? 0 : apart;
    }

    /** Whether it still carries its content when it goes on so. */
    boolean carries(DerivedContent content) {
        return carried.isPresent() && content.start().length <= CARRIED;
    }

    /** The content as it goes on, if it is here. */
    Optional<InputStream> open() {
        return carried.map(
                content -> {
                    int from = Math.toIntExact(change.map(Change::from).orElse(0L));
                    byte[] all = content.accepted();
                    InputStream rest = new ByteArrayInputStream(all, from, all.length - from);
                    InputStream start = new ByteArrayInputStream(content.start());
                    return content.start().length == 0
                            ? rest
                            : new SequenceInputStream(start, rest);
                });
    }

    long size() {
        return change.map(some -> some.length() + accepted - some.from()).orElse(accepted);
    }

    QueuedMessage message(QueueId id, QueueName queue) {
        return new QueuedMessage(
                id,
                queue,
                envelope,
                recipients.recipients(envelope),
                status,
                recipients.history(),
                size());
    }

    /**
     * Encodes it.
     *
     * @throws IOException if it could not be read again
     */
    byte[] encode() throws IOException {
        List<byte[]> sections = new ArrayList<>();
        sections.add(EnvelopeCodec.encode(envelope));
        sections.add(EnvelopeCodec.encode(status, bound));
        sections.add(AttemptCodec.encode(recipients.history()));
        sections.add(DecidedCodec.encode(recipients.decided()));
        carried.ifPresent(content -> sections.addAll(List.of(content.start(), content.accepted())));
        int length = FIXED + sections.stream().mapToInt(section -> 4 + section.length).sum();
        ByteBuffer out = ByteBuffer.allocate(length);
        out.putInt(MAGIC).putInt(0).putLong(accepted);
        out.putInt(change.map(Change::length).orElse(-1));
        out.putLong(change.map(Change::from).orElse(0L));
        sections.forEach(section -> out.putInt(section.length).put(section));
        return out.putInt(4, checksum(out.array())).array();
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 8, bytes.length - 8);
        return (int) checksum.getValue();
    }

    static StoredMessage decode(byte[] bytes) throws DamagedMessageException {
        if (bytes.length < FIXED || ByteBuffer.wrap(bytes).getInt(4) != checksum(bytes)) {
            throw new DamagedMessageException("the checksum is wrong");
        }
        return decodeUnchecked(bytes);
    }

    /** Reads what may be damaged, for a person to look at. */
    static StoredMessage decodeUnchecked(byte[] bytes) throws DamagedMessageException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < FIXED + SECTIONS * 4 || in.getInt() != MAGIC) {
            throw new DamagedMessageException("not an envelope of this version");
        }
        in.getInt();
        long accepted = in.getLong();
        int length = in.getInt();
        long from = in.getLong();
        Section envelope = Section.next(in);
        Section status = Section.next(in);
        Section attempts = Section.next(in);
        Section decided = Section.next(in);
        Optional<Carried> carried =
                in.hasRemaining()
                        ? Optional.of(
                                new Carried(Section.next(in).of(bytes), Section.next(in).of(bytes)))
                        : Optional.empty();
        EnvelopeCodec.Recorded recorded =
                EnvelopeCodec.status(bytes, status.offset(), status.length());
        return new StoredMessage(
                EnvelopeCodec.envelope(bytes, envelope.offset(), envelope.length()),
                recorded.status(),
                recorded.bound(),
                new RecipientLog(
                        DecidedCodec.decode(bytes, decided.offset(), decided.length()),
                        AttemptCodec.decode(bytes, attempts.offset(), attempts.length())),
                accepted,
                length < 0 ? Optional.empty() : Optional.of(new Change(length, from)),
                carried);
    }

    private record Section(int offset, int length) {

        static Section next(ByteBuffer in) throws DamagedMessageException {
            int length = in.remaining() < 4 ? -1 : in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new DamagedMessageException("a part of it is missing");
            }
            Section section = new Section(in.position(), length);
            in.position(section.offset() + length);
            return section;
        }

        byte[] of(byte[] bytes) {
            return Arrays.copyOfRange(bytes, offset, offset + length);
        }
    }
}
