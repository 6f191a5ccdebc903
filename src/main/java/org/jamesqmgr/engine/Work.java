/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Optional;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;

/**
 * One message in work. Sees to it that its lease is used by one thread at a time and ended once.
 * Safe for use by any thread.
 */
final class Work {

    /** Something done with a lease. */
    @FunctionalInterface
    interface Action {
        void on(MessageLease lease) throws MessageStoreException;
    }

    private final QueuedMessage claimed;
    private final Content content;

    /** Held during calls into the store, which concern this message alone. */
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final MessageLease lease;

    /**
     * As the lease has it; empty after a change, until it is asked for: with many recipients it costs
     * more than a change does.
     */
    @GuardedBy("lock")
    private Optional<QueuedMessage> message;

    /** Written under the lock; may be read without it, since the engine takes no lock of a message. */
    private volatile Optional<Intention> intention = Optional.empty();

    @GuardedBy("lock")
    private boolean begun;

    @GuardedBy("lock")
    private boolean ended;

    Work(MessageLease lease) {
        this.lease = lease;
        this.claimed = lease.message();
        this.message = Optional.of(claimed);
        this.content = lease.content();
    }

    /** The message as it stands; while somebody changes it this waits for that. */
    QueuedMessage message() {
        synchronized (lock) {
            QueuedMessage current = message.orElseGet(lease::message);
            message = Optional.of(current);
            return current;
        }
    }

    /** The message as it was claimed. Never waits. */
    QueuedMessage claimed() {
        return claimed;
    }

    Content content() {
        return content;
    }

    /** How many recipients count against the limits. */
    int recipients() {
        return claimed.recipients().size();
    }

    boolean ended() {
        synchronized (lock) {
            return ended;
        }
    }

    /**
     * Notes what is to become of the message ({@link Intention#then}).
     *
     * @return what holds from here on; empty if the work has ended
     */
    Optional<Intention> intend(Intention wanted) {
        synchronized (lock) {
            if (ended) {
                return Optional.empty();
            }
            intention = Optional.of(intention.map(before -> before.then(wanted)).orElse(wanted));
            return intention;
        }
    }

    /** The message is not to be put on hold after all; returns whether it was to be. */
    boolean release() {
        synchronized (lock) {
            boolean held =
                    !ended
                            && intention
                                    .map(Intention::kind)
                                    .equals(Optional.of(Intention.Kind.HOLD));
            intention = held ? intention.flatMap(Intention::released) : intention;
            return held;
        }
    }

    /** What an operator wants of it; for an {@link Action}, what holds for its ending. Never waits. */
    Optional<Intention> intention() {
        return intention;
    }

    /** Does this to the lease unless it was done before or the work is ended. */
    void begin(Action action) throws MessageStoreException {
        synchronized (lock) {
            if (!begun && !ended) {
                undisturbed(action);
                begun = true;
            }
        }
    }

    /**
     * Does something to the lease that changes the message and does not end the work.
     *
     * @throws MessageStoreException if it was not done, also because the work was ended before
     */
    void change(Action action) throws MessageStoreException {
        synchronized (lock) {
            if (ended) {
                throw new MessageStoreException(claimed.id() + " is no longer in work");
            }
            message = Optional.empty();
            undisturbed(action);
        }
    }

    /**
     * Ends the work.
     *
     * @return whether this call did it; false if it was ended before
     * @throws MessageStoreException if it is not ended
     */
    boolean end(Action action) throws MessageStoreException {
        synchronized (lock) {
            if (ended) {
                return false;
            }
            message();
            undisturbed(action);
            ended = true;
            return true;
        }
    }

    /**
     * Ends the work by letting the message go on as something else.
     *
     * @return the work on that; empty if this was ended before
     * @throws MessageStoreException if it is not ended
     */
    Optional<Work> goOn(Action action) throws MessageStoreException {
        synchronized (lock) {
            if (!end(action)) {
                return Optional.empty();
            }
            Work next = new Work(lease);
            intention.ifPresent(next::intend);
            return Optional.of(next);
        }
    }

    /** Whether the message can go on under its id. */
    boolean mayGoOn() {
        synchronized (lock) {
            return !ended && lease.mayGoOn();
        }
    }

    /** Forgets the lease without ending it: the store takes it back when it is closed. */
    void abandon() {
        synchronized (lock) {
            ended = true;
        }
    }

    /**
     * James interrupts its threads when it stops. What a consumer has to say about its message must
     * get through all the same: I/O on an interrupted thread fails.
     */
    @GuardedBy("lock")
    private void undisturbed(Action action) throws MessageStoreException {
        boolean interrupted = Thread.interrupted();
        try {
            action.on(lease);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
