/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageStoreException;

/**
 * What is done to one message at the broker, each in one transaction. All can be done again when
 * nobody knows whether they were done: what is looked for is then not where it was, but where it was
 * to go. Safe for use by any thread.
 */
final class Envelopes {

    /** Whose the message is, so that all of a transport can be moved at once. */
    static final String TRANSPORT = "tr";

    /** Milliseconds; for a person who looks at the broker. */
    private static final String DUE = "due";

    /** How many messages the content is; none if the body has it, too. */
    static final String CONTENTS = "contents";

    /** Of an active envelope and the log of it: which claim it is under. */
    static final String CLAIM = "claim";

    /** Of a content message: the content as accepted, or how it begins since it went on. */
    static final String PART = "part";

    static final String START = "start";

    /** Of a damaged envelope: what is wrong with it. */
    static final String REASON = "reason";

    static final String ACCEPTED = "accepted";

    /** Of such a beginning: the first byte that follows of what was accepted. */
    static final String FROM = "from";

    /** A longer content is kept in a file by the broker, and not in its memory. */
    private static final int IN_JOURNAL = 100_000;

    /** Reads of a content before it counts as what it seems to be, and the more time for each. */
    private static final int LOOKS = 3;

    private static final long PATIENCE_MILLIS = 50;

    private final Broker broker;
    private final Queues queues;
    private final String active;
    private final String log;
    private final News news;
    private final GroupCommit<Sending, QueueId> sendings;
    private final GroupCommit<Ending, Boolean> endings;

    Envelopes(Broker broker, Queues queues, String run) {
        this.broker = broker;
        this.queues = queues;
        this.active = queues.active(run);
        this.log = queues.log(run);
        this.news = new News(queues, run);
        this.sendings = new GroupCommit<>(broker, this::send);
        this.endings = new GroupCommit<>(broker, this::end);
    }

    /** An envelope, and where it was found. */
    record Found(QueueName place, Raw raw) {}

    /**
     * Sends a message that is new here, with its content.
     *
     * @param once different for each that is sent, ever: the broker takes the same only once
     */
    void accept(QueueId id, StoredMessage stored, SpooledContent content, String once)
            throws MessageStoreException, IOException {
        byte[] body = stored.encode();
        String queue = queues.envelope(stored.bound(), id);
        broker.call(
                (channel, again) -> {
                    if (again && channel.look(queue, Channel.filter(id)).isPresent()) {
                        return id;
                    }
                    try (InputStream in = content.open()) {
                        channel.send(
                                queues.content(id),
                                content(channel, id, ACCEPTED, in, content.size()));
                        ClientMessage envelope = envelope(channel, id, stored, body);
                        envelope.putStringProperty(
                                Message.HDR_DUPLICATE_DETECTION_ID.toString(), once);
                        channel.send(queue, envelope);
                        // The others leave it to this server for a while.
                        news.waits(channel, id, stored);
                        channel.commit();
                    } catch (ActiveMQException e) {
                        if (!again || e.getType() != ActiveMQExceptionType.DUPLICATE_ID_REJECTED) {
                            throw e;
                        }
                    }
                    return id;
                });
    }

    /**
     * Sends a new message, with the content that it carries, into the active queue of this run, as if
     * it had been claimed already.
     *
     * @param once as for {@link #accept}
     */
    void reserve(QueueId id, StoredMessage stored, String claim, String once)
            throws MessageStoreException, IOException {
        byte[] body = stored.encode();
        sendings.join(
                (channel, again) -> {
                    if (again) {
                        channel.create(active);
                    }
                    if (again && channel.isThere(active, Channel.filter(id))) {
                        return id;
                    }
                    ClientMessage envelope = envelope(channel, id, stored, body);
                    envelope.putStringProperty(CLAIM, claim);
                    envelope.putStringProperty(Message.HDR_DUPLICATE_DETECTION_ID.toString(), once);
                    channel.send(active, envelope);
                    news.claimed(channel, id, stored);
                    return id;
                });
    }

    /** Sends messages that ask for no answer but the commit's. */
    @FunctionalInterface
    private interface Sending {
        QueueId by(Channel channel, boolean again) throws ActiveMQException, IOException;
    }

    private List<QueueId> send(Channel channel, List<Sending> all, boolean again)
            throws ActiveMQException, IOException {
        List<QueueId> sent = new ArrayList<>();
        for (Sending one : all) {
            sent.add(one.by(channel, again));
        }
        try {
            channel.commit();
        } catch (ActiveMQException e) {
            boolean done = again && e.getType() == ActiveMQExceptionType.DUPLICATE_ID_REJECTED;
            if (!done || all.size() > 1) {
                throw e;
            }
        }
        return sent;
    }

    static ClientMessage content(
            Channel channel, QueueId id, String part, InputStream in, long size)
            throws IOException {
        ClientMessage message = channel.message(id, true);
        message.putStringProperty(PART, part);
        if (size > IN_JOURNAL) {
            message.setBodyInputStream(in);
        } else {
            message.getBodyBuffer().writeBytes(in.readAllBytes());
        }
        return message;
    }

    private static ClientMessage content(Channel channel, QueueId id, String part, byte[] bytes)
            throws IOException {
        return content(channel, id, part, new ByteArrayInputStream(bytes), bytes.length);
    }

    private static ClientMessage start(Channel channel, QueueId id, byte[] start, long from)
            throws IOException {
        ClientMessage message = content(channel, id, START, start);
        message.putLongProperty(FROM, from);
        return message;
    }

    private static ClientMessage envelope(
            Channel channel, QueueId id, StoredMessage stored, byte[] body) {
        ClientMessage message = channel.message(id, true);
        message.putStringProperty(TRANSPORT, hex(stored.envelope().transport()));
        message.putLongProperty(DUE, millis(stored.status().due()));
        message.putIntProperty(CONTENTS, stored.contents());
        message.getBodyBuffer().writeBytes(body);
        return message;
    }

    private static long millis(Instant time) {
        return time.getEpochSecond() * 1_000 + time.getNano() / 1_000_000;
    }

    /** Any name, in letters that are safe in a filter. */
    static String hex(TransportName transport) {
        StringBuilder hex = new StringBuilder();
        transport.asString().chars().forEach(c -> hex.append(Integer.toHexString(c | 0x10000)));
        return hex.toString();
    }

    static String filter(TransportName transport) {
        return TRANSPORT + "='" + hex(transport) + "'";
    }

    /** A message in the active queue of this run, and under which claim. */
    record Claimed(Found found, String claim) {}

    /** Takes a waiting message into the active queue of this run, unless it is there already. */
    Optional<Claimed> claim(QueueId id, List<QueueName> places, String claim)
            throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    if (again || places.contains(QueueName.ACTIVE)) {
                        Optional<Raw> mine = channel.look(active, Channel.filter(id));
                        if (mine.isPresent()) {
                            return mine.map(Envelopes::claimed);
                        }
                    }
                    Optional<Found> found = take(channel, id, places);
                    if (found.isPresent()) {
                        ClientMessage copy = copy(channel, id, found.get().raw());
                        copy.putStringProperty(CLAIM, claim);
                        channel.send(active, copy);
                        news.claimed(channel, id);
                        channel.commit();
                    }
                    return found.map(some -> new Claimed(some, claim));
                });
    }

    private static Claimed claimed(Raw raw) {
        return new Claimed(new Found(QueueName.ACTIVE, raw), raw.text(CLAIM));
    }

    private Optional<Found> take(Channel channel, QueueId id, List<QueueName> places)
            throws ActiveMQException, IOException {
        for (QueueName place : places) {
            String queue = place == QueueName.ACTIVE ? active : queues.envelope(place, id);
            Optional<Raw> raw = channel.take(queue, id);
            if (raw.isPresent()) {
                return raw.map(found -> new Found(place, found));
            }
        }
        return Optional.empty();
    }

    private static ClientMessage copy(Channel channel, QueueId id, Raw raw) {
        ClientMessage message = channel.message(id, true);
        message.putStringProperty(TRANSPORT, raw.text(TRANSPORT));
        message.putLongProperty(DUE, raw.number(DUE));
        message.putIntProperty(CONTENTS, raw.contents());
        message.getBodyBuffer().writeBytes(raw.body());
        return message;
    }

    /**
     * A message leaves the active queue of this run.
     *
     * @param before how it was
     * @param next how it is from now on, unless it leaves the store
     */
    private record Ending(QueueId id, StoredMessage before, Optional<StoredMessage> next) {}

    /**
     * Puts a message from the active queue of this run where it is bound.
     *
     * @return false if it is not there: somebody took this server for dead and its messages over, or
     *     it was done before and nobody could say so
     */
    boolean end(QueueId id, StoredMessage next) throws MessageStoreException {
        return endings.join(new Ending(id, next, Optional.of(next)));
    }

    /** Ends a message for good; as {@link #end}. */
    boolean complete(QueueId id, StoredMessage before) throws MessageStoreException {
        Ending ending = new Ending(id, before, Optional.empty());
        // To take a content away costs some answers more, for which no other ending should wait.
        return before.carried().isPresent()
                ? endings.join(ending)
                : broker.call((channel, again) -> end(channel, List.of(ending), again).get(0));
    }

    private List<Boolean> end(Channel channel, List<Ending> all, boolean again)
            throws ActiveMQException, IOException {
        Set<QueueId> dropped = channel.drop(active, all.stream().map(Ending::id).toList());
        List<Boolean> ended = new ArrayList<>();
        for (Ending ending : all) {
            // The broker may have said too early that it is not there.
            if (dropped.contains(ending.id())
                    || channel.drop(active, Channel.filter(ending.id()), 1)) {
                leave(channel, ending);
                ended.add(true);
            } else {
                ended.add(again);
            }
        }
        channel.commit();
        return ended;
    }

    private void leave(Channel channel, Ending ending) throws ActiveMQException, IOException {
        QueueId id = ending.id();
        if (ending.next().isPresent()) {
            put(channel, queues, id, ending.next().get());
            news.waits(channel, id, ending.next().get());
            return;
        }
        dropContent(channel, id, ending.before().contents());
        news.gone(channel, id);
    }

    /** What an operator makes of a message that was found there. */
    @FunctionalInterface
    interface Change {
        StoredMessage of(QueueName place, StoredMessage before);
    }

    /**
     * Changes a message that nobody works on and puts it where it is bound then.
     *
     * @return how it is now; empty if it is not there
     */
    Optional<StoredMessage> change(QueueId id, List<QueueName> places, Change change)
            throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    Optional<Found> found = take(channel, id, places);
                    if (found.isEmpty()) {
                        return Optional.empty();
                    }
                    StoredMessage before = StoredMessage.decode(found.get().raw().body());
                    StoredMessage next = change.of(found.get().place(), before);
                    put(channel, queues, id, next);
                    news.waits(channel, id, next);
                    channel.commit();
                    return Optional.of(next);
                });
    }

    /** What an operator makes of one of many messages. */
    @FunctionalInterface
    interface EachChange {
        StoredMessage of(QueueId id, StoredMessage before);
    }

    /**
     * As {@link #change}, of many messages in one queue, together or not at all.
     *
     * @return those that were there, as they are now
     */
    Map<QueueId, StoredMessage> change(String queue, List<QueueId> ids, EachChange change)
            throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    Map<QueueId, StoredMessage> changed = new HashMap<>();
                    channel.takeAll(
                            queue,
                            ids,
                            message -> {
                                Raw raw = Channel.read(message);
                                QueueId id = raw.id().orElseThrow();
                                StoredMessage before = StoredMessage.decode(raw.body());
                                StoredMessage next = change.of(id, before);
                                put(channel, queues, id, next);
                                news.waits(channel, id, next);
                                changed.put(id, next);
                            });
                    channel.commit();
                    return changed;
                });
    }

    /** Removes a message that nobody works on, with its content. */
    boolean remove(QueueId id, List<QueueName> places) throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    Optional<Found> found = take(channel, id, places);
                    if (found.isEmpty()) {
                        return again;
                    }
                    dropContent(channel, id, found.get().raw().contents());
                    news.gone(channel, id);
                    channel.commit();
                    return true;
                });
    }

    /**
     * As {@link #remove(QueueId, List)}, unless the message is not as expected.
     *
     * @return whether it was removed
     */
    boolean remove(QueueId id, List<QueueName> places, Expected expected)
            throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    Optional<Found> found = take(channel, id, places);
                    if (found.isEmpty()) {
                        return again;
                    }
                    if (!expected.matches(found.get())) {
                        channel.rollback();
                        return false;
                    }
                    dropContent(channel, id, found.get().raw().contents());
                    news.gone(channel, id);
                    channel.commit();
                    return true;
                });
    }

    /** If it is not there the sweep will find it. */
    private void dropContent(Channel channel, QueueId id, int messages) throws ActiveMQException {
        if (messages > 0) {
            channel.drop(queues.content(id), Channel.filter(id), messages);
        }
    }

    /** Whether a message is what it is taken for. */
    @FunctionalInterface
    interface Expected {
        boolean matches(Found found) throws IOException;
    }

    /** Sends a message to where it is bound, and what it carries to the contents. */
    static void put(Channel channel, Queues queues, QueueId id, StoredMessage next)
            throws ActiveMQException, IOException {
        unload(channel, queues, id, next);
        StoredMessage apart = next.apart();
        channel.send(
                queues.envelope(next.bound(), id), envelope(channel, id, apart, apart.encode()));
    }

    /** Only in an active queue do messages carry their content: where many wait they are small. */
    private static void unload(Channel channel, Queues queues, QueueId id, StoredMessage stored)
            throws ActiveMQException, IOException {
        if (stored.carried().isPresent()) {
            StoredMessage.Carried carried = stored.carried().get();
            channel.send(queues.content(id), content(channel, id, ACCEPTED, carried.accepted()));
            if (stored.change().isPresent()) {
                long from = stored.change().get().from();
                channel.send(queues.content(id), start(channel, id, carried.start(), from));
            }
        }
    }

    /** Sends a damaged message to the corrupt queue, as it is. */
    static void putAside(Channel channel, Queues queues, QueueId id, Raw raw, String reason)
            throws ActiveMQException {
        ClientMessage copy = copy(channel, id, raw);
        copy.putStringProperty(REASON, reason);
        channel.send(queues.envelope(QueueName.CORRUPT, id), copy);
    }

    /** Sets a damaged message aside. */
    boolean setAside(QueueId id, String queue, String reason) throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    Optional<Raw> raw = channel.take(queue, id);
                    if (raw.isEmpty()) {
                        return again;
                    }
                    putAside(channel, queues, id, raw.get(), reason);
                    news.corrupt(channel, id, id.asString());
                    channel.commit();
                    return true;
                });
    }

    /** Looks for an envelope in these places, and in the active queue of this run. */
    Optional<Found> find(QueueId id, List<QueueName> places) throws MessageStoreException {
        return find(id, places, active);
    }

    /** As the other, looking for active ones in the queue of another run. */
    Optional<Found> find(QueueId id, List<QueueName> places, String activeQueue)
            throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    for (QueueName place : places) {
                        String queue =
                                place == QueueName.ACTIVE
                                        ? activeQueue
                                        : queues.envelope(place, id);
                        Optional<Raw> raw = channel.look(queue, Channel.filter(id));
                        if (raw.isPresent()) {
                            return raw.map(found -> new Found(place, found));
                        }
                    }
                    return Optional.empty();
                });
    }

    // Content

    /** Whether there is a content of that message, with or without an envelope. */
    boolean hasContent(QueueId id) throws MessageStoreException {
        return broker.call(
                (channel, again) -> channel.isThere(queues.content(id), Channel.filter(id)));
    }

    /** A message may go on while its content is read; one that does not change is so long. */
    InputStream open(QueueId id, long size) throws IOException {
        return open(id, size, Integer.MAX_VALUE, false);
    }

    /** As {@link #open(QueueId, long)}, of a message in work here, which is so long and no other. */
    InputStream openExactly(QueueId id, StoredMessage stored) throws IOException {
        return open(id, stored.size(), stored.contents(), true);
    }

    /**
     * The content of a message as it goes on.
     *
     * @throws IOException if it has left the store, or cannot be read
     */
    private InputStream open(QueueId id, long size, int messages, boolean exactly)
            throws IOException {
        try {
            return broker.call(
                    (channel, again) -> {
                        for (int look = 0; ; look++) {
                            try (ReadContent content = new ReadContent()) {
                                channel.pour(
                                        queues.content(id),
                                        Channel.filter(id),
                                        look * PATIENCE_MILLIS,
                                        messages,
                                        content);
                                if (content.size() == size || (look == LOOKS && !exactly)) {
                                    return content.open(id);
                                }
                                if (look == LOOKS) {
                                    throw content.incomplete(id, size);
                                }
                            }
                        }
                    });
        } catch (MessageStoreException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }

    // The log of active messages

    /** Notes something about an active message. */
    void log(LogRecord entry) throws MessageStoreException {
        sendings.join((channel, again) -> note(channel, entry));
    }

    private QueueId note(Channel channel, LogRecord entry) throws ActiveMQException {
        channel.send(log, entry.message(channel));
        return entry.id();
    }

    /**
     * As {@link #log} of a message that goes on, together with how its content begins from now on if
     * that is in messages of its own.
     *
     * @param before what has been carried so far
     */
    void goOn(LogRecord entry, StoredMessage before, DerivedContent content)
            throws MessageStoreException {
        boolean changed = content.start().length > 0 || content.from() > 0;
        boolean unloads = before.carried().isPresent();
        QueueId id = entry.id();
        broker.call(
                (channel, again) -> {
                    if (again && unloads) {
                        channel.drop(queues.content(id), Channel.filter(id));
                    } else if (again && changed) {
                        channel.drop(
                                queues.content(id),
                                Channel.filter(id) + " AND " + PART + "='" + START + "'");
                    }
                    unload(channel, queues, id, before);
                    if (changed) {
                        channel.send(
                                queues.content(id),
                                start(channel, id, content.start(), content.from()));
                    }
                    note(channel, entry);
                    channel.commit();
                    return id;
                });
    }
}
