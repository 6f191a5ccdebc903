/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jamesqmgr.engine.Intention.Kind;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
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
 * that ends. What another server has in work follows when that server has ended its work; what is wanted
 * of it is remembered here. Safe for use by any thread; blocks on the store, and briefly on the engine.
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
    private final WaitingMail waiting;
    private final WorkingSet workingSet;
    private final EngineLoop engine;
    private final QueueEventListener listener;
    private final Executor background;
    private final Wishes wishes = new Wishes();

    /**
     * @param background carries out what is wanted of the messages of other servers; one by one, so that
     *     what is ordered while it is at it is looked at afterwards
     */
    Operator(
            MessageStore store,
            WaitingMail waiting,
            WorkingSet workingSet,
            EngineLoop engine,
            QueueEventListener listener,
            Executor background) {
        this.store = store;
        this.waiting = waiting;
        this.workingSet = workingSet;
        this.engine = engine;
        this.listener = listener;
        this.background = background;
    }

    /** What is done to a message once its delivery has ended, as in <i>it is deleted</i>. */
    public Optional<String> intended(QueueId id) {
        return workingSet
                .find(id)
                .flatMap(Work::intention)
                .or(() -> wishes.of(id))
                .map(wanted -> wanted.kind().done());
    }

    /** Which other server has a message in work, by name; empty if none. Never blocks. */
    public Optional<String> worker(QueueId id) {
        return store.worker(id);
    }

    /** Deletes a message for good. */
    public Outcome delete(QueueId id) throws MessageStoreException {
        return act(id, () -> waiting.delete(id), new Intention(Kind.DELETE, "", () -> {}));
    }

    /**
     * Deletes many messages at once, as far as that costs less than one by one.
     *
     * @return those that were deleted; the others are as they were
     */
    public Set<QueueId> delete(Collection<QueueId> ids) throws MessageStoreException {
        return waiting.delete(ids);
    }

    /**
     * Puts many messages on hold; as {@link #delete(Collection)}.
     *
     * @param messages as they were seen
     */
    public Set<QueueId> hold(Collection<QueuedMessage> messages, String reason)
            throws MessageStoreException {
        return waiting.hold(messages, reason);
    }

    /** Takes many messages off hold; as {@link #delete(Collection)}. */
    public Set<QueueId> release(Collection<QueueId> ids) throws MessageStoreException {
        return waiting.release(ids);
    }

    /** Marks many messages to be returned; as {@link #delete(Collection)}. */
    public Set<QueueId> expire(Collection<QueueId> ids) throws MessageStoreException {
        return waiting.expire(ids);
    }

    /** Puts a message on hold. */
    public Outcome hold(QueueId id, String reason) throws MessageStoreException {
        return act(id, () -> waiting.hold(id, reason), new Intention(Kind.HOLD, reason, () -> {}));
    }

    /** Takes a message off hold, or has it not put there once its delivery has ended. */
    public Outcome release(QueueId id) throws MessageStoreException {
        if (workingSet.find(id).filter(Work::release).isPresent() || wishes.release(id)) {
            return Outcome.DONE;
        }
        return waiting.release(id) == OperatorResult.DONE ? Outcome.DONE : Outcome.NOT_FOUND;
    }

    /** Marks a message to be returned to its sender at its next handling. Durable if it is done. */
    public Outcome expire(QueueId id) throws MessageStoreException {
        Intention wanted = new Intention(Kind.EXPIRE, "", () -> {});
        Outcome outcome = act(id, () -> waiting.expire(id), wanted);
        if (outcome == Outcome.NOT_FOUND && wanted.carriedOut().isDone()) {
            listener.forcedToExpire(id); // It was returned right away.
            return Outcome.DONE;
        }
        return outcome;
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
                        now.set(waiting.replaceHeld(id, renewal));
                    } catch (MessageStoreException | RuntimeException | Error e) {
                        LOGGER.error("{}: on hold, since it could not be requeued", id, e);
                    }
                };
        Outcome outcome =
                act(
                        id,
                        () -> waiting.replace(id, renewal, now),
                        new Intention(Kind.REQUEUE, reason, afterwards));
        return new Requeued(outcome, Optional.ofNullable(now.get()));
    }

    @FunctionalInterface
    private interface InStore {
        OperatorResult run() throws MessageStoreException;
    }

    private Outcome act(QueueId id, InStore action, Intention wanted) throws MessageStoreException {
        return act(action, () -> onWork(id, wanted).or(() -> elsewhere(id, wanted)));
    }

    /**
     * @param inWork what comes of it when the message is in work; empty if it is not known yet where, or
     *     not there any more
     */
    private Outcome act(InStore action, Supplier<Optional<Outcome>> inWork)
            throws MessageStoreException {
        for (int round = 0; round < ROUNDS; round++) {
            OperatorResult result = action.run();
            if (result != OperatorResult.CLAIMED) {
                return result == OperatorResult.DONE ? Outcome.DONE : Outcome.NOT_FOUND;
            }
            Optional<Outcome> outcome = inWork.get();
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

    /** Empty if no other server has it. */
    private Optional<Outcome> elsewhere(QueueId id, Intention wanted) {
        if (store.worker(id).isEmpty()) {
            return Optional.empty();
        }
        Intention noted = wishes.note(id, wanted);
        // Its work may have ended before this was noted, and nobody will say so again.
        carryOutSoon(id);
        return Optional.of(noted.includes(wanted) ? Outcome.LATER : Outcome.OTHERWISE);
    }

    /** Another server may not have this message in work any more. Never blocks. */
    void endedElsewhere(QueueId id) {
        if (wishes.of(id).isPresent()) {
            carryOutSoon(id);
        }
    }

    /** Looks again after whatever is still wanted. Never blocks. */
    void lookAgain() {
        wishes.all().forEach(this::carryOutSoon);
    }

    private void carryOutSoon(QueueId id) {
        try {
            background.execute(() -> carryOut(id));
        } catch (RejectedExecutionException e) {
            LOGGER.debug("{}: what is wanted of it is forgotten, as the server stops", id, e);
        }
    }

    private void carryOut(QueueId id) {
        try {
            Optional<Intention> wish = wishes.of(id);
            if (wish.isPresent()) {
                carryOut(id, wish.get());
            }
        } catch (MessageStoreException | RuntimeException | Error e) {
            LOGGER.warn("{}: what is wanted of it could not be done yet", id, e);
        }
    }

    private void carryOut(QueueId id, Intention wish) throws MessageStoreException {
        Outcome outcome =
                act(
                        () -> waiting.carryOut(id, wish),
                        () -> handedOver(id, wish).or(() -> stillElsewhere(id)));
        boolean done = outcome == Outcome.DONE;
        if (done || outcome == Outcome.NOT_FOUND) {
            if (wishes.end(id, wish)) {
                wish.ended(done);
            } else {
                changedMeanwhile(id, wish);
            }
        }
    }

    /** It is in work here by now. */
    private Optional<Outcome> handedOver(QueueId id, Intention wish) {
        Optional<Outcome> outcome = onWork(id, wish);
        outcome.ifPresent(any -> wishes.end(id, wish));
        return outcome.map(any -> Outcome.LATER);
    }

    private Optional<Outcome> stillElsewhere(QueueId id) {
        return store.worker(id).map(server -> Outcome.LATER);
    }

    private void changedMeanwhile(QueueId id, Intention wish) throws MessageStoreException {
        Optional<Kind> now = wishes.of(id).map(Intention::kind);
        boolean held = wish.kind() == Kind.HOLD;
        if (held && (now.isEmpty() || now.get() == Kind.EXPIRE)) {
            waiting.release(id);
        }
        carryOutSoon(id);
    }
}
