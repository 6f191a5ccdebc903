/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells each of several listeners, and keeps the trouble of one from the others and the caller. */
final class QueueEventListeners implements QueueEventListener {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueEventListeners.class);

    private final List<QueueEventListener> listeners;

    QueueEventListeners(List<QueueEventListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void accepted(QueueId id, Envelope envelope, Provenance provenance) {
        tell(listener -> listener.accepted(id, envelope, provenance));
    }

    @Override
    public void attempted(
            QueuedMessage message,
            TransportName transport,
            Instant activated,
            Attempt attempt,
            boolean softBounce) {
        tell(listener -> listener.attempted(message, transport, activated, attempt, softBounce));
    }

    @Override
    public void expired(QueuedMessage message) {
        tell(listener -> listener.expired(message));
    }

    @Override
    public void reported(QueueId message, Provenance.Reporting what, QueueId report) {
        tell(listener -> listener.reported(message, what, report));
    }

    @Override
    public void notReported(QueueId message, String why) {
        tell(listener -> listener.notReported(message, why));
    }

    @Override
    public void discarded(Envelope envelope, MailAddress recipient) {
        tell(listener -> listener.discarded(envelope, recipient));
    }

    @Override
    public void destinationDead(Destination destination, DeliveryStatus reason, Instant until) {
        tell(listener -> listener.destinationDead(destination, reason, until));
    }

    @Override
    public void destinationAlive(Destination destination) {
        tell(listener -> listener.destinationAlive(destination));
    }

    @Override
    public void destinationClogs(Destination destination, int messages) {
        tell(listener -> listener.destinationClogs(destination, messages));
    }

    @Override
    public void handedOver(QueuedMessage message, Provenance provenance) {
        tell(listener -> listener.handedOver(message, provenance));
    }

    @Override
    public void claimed(QueuedMessage message) {
        tell(listener -> listener.claimed(message));
    }

    @Override
    public void done(QueuedMessage message) {
        tell(listener -> listener.done(message));
    }

    @Override
    public void deferred(QueuedMessage message, MessageStatus status) {
        tell(listener -> listener.deferred(message, status));
    }

    @Override
    public void rejected(QueuedMessage message, MessageStatus status) {
        tell(listener -> listener.rejected(message, status));
    }

    @Override
    public void held(QueuedMessage message, String reason) {
        tell(listener -> listener.held(message, reason));
    }

    @Override
    public void deleted(QueueId id) {
        tell(listener -> listener.deleted(id));
    }

    @Override
    public void released(QueueId id) {
        tell(listener -> listener.released(id));
    }

    @Override
    public void requeued(QueueId id, QueueId now) {
        tell(listener -> listener.requeued(id, now));
    }

    @Override
    public void forcedToExpire(QueueId id) {
        tell(listener -> listener.forcedToExpire(id));
    }

    @Override
    public void givenBack(QueuedMessage message, String reason) {
        tell(listener -> listener.givenBack(message, reason));
    }

    @Override
    public void endingFailed(QueuedMessage message, String ending, MessageStoreException cause) {
        tell(listener -> listener.endingFailed(message, ending, cause));
    }

    @Override
    public void agentFailed(QueuedMessage message, TransportName transport, Throwable cause) {
        tell(listener -> listener.agentFailed(message, transport, cause));
    }

    @Override
    public void consumerFailed(
            QueuedMessage message, String where, String what, Optional<Throwable> cause) {
        tell(listener -> listener.consumerFailed(message, where, what, cause));
    }

    @Override
    public void engineFailed(QueuedMessage message, Throwable defect) {
        tell(listener -> listener.engineFailed(message, defect));
    }

    @Override
    public void engineFailed(Throwable defect) {
        tell(listener -> listener.engineFailed(defect));
    }

    @Override
    public void suspect(QueuedMessage message) {
        tell(listener -> listener.suspect(message));
    }

    @Override
    public void corrupt(QueueId id, String reason) {
        tell(listener -> listener.corrupt(id, reason));
    }

    @Override
    public void storeFailed(StoreTrouble trouble) {
        tell(listener -> listener.storeFailed(trouble));
    }

    @Override
    public void storeStillFails(StoreTrouble trouble) {
        tell(listener -> listener.storeStillFails(trouble));
    }

    @Override
    public void storeRecovered(StoreTrouble trouble, Duration lasted) {
        tell(listener -> listener.storeRecovered(trouble, lasted));
    }

    @Override
    public void clockJumped(Duration jump) {
        tell(listener -> listener.clockJumped(jump));
    }

    private void tell(Consumer<QueueEventListener> event) {
        for (QueueEventListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                LOGGER.error("a listener of queue events failed: {}", listener, e);
            }
        }
    }
}
