/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.StoredContent;
import org.jamesqmgr.store.codec.DamagedMessageException;

/**
 * The damaged messages that were set aside, for a person to look at: of each the body of its envelope
 * message, then its content as it was accepted. Safe for use by any thread.
 */
final class Damaged {

    /** What one is called that another store set aside; it has an id of its own here. */
    static final String NAME = "name";

    /** When that store changed it last; milliseconds. */
    private static final String MODIFIED = "modified";

    /** Where that store says that its content begins. */
    private static final String OFFSET = "offset";

    private final Broker broker;
    private final Queues queues;
    private final News news;

    Damaged(Broker broker, Queues queues, News news) {
        this.broker = broker;
        this.queues = queues;
        this.news = news;
    }

    /** What a damaged message is called. */
    static String name(QueueId id, Raw raw) {
        String given = raw.text(NAME);
        return given.isEmpty() ? id.asString() : given;
    }

    private static String filter(String name) {
        String called = NAME + "=" + Channel.quoted(name);
        return QueueId.parse(name)
                .map(id -> called + " OR (" + NAME + " IS NULL AND " + Channel.filter(id) + ")")
                .orElse(called);
    }

    /**
     * Keeps what another store set aside, in one transaction.
     *
     * @param id of its own
     */
    void keep(QueueId id, String name, DamagedFile theirs, SpooledContent content)
            throws MessageStoreException {
        String queue = queues.single(QueueName.CORRUPT);
        broker.call(
                (channel, again) -> {
                    if (again && channel.count(queue, Channel.filter(id)) > 0) {
                        return id;
                    }
                    try (InputStream in = content.open()) {
                        channel.send(
                                queues.content(id),
                                Envelopes.content(
                                        channel, id, Envelopes.ACCEPTED, in, content.size()));
                    }
                    channel.send(queue, envelope(channel, id, name, theirs));
                    news.corrupt(channel, id, name);
                    channel.commit();
                    return id;
                });
    }

    private static ClientMessage envelope(
            Channel channel, QueueId id, String name, DamagedFile theirs) {
        ClientMessage message = channel.message(id, true);
        message.putStringProperty(NAME, name);
        message.putStringProperty(Envelopes.REASON, theirs.reason());
        message.putLongProperty(MODIFIED, theirs.modified().toEpochMilli());
        message.putLongProperty(OFFSET, theirs.contentOffset());
        return message;
    }

    List<DamagedFile> list() throws MessageStoreException {
        List<Raw> kept = new ArrayList<>();
        broker.call(
                (channel, again) -> {
                    kept.clear();
                    channel.browse(queues.single(QueueName.CORRUPT), null, kept::add);
                    return kept;
                });
        List<DamagedFile> found = new ArrayList<>();
        for (Raw raw : kept) {
            if (raw.id().isPresent()) {
                found.add(describe(raw.id().get(), raw));
            }
        }
        return found;
    }

    private DamagedFile describe(QueueId id, Raw raw) throws MessageStoreException {
        long content = contentSize(id);
        boolean theirs = !raw.text(NAME).isEmpty();
        long ourOffset = content > 0 ? raw.body().length : -1;
        return new DamagedFile(
                name(id, raw),
                raw.body().length + content,
                Instant.ofEpochMilli(theirs ? raw.number(MODIFIED) : raw.time()),
                raw.text(Envelopes.REASON),
                readable(id, raw),
                theirs ? raw.number(OFFSET) : ourOffset);
    }

    private long contentSize(QueueId id) throws MessageStoreException {
        return broker.call((channel, again) -> channel.bodySize(queues.content(id), accepted(id)));
    }

    private static String accepted(QueueId id) {
        return Channel.filter(id) + " AND " + Envelopes.PART + "='" + Envelopes.ACCEPTED + "'";
    }

    private static Optional<QueuedMessage> readable(QueueId id, Raw raw) {
        try {
            StoredMessage stored = StoredMessage.decodeUnchecked(raw.body());
            return Optional.of(stored.message(id, QueueName.CORRUPT));
        } catch (DamagedMessageException e) {
            return Optional.empty();
        }
    }

    Optional<Content> content(String name) throws MessageStoreException {
        Optional<Raw> raw = look(name);
        if (raw.isEmpty() || raw.get().id().isEmpty()) {
            return Optional.empty();
        }
        QueueId id = raw.get().id().get();
        long size = raw.get().body().length + contentSize(id);
        return Optional.of(new StoredContent(size, () -> open(id, raw.get())));
    }

    /** The id that a damaged message has at the broker. */
    Optional<QueueId> id(String name) throws MessageStoreException {
        return look(name).flatMap(Raw::id);
    }

    private Optional<Raw> look(String name) throws MessageStoreException {
        return broker.call(
                (channel, again) -> channel.look(queues.single(QueueName.CORRUPT), filter(name)));
    }

    private InputStream open(QueueId id, Raw raw) throws IOException {
        SpooledContent content = new SpooledContent();
        try {
            broker.call(
                    (channel, again) -> {
                        channel.pour(queues.content(id), accepted(id), 0, 1, message -> content);
                        return content;
                    });
            return new SequenceInputStream(
                    new ByteArrayInputStream(raw.body()), content.openAndClose());
        } catch (MessageStoreException e) {
            content.close();
            throw new IOException(e.getMessage(), e);
        }
    }
}
