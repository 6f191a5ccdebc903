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

    private final Broker broker;
    private final Queues queues;

    Damaged(Broker broker, Queues queues) {
        this.broker = broker;
        this.queues = queues;
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
        return new DamagedFile(
                id.asString(),
                raw.body().length + content,
                Instant.ofEpochMilli(raw.time()),
                raw.text(Envelopes.REASON),
                readable(id, raw),
                content > 0 ? raw.body().length : -1);
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
        Optional<QueueId> id = QueueId.parse(name);
        Optional<Raw> raw = id.isEmpty() ? Optional.empty() : look(id.get());
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        long size = raw.get().body().length + contentSize(id.get());
        return Optional.of(new StoredContent(size, () -> open(id.get(), raw.get())));
    }

    private Optional<Raw> look(QueueId id) throws MessageStoreException {
        return broker.call(
                (channel, again) ->
                        channel.look(queues.single(QueueName.CORRUPT), Channel.filter(id)));
    }

    private InputStream open(QueueId id, Raw raw) throws IOException {
        SpooledContent content = new SpooledContent();
        try {
            broker.call(
                    (channel, again) -> {
                        channel.pour(queues.content(id), accepted(id), 0, message -> content);
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
