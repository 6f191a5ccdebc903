/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jamesqmgr.engine.Operator.Renewal;
import org.jamesqmgr.engine.Operator.Renewed;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator does to a message that nobody works on: in the store, at once, and told to the
 * listener. Safe for use by any thread; blocks on the store.
 */
final class WaitingMail {

    private static final Logger LOGGER = LoggerFactory.getLogger(WaitingMail.class);

    private final MessageStore store;
    private final Clock clock;
    private final Acceptance acceptance;
    private final QueueEventListener listener;

    WaitingMail(
            MessageStore store, Clock clock, Acceptance acceptance, QueueEventListener listener) {
        this.store = store;
        this.clock = clock;
        this.acceptance = acceptance;
        this.listener = listener;
    }

    OperatorResult delete(QueueId id) throws MessageStoreException {
        return told(store.remove(id), () -> listener.deleted(id));
    }

    /** Deletes what can be deleted together; returns which that was. */
    Set<QueueId> delete(Collection<QueueId> ids) throws MessageStoreException {
        Set<QueueId> deleted = store.removeTogether(ids);
        deleted.forEach(listener::deleted);
        return deleted;
    }

    /**
     * As {@link #delete(Collection)}.
     *
     * @param messages as they were seen
     */
    Set<QueueId> hold(Collection<QueuedMessage> messages, String reason)
            throws MessageStoreException {
        Set<QueueId> held =
                store.holdTogether(messages.stream().map(QueuedMessage::id).toList(), reason);
        messages.stream()
                .filter(message -> held.contains(message.id()))
                .forEach(message -> listener.held(message, reason));
        return held;
    }

    /** As {@link #delete(Collection)}. */
    Set<QueueId> release(Collection<QueueId> ids) throws MessageStoreException {
        Set<QueueId> released = store.releaseTogether(ids);
        released.forEach(listener::released);
        return released;
    }

    /** As {@link #delete(Collection)}. */
    Set<QueueId> expire(Collection<QueueId> ids) throws MessageStoreException {
        Set<QueueId> marked = store.expireTogether(ids);
        marked.forEach(listener::forcedToExpire);
        return marked;
    }

    OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        OperatorResult result = store.hold(id, reason);
        if (result == OperatorResult.DONE) {
            store.find(id).ifPresent(message -> listener.held(message, reason));
        }
        return result;
    }

    OperatorResult release(QueueId id) throws MessageStoreException {
        return told(store.release(id), () -> listener.released(id));
    }

    OperatorResult expire(QueueId id) throws MessageStoreException {
        return told(store.expire(id), () -> listener.forcedToExpire(id));
    }

    private static OperatorResult told(OperatorResult result, Runnable news) {
        if (result == OperatorResult.DONE) {
            news.run();
        }
        return result;
    }

    /** What was wanted while the message was in work, as it would have been done at the end of that. */
    OperatorResult carryOut(QueueId id, Intention wish) throws MessageStoreException {
        return switch (wish.kind()) {
            case DELETE -> delete(id);
            case HOLD, REQUEUE -> holdAtLast(id, wish);
            case EXPIRE -> returnToSender(id);
            // Nobody but who has the work wants that.
            case GIVE_BACK -> OperatorResult.NOT_FOUND;
        };
    }

    private OperatorResult holdAtLast(QueueId id, Intention wish) throws MessageStoreException {
        OperatorResult result = hold(id, wish.reason());
        boolean held = result == OperatorResult.DONE || isOnHold(id);
        if (held && wish.expiring()) {
            expire(id);
        }
        return held ? OperatorResult.DONE : result;
    }

    private boolean isOnHold(QueueId id) throws MessageStoreException {
        return store.find(id).filter(message -> message.queue() == QueueName.HOLD).isPresent();
    }

    /** It need not wait for its next attempt: nobody is tried any more. */
    private OperatorResult returnToSender(QueueId id) throws MessageStoreException {
        OperatorResult result = expire(id);
        if (result == OperatorResult.DONE) {
            store.flush(id, clock.instant());
        }
        return result;
    }

    /** Replaces a message that waits or is on hold ({@link Operator#requeue}). */
    OperatorResult replace(QueueId id, Renewal renewal, AtomicReference<QueueId> now)
            throws MessageStoreException {
        Optional<MessageLease> lease = store.claim(id);
        if (lease.isPresent()) {
            now.set(replaceClaimed(lease.get(), renewal));
            return OperatorResult.DONE;
        }
        Optional<QueueName> queue = store.find(id).map(QueuedMessage::queue);
        if (queue.isEmpty() || queue.get() == QueueName.CORRUPT) {
            return OperatorResult.NOT_FOUND;
        }
        if (queue.get() != QueueName.HOLD) {
            return OperatorResult.CLAIMED;
        }
        now.set(replaceHeld(id, renewal));
        return OperatorResult.DONE;
    }

    /** Nobody delivers it meanwhile, and it was checked for damage as before a delivery. */
    private QueueId replaceClaimed(MessageLease lease, Renewal renewal)
            throws MessageStoreException {
        try (lease) {
            QueuedMessage old = lease.message();
            return replace(old, renewal.renew(old, lease.content()), lease::complete);
        }
    }

    /** Replaces a message that is on hold. */
    QueueId replaceHeld(QueueId id, Renewal renewal) throws MessageStoreException {
        QueuedMessage old = store.find(id).orElseThrow(() -> gone(id));
        return replace(
                old,
                renewal.renew(old, store.content(old)),
                () -> {
                    if (store.remove(id) != OperatorResult.DONE) {
                        throw gone(id);
                    }
                });
    }

    private static Acceptance.NotTakenException gone(QueueId id) {
        return new Acceptance.NotTakenException(id + " is no longer there to be requeued");
    }

    private QueueId replace(QueuedMessage old, Renewed renewed, WorkingSet.Successors.Last removal)
            throws MessageStoreException {
        QueueId now =
                acceptance.accept(
                        renewed.envelope(),
                        renewed.content(),
                        renewed::from,
                        () -> remove(old.id(), removal));
        listener.requeued(old.id(), now);
        return now;
    }

    private void remove(QueueId id, WorkingSet.Successors.Last removal)
            throws MessageStoreException {
        try {
            removal.step(); // commit
        } catch (Acceptance.NotTakenException e) {
            throw e;
        } catch (MessageStoreException e) {
            // It may be gone all the same: then the new one must stand, or there is none.
            if (isThere(id)) {
                throw e;
            }
            LOGGER.warn("{}: replaced, though not for sure before a power cut", id, e);
        }
    }

    private boolean isThere(QueueId id) {
        try {
            return store.find(id).isPresent();
        } catch (MessageStoreException e) {
            return false;
        }
    }
}
