/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;

/**
 * What a run tells the others, most of it of a message, in the transaction that makes it so. Nothing depends on
 * it but how soon they know: an index that missed it is put right by the next claim or the next scan.
 */
final class News {

    enum Kind {
        /** It waits; the body is the stored message, as far as an index wants to know. */
        WAITS,
        /** The run works on it, or will; the body is as that of one that waits if it is new. */
        CLAIMED,
        /** It was damaged and set aside. */
        CORRUPT,
        GONE,
        /** Of many messages, whose ids are the body: they are gone. */
        ALL_GONE,
        /** Of many messages, whose ids are the body: they wait no longer for their time. */
        ALL_DUE,
        /** Of no message: the standing orders were changed. */
        ORDERS
    }

    /** Whom it comes from. */
    static final String RUN = "run";

    private static final String KIND = "kind";

    private final String address;
    private final String run;

    News(Queues queues, String run) {
        this.address = queues.news();
        this.run = run;
    }

    void waits(Channel channel, QueueId id, StoredMessage stored)
            throws ActiveMQException, IOException {
        ClientMessage message = message(channel, id, Kind.WAITS);
        message.getBodyBuffer().writeBytes(head(stored).encode());
        channel.send(address, message);
    }

    void claimed(Channel channel, QueueId id) throws ActiveMQException {
        channel.send(address, message(channel, id, Kind.CLAIMED));
    }

    /** Of a message that nobody has heard of. */
    void claimed(Channel channel, QueueId id, StoredMessage stored)
            throws ActiveMQException, IOException {
        ClientMessage message = message(channel, id, Kind.CLAIMED);
        message.getBodyBuffer().writeBytes(head(stored).encode());
        channel.send(address, message);
    }

    /**
     * @param name what the damaged message is called
     */
    void corrupt(Channel channel, QueueId id, String name) throws ActiveMQException {
        ClientMessage message = message(channel, id, Kind.CORRUPT);
        message.putStringProperty(Damaged.NAME, name);
        channel.send(address, message);
    }

    void gone(Channel channel, QueueId id) throws ActiveMQException {
        channel.send(address, message(channel, id, Kind.GONE));
    }

    /** Tells of many messages at once; the caller commits. */
    void all(Channel channel, Kind kind, Collection<QueueId> ids) throws ActiveMQException {
        ClientMessage message = from(run, channel.message(Message.BYTES_TYPE, true), kind);
        String lines = ids.stream().map(QueueId::asString).collect(Collectors.joining("\n"));
        message.getBodyBuffer().writeBytes(lines.getBytes(StandardCharsets.US_ASCII));
        channel.send(address, message);
    }

    /** The ids in the body of news of many messages. */
    static List<QueueId> ids(Raw raw) {
        return new String(raw.body(), StandardCharsets.US_ASCII)
                .lines()
                .flatMap(line -> QueueId.parse(line).stream())
                .toList();
    }

    void orders(Channel channel) throws ActiveMQException {
        channel.send(address, from(run, channel.message(Message.DEFAULT_TYPE, true), Kind.ORDERS));
    }

    // Durable in name only, as its queues are not: sent without waiting for an answer.
    private ClientMessage message(Channel channel, QueueId id, Kind kind) {
        return from(run, channel.message(id, true), kind);
    }

    private static ClientMessage from(String run, ClientMessage message, Kind kind) {
        message.putStringProperty(RUN, run);
        message.putStringProperty(KIND, kind.name());
        return message;
    }

    /** What was told, if it can be understood. */
    static Optional<Kind> kind(Raw raw) {
        String kind = raw.text(KIND);
        return List.of(Kind.values()).stream().filter(some -> some.name().equals(kind)).findFirst();
    }

    private static StoredMessage head(StoredMessage stored) {
        Envelope envelope = stored.envelope();
        Envelope head =
                new Envelope(
                        envelope.transport(),
                        MaybeSender.nullSender(),
                        envelope.recipients().stream().limit(1).toList(),
                        envelope.arrival(),
                        envelope.created(),
                        envelope.notBefore(),
                        envelope.priority(),
                        Map.of(),
                        DeliveryOptions.NONE);
        return StoredMessage.accepted(head, stored.bound(), stored.size())
                .with(stored.status().because(""), stored.bound());
    }
}
