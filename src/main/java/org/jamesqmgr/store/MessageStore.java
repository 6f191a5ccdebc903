/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;

/**
 * Keeps messages safe.
 *
 * <ul>
 *   <li>What {@link #accept} has returned survives a power cut, and is worked on at least once.
 *   <li>A claimed message is nobody else's until its lease ends. Messages that were claimed when the
 *       server died are claimable again; the crash is counted against those that were being worked
 *       on ({@link MessageLease#begin}).
 *   <li>A damaged message is moved to the corrupt queue, reported to the listener and never handed
 *       out; it stops nothing else.
 *   <li>Finding one message by its id is direct; claiming costs what is due, not what is stored;
 *       listing reads envelopes, never contents.
 * </ul>
 *
 * <p>Safe for use by any thread. Every method may block on the disk or the network except where it
 * says otherwise.
 */
public interface MessageStore extends AutoCloseable {

    /**
     * How many crashes make a message a suspect. Suspects are not handed out by {@link #claimNext},
     * only by {@link #claim}, so that they can be tried alone.
     */
    int SUSPECT_CRASHES = 2;

    /** Names the listener of this store; the one before is forgotten. */
    void listen(StoreListener listener);

    /**
     * Makes known what the store had too much of to look at when it was opened: deferred mail in great
     * numbers. Blocks until all is known, seconds for each hundred thousand messages, while everything
     * else goes on; to be called once by whoever opened the store, on a thread that has nothing else
     * to do, and again after it failed. Nothing for a store that knows everything.
     *
     * <p>Until then a message is found, and acted on, by its id as ever; those that are due are handed
     * out as they become known, which the listener is told; what counts, and what names times and
     * transports, counts what is known; what lists or changes all messages of a transport waits.
     *
     * @throws MessageStoreException if something cannot be read at the moment, or the store was closed
     */
    default void load() throws MessageStoreException {}

    /**
     * Takes responsibility for a message. It waits in incoming, or in deferred if its envelope asks
     * for a later time.
     *
     * @return the id, once the message would survive a power cut
     * @throws MessageStoreException if it was not accepted; nothing of it remains
     */
    default QueueId accept(Envelope envelope, ContentWriter content) throws MessageStoreException {
        return accept(envelope, content, id -> {});
    }

    /**
     * As {@link #accept(Envelope, ContentWriter)}, with something to be done before anybody can claim
     * the message.
     *
     * @param safe called on this thread once the message would survive a power cut; if it throws the
     *     message is withdrawn, and the exception passed on
     */
    QueueId accept(Envelope envelope, ContentWriter content, Safe safe)
            throws MessageStoreException;

    /** Hears that a message is safe. */
    @FunctionalInterface
    interface Safe {
        void accepted(QueueId id) throws MessageStoreException;
    }

    /**
     * Takes over a message of another store as it stands there, under its id: queue, envelope, status,
     * what became of its recipients, and its history. One that was active there is in incoming here.
     * What is here already, the same to the last byte, is not taken twice.
     *
     * @return whether it is here now and would survive a power cut; false, and nothing is changed, if
     *     another message has the id
     * @throws MessageStoreException if that cannot be said: it was not taken over, or a power cut may
     *     undo it
     */
    default boolean adopt(QueuedMessage message, Content content) throws MessageStoreException {
        throw new MessageStoreException("this store cannot take over mail of another");
    }

    /**
     * Reads all of a message, its content too, as a claim does, and sets it aside if it is damaged.
     * Nobody else in this process gets it meanwhile; what others do to it that share the store {@link
     * #removeAdopted} finds out.
     *
     * @return the message; empty if it turned out damaged, is not there, or is claimed by somebody
     */
    default Optional<QueuedMessage> examine(QueueId id) throws MessageStoreException {
        return find(id);
    }

    /**
     * Deletes a message that another store has adopted, unless somebody has changed it since it was
     * examined.
     *
     * @param message as it was examined
     * @return {@link OperatorResult#CLAIMED} also if it was claimed meanwhile and is different now;
     *     {@link OperatorResult#NOT_FOUND} if somebody else ended it
     */
    default OperatorResult removeAdopted(QueuedMessage message) throws MessageStoreException {
        return remove(message.id());
    }

    /**
     * Claims the next message of a transport: the highest priority first, then the one that has been
     * ready longest; new and deferred mail as {@code window} says. A step of priority is worth ten
     * minutes of waiting, so that none starves. Messages in closed lanes keep their place.
     *
     * @return empty when nothing is due
     */
    Optional<MessageLease> claimNext(TransportName transport, ClaimWindow window)
            throws MessageStoreException;

    /**
     * Claims one message by id, due or not.
     *
     * @return empty if it is unknown, claimed, on hold or corrupt
     */
    Optional<MessageLease> claim(QueueId id) throws MessageStoreException;

    /** The message with this id, wherever it is, without its content. */
    Optional<QueuedMessage> find(QueueId id) throws MessageStoreException;

    /**
     * The messages with these ids, in this order. For lists: what is far away is read many at a time,
     * all in hand at once, so who asks bounds the number.
     */
    default MessageReader read(List<QueueId> ids) {
        Iterator<QueueId> next = ids.iterator();
        return () -> find(next.next());
    }

    /**
     * Which other server has a message in work, by name and as far as this one knows; empty if none.
     * {@link StoreListener#endedElsewhere} follows when that ends. Never blocks.
     */
    default Optional<String> worker(QueueId id) {
        return Optional.empty();
    }

    /**
     * The content of the message with this id, in whichever queue and as what it is by the time it is
     * opened ({@link MessageLease#goOn}). Never blocks; opening fails if the message is gone.
     */
    Content content(QueuedMessage message);

    /**
     * The messages of a transport: first those that are ready, in the order in which they will be
     * claimed, then those that wait, by due time, then those that are claimed or on hold, by id.
     * Read one by one as the stream is consumed; messages that leave meanwhile are skipped, damaged
     * ones set aside.
     */
    Stream<QueuedMessage> list(TransportName transport);

    /**
     * How many messages of this transport are stored, on hold and claimed ones too. Grows until {@link
     * #load} has ended, as do {@link #counts} and {@link #transports}. Never blocks.
     */
    long count(TransportName transport);

    /** How many messages are in each queue. Cheap enough to be asked for every few seconds. */
    Map<QueueName, Long> counts();

    /**
     * How many more bytes can be stored, as far as the store knows: {@link Long#MAX_VALUE} if it does
     * not. Who accepts mail leaves some of them for what becomes of the mail that is there.
     */
    default long usableSpace() {
        return Long.MAX_VALUE;
    }

    /**
     * The first so many messages of these queues by id, behind one of them; none of corrupt. A message
     * that comes to one of the queues meanwhile, or leaves them, may or may not be among them. Costs
     * what is stored, but reads no envelopes.
     */
    default List<QueueId> ids(Set<QueueName> queues, Optional<QueueId> after, int limit)
            throws MessageStoreException {
        return transports().stream()
                .flatMap(this::list)
                .filter(message -> queues.contains(message.queue()))
                .map(QueuedMessage::id)
                .filter(id -> after.isEmpty() || id.compareTo(after.get()) > 0)
                .sorted()
                .limit(limit)
                .toList();
    }

    /** The last message of these queues by id; none of corrupt. Costs what {@link #ids} costs. */
    default Optional<QueueId> newest(Set<QueueName> queues) throws MessageStoreException {
        return transports().stream()
                .flatMap(this::list)
                .filter(message -> queues.contains(message.queue()))
                .map(QueuedMessage::id)
                .max(Comparator.naturalOrder());
    }

    /** What each queue but corrupt has for each transport. Costs what {@link #ids} costs. */
    default List<QueueTotal> totals() throws MessageStoreException {
        return QueueTotal.of(transports().stream().flatMap(this::list));
    }

    /** All transports for which messages are stored. Never blocks. */
    Set<TransportName> transports();

    /**
     * When the next scheduled message becomes due. One that is due already waits for a claim, not for
     * the time, and does not count. Rounded up, by a microsecond at most. Of what {@link #load} has not
     * come to nothing is said; the listener hears of it. Never blocks.
     */
    Optional<Instant> nextScheduled();

    /** Messages that wait to be tried alone because of their crashes, oldest first. */
    List<QueuedMessage> suspects() throws MessageStoreException;

    /** Deletes a message for good, from any queue. */
    OperatorResult remove(QueueId id) throws MessageStoreException;

    /**
     * Makes a waiting message due now, whatever it waits for; not one on hold. A power cut may undo
     * it. {@link OperatorResult#DONE} also for one that was due already.
     */
    OperatorResult flush(QueueId id, Instant now) throws MessageStoreException;

    /**
     * {@link #flush} for every deferred or scheduled message of a transport, even if all it
     * still waits for is a queue run.
     *
     * @return how many were made due
     */
    default long flushAll(TransportName transport, Instant now) throws MessageStoreException {
        long flushed = 0;
        for (QueuedMessage message : list(transport).toList()) {
            boolean waits = message.queue() == QueueName.DEFERRED;
            flushed += waits && flush(message.id(), now) == OperatorResult.DONE ? 1 : 0;
        }
        return flushed;
    }

    /**
     * {@link #remove} for many messages at once, where that costs less. Any of them may be left as it is:
     * what is claimed always is. A store that has no cheaper way leaves all.
     *
     * @return those that were removed
     */
    default Set<QueueId> removeTogether(Collection<QueueId> ids) throws MessageStoreException {
        return Set.of();
    }

    /** {@link #flush} as {@link #removeTogether}: returns those that were made due. */
    default Set<QueueId> flushTogether(Collection<QueueId> ids, Instant now)
            throws MessageStoreException {
        return Set.of();
    }

    /** {@link #hold} as {@link #removeTogether}: returns those that were put on hold. */
    default Set<QueueId> holdTogether(Collection<QueueId> ids, String reason)
            throws MessageStoreException {
        return Set.of();
    }

    /** {@link #release} as {@link #removeTogether}: returns those that were released. */
    default Set<QueueId> releaseTogether(Collection<QueueId> ids) throws MessageStoreException {
        return Set.of();
    }

    /** {@link #expire} as {@link #removeTogether}: returns those that were marked. */
    default Set<QueueId> expireTogether(Collection<QueueId> ids) throws MessageStoreException {
        return Set.of();
    }

    /**
     * {@link #remove} for every message of a transport that is neither claimed nor on hold.
     *
     * @return how many were removed
     */
    default long removeAll(TransportName transport) throws MessageStoreException {
        long removed = 0;
        for (QueuedMessage message : list(transport).toList()) {
            if (message.queue() == QueueName.HOLD) {
                continue;
            }
            removed += remove(message.id()) == OperatorResult.DONE ? 1 : 0;
        }
        return removed;
    }

    /** Puts a waiting message on hold, durably. */
    OperatorResult hold(QueueId id, String reason) throws MessageStoreException;

    /** Takes a message off hold; it waits in deferred for the time it had before. Durable. */
    OperatorResult release(QueueId id) throws MessageStoreException;

    /**
     * Marks a message to be returned to its sender at its next handling; held ones too, which stay on
     * hold. It waits as it did before. Durable.
     */
    default OperatorResult expire(QueueId id) throws MessageStoreException {
        throw new MessageStoreException("this store cannot mark " + id + " as expired");
    }

    /** What was set aside as damaged, by name. */
    default List<DamagedFile> damaged() throws MessageStoreException {
        return List.of();
    }

    /** All bytes that are kept of a damaged message; empty if nothing has that name. */
    default Optional<Content> damagedContent(String name) throws MessageStoreException {
        return Optional.empty();
    }

    /**
     * Takes over what another store kept of a damaged message. What is here already, under this name
     * and byte for byte, is not kept twice.
     *
     * @param content all that was kept of it
     * @return its name here: its own, or one that begins with it; it would survive a power cut
     * @throws MessageStoreException if it was not taken over
     */
    default String adoptDamaged(DamagedFile damaged, Content content) throws MessageStoreException {
        throw new MessageStoreException("this store cannot take over damaged mail of another");
    }

    /**
     * Deletes what is kept of a damaged message, for good.
     *
     * @return false if nothing has that name
     */
    default boolean removeDamaged(String name) throws MessageStoreException {
        return false;
    }

    /** The operator's standing orders as last kept, one a line; none if there are none. Never blocks. */
    default List<String> standingOrders() {
        return List.of();
    }

    /** Keeps the operator's standing orders in the place of those before. Durable on return. */
    default void keepStandingOrders(List<String> orders) throws MessageStoreException {
        throw new MessageStoreException("this store keeps no standing orders");
    }

    /**
     * Gives back every lease that is still open and lets go of the store. Never throws for messages:
     * what cannot be put back now comes back at the next start.
     */
    @Override
    void close() throws MessageStoreException;
}
