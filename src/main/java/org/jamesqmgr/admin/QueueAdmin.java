/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.StoreTrouble;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.DestinationState;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueTotal;

/**
 * Everything an administrator does with the queues. Safe for use by any thread; blocks on the store
 * except where it says otherwise.
 *
 * <p>What concerns many messages goes in pages, in the order of their ids: begin with an empty cursor
 * and go on with that of the page before until it is empty. Each call looks at a bounded number of
 * messages, so that a page may be empty and not the last. A message that is there all the time comes
 * exactly once, others at most once. The number of ids in a selector is for the caller to bound.
 *
 * <p>An action on one message never throws for that message: its result says what became of it.
 */
public final class QueueAdmin {

    public QueueAdmin(
            QueueManager queueManager, MessageStore store, Requeueing requeueing, Clock clock) {}

    /** A page of messages; of all queues but corrupt unless the selector names some. */
    public MessagePage list(QueueSelector selector, String cursor, int limit)
            throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** All that is known of a message but its content. */
    public Optional<MessageView> show(QueueId id) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /**
     * A part of a message's content.
     *
     * @return shorter than asked for only at the end, empty beyond; nothing if it is unknown
     */
    public Optional<byte[]> content(QueueId id, long offset, int length)
            throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** Deletes messages for good. What the sender is owed of reports by then is still made. */
    public ActionPage delete(QueueSelector selector, String cursor) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** Puts messages on hold; of incoming, active and deferred unless the selector names queues. */
    public ActionPage hold(QueueSelector selector, String cursor) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** Takes messages off hold, and says of each whether it is past its lifetime. */
    public ActionPage release(QueueSelector selector, String cursor) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /**
     * Lets what is left of messages run through the pipeline again, under new ids. The new message is
     * safe before the old one goes: a crash in between leaves both.
     */
    public ActionPage requeue(QueueSelector selector, String cursor) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /**
     * Has messages returned to their senders at their next handling, without a further attempt.
     * Durable, but for messages whose delivery is under way.
     */
    public ActionPage expire(QueueSelector selector, String cursor) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes messages due at once. Those of which a delay was asked for are left alone unless the selector
     * names their ids.
     */
    public ActionPage flush(QueueSelector selector, String cursor) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** All deferred mail of the push transports is made due. Returns how many messages were. */
    public long flush() throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** {@link #flush()} for mail with a recipient in this domain. */
    public long flushSite(String domain) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** {@link #flush()} for one message of any transport; an unknown one is no error. */
    public void flush(QueueId id) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** What is in the corrupt queue, by name. */
    public List<DamagedFile> corrupt() throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** A part of a damaged file, byte for byte; as {@link #content}. */
    public Optional<byte[]> corruptContent(String name, long offset, int length)
            throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** Deletes a damaged file for good; false if there is none of that name. */
    public boolean deleteCorrupt(String name) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** Suspends durably; returns false if it was suspended already. */
    public boolean suspend(Suspension what) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** Lifts a suspension; returns false if there was none. */
    public boolean resume(Suspension what) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** Never blocks. */
    public Set<Suspension> suspensions() {
        throw new UnsupportedOperationException();
    }

    /** Refuses new mail, or takes it again. Forgotten when the server ends. Never blocks. */
    public void drain(boolean draining) {
        throw new UnsupportedOperationException();
    }

    /** Never blocks. */
    public boolean draining() {
        throw new UnsupportedOperationException();
    }

    /** Whether nothing is new and nothing in work. */
    public boolean still() {
        throw new UnsupportedOperationException();
    }

    /** How many messages are in each queue. */
    public Map<QueueName, Long> counts() {
        throw new UnsupportedOperationException();
    }

    /** How many messages of each transport are stored. Never blocks. */
    public Map<TransportName, Long> transportCounts() {
        throw new UnsupportedOperationException();
    }

    /** How many messages of each transport are in work. Never blocks. */
    public Map<TransportName, Integer> inWork() {
        throw new UnsupportedOperationException();
    }

    /** What each queue has for each transport. Reads no files. */
    public List<QueueTotal> totals() throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** What the store fails at, if it does. Never blocks. */
    public Optional<StoreTrouble> storeTrouble() {
        throw new UnsupportedOperationException();
    }

    /** Reads every envelope of the queues. */
    public Shape shape(ShapeRequest request) throws MessageStoreException {
        throw new UnsupportedOperationException();
    }

    /** The destinations that have mail in work or are dead, the busiest first. */
    public List<DestinationState> destinations() {
        throw new UnsupportedOperationException();
    }
}
