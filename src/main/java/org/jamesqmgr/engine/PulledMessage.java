/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.lang.ref.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;

/**
 * A message in the hands of its consumer, who ends it once, in one of the ways below.
 *
 * <p>Safe for use by any thread. A second ending is ignored with a warning: when the server stops,
 * consumers and the engine may end a message at the same time, and the first one wins. An ending
 * that throws did not happen; the message is still in work and can be ended again. A message that is
 * dropped without an ending is given back once the garbage collector finds it.
 */
public final class PulledMessage {

    // The engine knows the work, never this object: otherwise it could not be found dropped.
    private final Work work;
    private final WorkingSet workingSet;

    PulledMessage(Work work, WorkingSet workingSet) {
        this.work = work;
        this.workingSet = workingSet;
    }

    /** The message as it stands. */
    public QueuedMessage message() {
        return work.message();
    }

    /** The message as it was claimed. Never waits for who is changing it. */
    QueuedMessage claimed() {
        return work.claimed();
    }

    /** Readable until the message is ended by {@link #complete}. */
    public Content content() {
        return work.content();
    }

    /** What an operator wants to become of it instead of what its consumer says. */
    Optional<Intention.Kind> intended() {
        return work.intention().map(Intention::kind);
    }

    /** Notes that it is to go back to incoming, unless an operator wants something else. */
    void intendToGiveBack(String reason) {
        work.intend(new Intention(Intention.Kind.GIVE_BACK, reason, () -> {}));
    }

    /** Whether the message was ended, by whomever. */
    public boolean ended() {
        return work.ended();
    }

    /**
     * Work on the message starts: should the server die from here on, the message is blamed for it.
     * Calling it again, or after the end, does nothing.
     */
    public void begin() throws MessageStoreException {
        held(() -> workingSet.begin(work));
    }

    /** All is done: the message leaves the system. */
    public void complete() throws MessageStoreException {
        held(() -> workingSet.complete(work));
    }

    /**
     * All is done here, and others go on with what was made of it: these messages are accepted, then
     * this one leaves the system.
     *
     * @throws MessageStoreException if one of them was not accepted: then none was, as far as the store
     *     still works
     */
    public void complete(List<HandOver> handOvers) throws MessageStoreException {
        held(() -> workingSet.complete(work, handOvers));
    }

    /** The attempt failed for now: deferred with backoff. */
    public void retry(String reason) throws MessageStoreException {
        held(() -> workingSet.retry(work, reason));
    }

    /** The consumer cannot cope with the message: deferred, and held after several times in a row. */
    public void reject(String reason) throws MessageStoreException {
        held(() -> workingSet.reject(work, reason));
    }

    /** As {@link #retry(String)}, with these marks of reports kept. */
    void retry(String reason, Set<Mark> marks) throws MessageStoreException {
        held(() -> workingSet.retry(work, reason, marks));
    }

    /**
     * The attempt failed for now and the message has changed: as {@link #retry}, with the envelope
     * replaced. Id and content stay.
     */
    public void reenqueue(Envelope changed, String reason) throws MessageStoreException {
        held(() -> workingSet.reenqueue(work, changed, reason));
    }

    /**
     * The message is wanted again at a time of the consumer's choice: scheduled, not deferred; with
     * the envelope replaced. Id and content stay.
     */
    public void reenqueueAt(Envelope changed, Instant due) throws MessageStoreException {
        held(() -> workingSet.reenqueueAt(work, changed, due));
    }

    /**
     * As {@link #reenqueueAt(Envelope, Instant)}, while others go on with what was made of the message:
     * these messages are accepted first.
     */
    public void reenqueueAt(Envelope changed, Instant due, List<HandOver> handOvers)
            throws MessageStoreException {
        held(() -> workingSet.reenqueueAt(work, changed, due, handOvers));
    }

    /** Put on hold, with the envelope replaced, until an operator releases it. Id and content stay. */
    public void hold(Envelope changed, String reason) throws MessageStoreException {
        held(() -> workingSet.hold(work, changed, reason));
    }

    /** Back to incoming as if never claimed. */
    public void giveBack() throws MessageStoreException {
        held(() -> workingSet.giveBack(work, "its consumer gave it back"));
    }

    /** Nobody has room for it now: it waits in incoming like any other. Never throws. */
    void letWait() {
        try {
            workingSet.letWait(work);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Says that the consumer's work on the message has failed; ends nothing.
     *
     * @param where a part of the consumer, one of few
     * @param cause if it is known
     */
    public void failed(String where, String what, Optional<Throwable> cause) {
        workingSet.failed(work, where, what, cause);
    }

    /** Has the store keep what became of recipients. */
    void record(List<Attempt> attempts) throws MessageStoreException {
        held(() -> work.change(lease -> lease.record(attempts)));
    }

    /** Has the store note that the sender knows of the undeliverable recipients. */
    void reported() throws MessageStoreException {
        held(() -> work.change(MessageLease::reported));
    }

    /** As {@link #giveBack}, tried again until the store takes it, or it is ended otherwise. */
    public void giveBackUntilDone(String reason) {
        try {
            workingSet.giveBackUntilDone(work, reason);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Keeps the collector from finding this object dropped while its message is being ended. */
    private void held(Step step) throws MessageStoreException {
        try {
            step.take();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @FunctionalInterface
    private interface Step {
        void take() throws MessageStoreException;
    }
}
