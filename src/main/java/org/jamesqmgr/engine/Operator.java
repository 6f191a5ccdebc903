/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jamesqmgr.engine.Intention.Kind;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator does to single messages, wherever they are. One that waits is the store's to change.
 * One in work is its worker's: what the operator wants is noted with the work, a message that only
 * waits for its turn is taken out of the line at once, and one whose delivery is under way follows when
 * that ends. Safe for use by any thread; blocks on the store, and briefly on the engine.
 */
public final class Operator {

    private static final Logger LOGGER = LoggerFactory.getLogger(Operator.class);

    /** Between a claim and the moment it is known who works on it: how often, how long to look again. */
    private static final int ROUNDS = 200;

    private static final Duration PAUSE = Duration.ofMillis(1);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What became of an action. */
    public enum Outcome {
        DONE,
        /** Once its delivery has ended, if something of it is left then. */
        LATER,
        /** It is in work where it cannot be stopped. */
        BUSY,
        /** Something else is to be done once its delivery has ended ({@link Operator#intended}). */
        OTHERWISE,
        NOT_FOUND
    }

    private final MessageStore store;
    private final WorkingSet workingSet;
    private final EngineLoop engine;
    private final Acceptance acceptance;
    private final QueueEventListener listener;

    Operator(
            MessageStore store,
            WorkingSet workingSet,
            EngineLoop engine,
            Acceptance acceptance,
            QueueEventListener listener) {
        this.store = store;
        this.workingSet = workingSet;
        this.engine = engine;
        this.acceptance = acceptance;
        this.listener = listener;
    }

    /** What is done to a message once its delivery has ended, as in <i>it is deleted</i>. */
    public Optional<String> intended(QueueId id) {
        return workingSet.find(id).flatMap(Work::intention).map(wanted -> wanted.kind().done());
    }

    /** Deletes a message for good. */
    public Outcome delete(QueueId id) throws MessageStoreException {
        Outcome outcome = act(id, () -> store.remove(id), new Intention(Kind.DELETE, "", () -> {}));
        return told(outcome, () -> listener.deleted(id));
    }

    /** Puts a message on hold. */
    public Outcome hold(QueueId id, String reason) throws MessageStoreException {
        return act(id, () -> holdWaiting(id, reason), new Intention(Kind.HOLD, reason, () -> {}));
    }

    private OperatorResult holdWaiting(QueueId id, String reason) throws MessageStoreException {
        OperatorResult result = store.hold(id, reason);
        if (result == OperatorResult.DONE) {
            store.find(id).ifPresent(message -> listener.held(message, reason));
        }
        return result;
    }

    /** Takes a message off hold, or has it not put there once its delivery has ended. */
    public Outcome release(QueueId id) throws MessageStoreException {
        if (workingSet.find(id).filter(Work::release).isPresent()) {
            return Outcome.DONE;
        }
        Outcome outcome =
                store.release(id) == OperatorResult.DONE ? Outcome.DONE : Outcome.NOT_FOUND;
        return told(outcome, () -> listener.released(id));
    }

    /** Marks a message to be returned to its sender at its next handling. Durable if it is done. */
    public Outcome expire(QueueId id) throws MessageStoreException {
        Intention wanted = new Intention(Kind.EXPIRE, "", () -> {});
        Outcome outcome = act(id, () -> store.expire(id), wanted);
        boolean returned = outcome == Outcome.NOT_FOUND && wanted.carriedOut().isDone();
        return told(returned ? Outcome.DONE : outcome, () -> listener.forcedToExpire(id));
    }

    /** What a message becomes. */
    @FunctionalInterface
    public interface Renewal {

        /**
         * Makes it.
         *
         * @param content readable until the new message is accepted
         * @throws MessageStoreException if it is to stay what it is
         */
        Renewed renew(QueuedMessage message, Content content) throws MessageStoreException;
    }

    /** A message in the place of another. */
    public record Renewed(Envelope envelope, ContentWriter content, Provenance from) {}

    /**
     * What became of a requeue.
     *
     * @param now the id of the new message; empty if there is none, or not yet
     */
    public record Requeued(Outcome outcome, Optional<QueueId> now) {}

    /**
     * Replaces a message that waits or is on hold; one in work goes to hold first, and stays there if it
     * cannot be replaced. The new one is safe before the old one is gone, and nobody can claim it before
     * that. A crash in between leaves both; so may a power cut right after it.
     *
     * @throws MessageStoreException if nothing was changed
     */
    public Requeued requeue(QueueId id, String reason, Renewal renewal)
            throws MessageStoreException {
        AtomicReference<QueueId> now = new AtomicReference<>();
        Runnable afterwards =
                () -> {
                    try {
                        now.set(replaceHeld(id, renewal));
                    } catch (MessageStoreException | RuntimeException | Error e) {
                        LOGGER.error("{}: on hold, since it could not be requeued", id, e);
                    }
                };
        Outcome outcome =
                act(
                        id,
                        () -> replace(id, renewal, now),
                        new Intention(Kind.REQUEUE, reason, afterwards));
        return new Requeued(outcome, Optional.ofNullable(now.get()));
    }

    private OperatorResult replace(QueueId id, Renewal renewal, AtomicReference<QueueId> now)
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

    private QueueId replaceHeld(QueueId id, Renewal renewal) throws MessageStoreException {
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

    @FunctionalInterface
    private interface InStore {
        OperatorResult run() throws MessageStoreException;
    }

    private Outcome act(QueueId id, InStore action, Intention wanted) throws MessageStoreException {
        for (int round = 0; round < ROUNDS; round++) {
            OperatorResult result = action.run();
            if (result != OperatorResult.CLAIMED) {
                return result == OperatorResult.DONE ? Outcome.DONE : Outcome.NOT_FOUND;
            }
            Optional<Outcome> outcome = onWork(id, wanted);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            LockSupport.parkNanos(this, PAUSE.toNanos());
        }
        return Outcome.BUSY;
    }

    /** Empty if the work is not known yet, or over: then the message is the store's again. */
    private Optional<Outcome> onWork(QueueId id, Intention wanted) {
        Optional<Intention> noted = workingSet.find(id).flatMap(work -> work.intend(wanted));
        if (noted.isEmpty()) {
            return Optional.empty();
        }
        if (!noted.get().includes(wanted)) {
            return Optional.of(Outcome.OTHERWISE);
        }
        boolean stopped = engine.ask(dispatcher -> dispatcher.withdraw(id), PATIENCE).orElse(false);
        return stopped ? awaitEnd(noted.get()) : Optional.of(Outcome.LATER);
    }

    private static Optional<Outcome> awaitEnd(Intention noted) {
        try {
            boolean thisWay = noted.carriedOut().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            // To mark it is the store's; when it was returned to its sender right away, it finds
            // nothing.
            boolean done = thisWay && noted.kind() != Kind.EXPIRE;
            return done ? Optional.of(Outcome.DONE) : Optional.empty();
        } catch (TimeoutException | ExecutionException e) {
            return Optional.of(Outcome.LATER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(Outcome.LATER);
        }
    }

    private static Outcome told(Outcome outcome, Runnable news) {
        if (outcome == Outcome.DONE) {
            news.run();
        }
        return outcome;
    }
}
