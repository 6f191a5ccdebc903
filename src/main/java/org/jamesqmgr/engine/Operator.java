/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jamesqmgr.engine.Intention.Kind;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.ContentWriter;
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

    /** Takes a message off hold. */
    public Outcome release(QueueId id) throws MessageStoreException {
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

    /** What is to take the place of a message. */
    public interface Replacement {

        /** Puts it there, with {@link Operator#replace}; nothing if there is nothing to be put there. */
        void make() throws MessageStoreException;
    }

    /**
     * Has a message replaced that waits or is on hold. One in work goes to hold first.
     *
     * @param replacement done now, or once the message is on hold
     */
    public Outcome requeue(QueueId id, String reason, Replacement replacement)
            throws MessageStoreException {
        Runnable afterwards =
                () -> {
                    try {
                        replacement.make();
                    } catch (MessageStoreException | RuntimeException | Error e) {
                        LOGGER.error("{}: on hold, since it could not be requeued", id, e);
                    }
                };
        return act(
                id,
                () -> replaceWaiting(id, replacement),
                new Intention(Kind.REQUEUE, reason, afterwards));
    }

    /** What is in work is not even copied: that would be in vain. */
    private OperatorResult replaceWaiting(QueueId id, Replacement replacement)
            throws MessageStoreException {
        Optional<QueuedMessage> message = store.find(id);
        if (message.filter(found -> found.queue() == QueueName.ACTIVE).isPresent()) {
            return OperatorResult.CLAIMED;
        }
        try {
            replacement.make();
            return OperatorResult.DONE;
        } catch (NotThereException e) {
            return e.result;
        }
    }

    /**
     * Accepts a message in the place of one that waits or is on hold: the new one is safe before the
     * old one is gone, and nobody can claim it before that. A crash in between leaves both.
     *
     * @return the id of the new one
     * @throws MessageStoreException if nothing was changed, also because the old one is gone or in work
     */
    public QueueId replace(QueueId old, Envelope envelope, ContentWriter content, Provenance from)
            throws MessageStoreException {
        QueueId now = acceptance.accept(envelope, content, () -> from, () -> removeReplaced(old));
        listener.requeued(old, now);
        return now;
    }

    private void removeReplaced(QueueId old) throws MessageStoreException {
        try {
            OperatorResult removed = store.remove(old); // commit
            if (removed != OperatorResult.DONE) {
                throw new NotThereException(old, removed);
            }
        } catch (NotThereException e) {
            throw e;
        } catch (MessageStoreException e) {
            // It may be gone all the same: then the new one must stand, or there is none.
            if (isThere(old)) {
                throw e;
            }
            LOGGER.warn("{}: replaced, though not for sure before a power cut", old, e);
        }
    }

    private boolean isThere(QueueId id) {
        try {
            return store.find(id).isPresent();
        } catch (MessageStoreException e) {
            return false;
        }
    }

    private static final class NotThereException extends Acceptance.NotTakenException {

        private static final long serialVersionUID = 1;

        private final OperatorResult result;

        NotThereException(QueueId id, OperatorResult result) {
            super(id + " is no longer there to be requeued");
            this.result = result;
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
