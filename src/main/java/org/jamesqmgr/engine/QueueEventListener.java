/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Sees what becomes of messages. Logs, metrics and tests hang on it.
 *
 * <p>Called after the fact, on whichever thread caused it, with no lock of the engine held. Must
 * return quickly; what it throws is logged and otherwise ignored.
 */
public interface QueueEventListener {

    /** A message was accepted and is safe. */
    default void accepted(QueueId id, Envelope envelope, Provenance provenance) {}

    /** A message is now in the active queue, on its way to its consumer. */
    default void claimed(QueuedMessage message) {}

    /**
     * The pipeline is done with a message, which goes on under its id: as what was made of it, for
     * another transport.
     *
     * @param message as it goes on
     * @param provenance as of a message of its own, with the id as its origin
     */
    default void handedOver(QueuedMessage message, Provenance provenance) {}

    /**
     * One recipient of a message was tried.
     *
     * @param transport who tried, or {@code error} if nobody did: it was deferred without an attempt
     * @param activated when the message became active
     * @param softBounce whether a final failure was made a temporary one ({@code soft_bounce})
     */
    default void attempted(
            QueuedMessage message,
            TransportName transport,
            Instant activated,
            Attempt attempt,
            boolean softBounce) {}

    /** A message was past its lifetime when it failed: it goes back to its sender. */
    default void expired(QueuedMessage message) {}

    /**
     * Somebody is told what became of a message.
     *
     * @param message that is told of
     * @param report the message that tells, which is safe
     */
    default void reported(QueueId message, Provenance.Reporting what, QueueId report) {}

    /** Nobody is told that a message failed, which might surprise. */
    default void notReported(QueueId message, String why) {}

    /** Mail to our own double-bounce address was taken and thrown away: it is in no queue. */
    default void discarded(Envelope envelope, MailAddress recipient) {}

    /** Nothing is tried at a destination until then. */
    default void destinationDead(Destination destination, DeliveryStatus reason, Instant until) {}

    /** A destination that was dead is tried again. */
    default void destinationAlive(Destination destination) {}

    /** A destination holds as much of the active queue as one may. */
    default void destinationClogs(Destination destination, int messages) {}

    /** All is done with a message; it has left the system. */
    default void done(QueuedMessage message) {}

    /**
     * A message waits for its next attempt.
     *
     * @param status with the due time, the reason and whether the delay was asked for
     */
    default void deferred(QueuedMessage message, MessageStatus status) {}

    /** The consumer refused a message; it waits for its next attempt. */
    default void rejected(QueuedMessage message, MessageStatus status) {}

    /** A message was put on hold. */
    default void held(QueuedMessage message, String reason) {}

    /** An operator deleted a message. */
    default void deleted(QueueId id) {}

    /** An operator let a held message go on. */
    default void released(QueueId id) {}

    /** An operator lets what is left of a message run through the pipeline again, as another one. */
    default void requeued(QueueId id, QueueId now) {}

    /** An operator wants a message returned to its sender. */
    default void forcedToExpire(QueueId id) {}

    /** A message went back to incoming as if never claimed. */
    default void givenBack(QueuedMessage message, String reason) {}

    /** A message could not be ended in the store; it stays in work until ended otherwise. */
    default void endingFailed(QueuedMessage message, String ending, MessageStoreException cause) {}

    /**
     * A delivery agent threw instead of saying what became of the mail; its recipients are deferred.
     *
     * @param cause an {@link java.io.IOException} if the content could not be read
     */
    default void agentFailed(QueuedMessage message, TransportName transport, Throwable cause) {}

    /**
     * Work of the consumer on a message has failed; how the message goes on is told apart from this.
     *
     * @param where in the consumer, a part of it; one of few
     * @param what became of it, in words
     * @param cause if it is known
     */
    default void consumerFailed(
            QueuedMessage message, String where, String what, Optional<Throwable> cause) {}

    /** The engine itself failed on a message, and goes on. */
    default void engineFailed(QueuedMessage message, Throwable defect) {}

    /** The engine itself failed, and goes on. */
    default void engineFailed(Throwable defect) {}

    /** A message was being worked on at several crashes and waits to be tried alone. */
    default void suspect(QueuedMessage message) {}

    /** A damaged message was set aside. */
    default void corrupt(QueueId id, String reason) {}

    /** The store began to fail. */
    default void storeFailed(StoreTrouble trouble) {}

    /** The store failed at the same once more; as often as that happens. */
    default void storeStillFails(StoreTrouble trouble) {}

    /** The store works again. */
    default void storeRecovered(StoreTrouble trouble, Duration lasted) {}

    /** The clock was set, or the machine slept; negative if time went backwards. */
    default void clockJumped(Duration jump) {}

    /** Ignores everything. */
    QueueEventListener NONE = new QueueEventListener() {};

    /**
     * One listener for several.
     *
     * @return calls each in turn; when one throws the others still hear the event
     */
    static QueueEventListener all(List<QueueEventListener> listeners) {
        return new QueueEventListeners(listeners);
    }
}
