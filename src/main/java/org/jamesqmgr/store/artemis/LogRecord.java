/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.codec.AttemptCodec;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.codec.EnvelopeCodec;

/**
 * What happened to an active message, beside its envelope until its lease ends. Read when the server
 * that held the lease is dead, and only then.
 */
final class LogRecord {

    enum Type {
        /** Work begins. */
        BEGUN,
        /** Payload: attempts as JSON. */
        ATTEMPTS,
        /** The sender knows of the undeliverable recipients. */
        REPORTED,
        /** Payload: another envelope as JSON. */
        ENVELOPE,
        /**
         * Payload: length of the new start, first byte of the rest, length of that start if it follows
         * here and -1 if it is a message of its own, the start, envelope as JSON.
         */
        GONE_ON
    }

    private static final String TYPE = "type";
    private static final String NUMBER = "nr";
    private static final int CHANGE = 16;
    private static final int ELSEWHERE = -1;

    private final QueueId id;
    private final String claim;
    private final long number;
    private final Type type;
    private final byte[] payload;

    /**
     * @param claim the lease; records of an earlier one are of no interest any more
     * @param number of the record within the lease; one that is there twice counts once
     * @param payload not changed afterwards
     */
    LogRecord(QueueId id, String claim, long number, Type type, byte[] payload) {
        this.id = id;
        this.claim = claim;
        this.number = number;
        this.type = type;
        this.payload = payload;
    }

    QueueId id() {
        return id;
    }

    String claim() {
        return claim;
    }

    long number() {
        return number;
    }

    static byte[] attempts(List<Attempt> attempts) throws IOException {
        return AttemptCodec.encode(attempts);
    }

    /**
     * @param here whether the message goes on carrying its content
     */
    static byte[] goneOn(Envelope envelope, DerivedContent content, boolean here)
            throws IOException {
        byte[] encoded = EnvelopeCodec.encode(envelope);
        byte[] start = here ? content.start() : new byte[0];
        return ByteBuffer.allocate(CHANGE + start.length + encoded.length)
                .putInt(content.start().length)
                .putLong(content.from())
                .putInt(here ? start.length : ELSEWHERE)
                .put(start)
                .put(encoded)
                .array();
    }

    ClientMessage message(Channel channel) {
        ClientMessage message = channel.message(id, true);
        message.putStringProperty(Envelopes.CLAIM, claim);
        message.putStringProperty(TYPE, type.name());
        message.putLongProperty(NUMBER, number);
        message.getBodyBuffer().writeBytes(payload);
        return message;
    }

    static LogRecord of(Raw raw) throws DamagedMessageException {
        try {
            return new LogRecord(
                    raw.id().orElseThrow(() -> new DamagedMessageException("a record of nothing")),
                    raw.text(Envelopes.CLAIM),
                    raw.number(NUMBER),
                    Type.valueOf(raw.text(TYPE)),
                    raw.body());
        } catch (IllegalArgumentException e) {
            throw new DamagedMessageException("not a record: " + e.getMessage(), e);
        }
    }

    /** What it makes of a message. */
    StoredMessage applied(StoredMessage before) throws DamagedMessageException {
        switch (type) {
            case BEGUN:
                return before;
            case ATTEMPTS:
                before.recipients().add(AttemptCodec.decode(payload, 0, payload.length));
                return before;
            case REPORTED:
                before.recipients().reported();
                return before;
            case ENVELOPE:
                return before.with(EnvelopeCodec.envelope(payload, 0, payload.length));
            case GONE_ON:
                return goneOn(before);
        }
        throw new IllegalStateException("no type: " + type);
    }

    private StoredMessage goneOn(StoredMessage before) throws DamagedMessageException {
        ByteBuffer in = ByteBuffer.wrap(payload);
        int length = in.getInt();
        long from = in.getLong();
        int here = in.getInt();
        Optional<byte[]> start =
                here == ELSEWHERE
                        ? Optional.empty()
                        : Optional.of(Arrays.copyOfRange(payload, CHANGE, CHANGE + here));
        int offset = CHANGE + Math.max(here, 0);
        Envelope made = EnvelopeCodec.envelope(payload, offset, payload.length - offset);
        return before.goneOn(made, length, from, start);
    }

    /** Whether a message is begun after it, that was or was not before. */
    boolean begun(boolean before) {
        return type == Type.BEGUN || (before && type != Type.GONE_ON);
    }
}
