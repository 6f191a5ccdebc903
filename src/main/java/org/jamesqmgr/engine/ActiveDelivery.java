/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageStoreException;

/**
 * One message on its way out: how many of its recipients are still to be tried in this round, and
 * what became of the others. Safe for use by any thread.
 */
final class ActiveDelivery {

    private final PulledMessage pulled;
    private final Instant activated;

    /** Held while the store keeps attempts; taken before the lock of this object. */
    private final Object recording = new Object();

    @GuardedBy("this")
    private final List<Attempt> attempts = new ArrayList<>();

    /** What the store has not taken yet. */
    @GuardedBy("this")
    private final List<Attempt> unrecorded = new ArrayList<>();

    @GuardedBy("this")
    private final Set<FollowUpStep> taken = EnumSet.noneOf(FollowUpStep.class);

    @GuardedBy("this")
    private int untried;

    /** What is done once in a round, however often its end must be tried. */
    enum FollowUpStep {
        DELIVERIES_TOLD,
        FAILURES_REPORTED,
        RETURNED,
        DELAY_REPORTED
    }

    /** Whether somebody was not tried because an operator has suspended it. */
    private volatile boolean suspended;

    /** Deliveries that were begun and have not ended; counted in the engine alone. */
    private int underWay;

    /**
     * @param activated when the message became active
     * @param untried recipients that the scheduler is to have tried
     */
    ActiveDelivery(PulledMessage pulled, Instant activated, int untried) {
        this.pulled = pulled;
        this.activated = activated;
        this.untried = untried;
    }

    PulledMessage pulled() {
        return pulled;
    }

    /** The message as it was claimed: before this round. */
    QueuedMessage message() {
        return pulled.claimed();
    }

    Instant activated() {
        return activated;
    }

    /** Somebody is not tried because an operator has suspended it. */
    void suspended() {
        suspended = true;
    }

    boolean wasSuspended() {
        return suspended;
    }

    /** A delivery begins. In the engine, as {@link #over} and {@link #underWay}. */
    void begun() {
        underWay++;
    }

    void over() {
        underWay--;
    }

    boolean underWay() {
        return underWay > 0;
    }

    /** These recipients were tried; {@link #settle} follows once that is recorded. */
    synchronized void tried(List<Attempt> made) {
        attempts.addAll(made);
        unrecorded.addAll(made);
    }

    /**
     * The outcome of so many recipients is kept, and the scheduler knows of it.
     *
     * @return whether these were the last of this round
     */
    synchronized boolean settle(int recipients) {
        untried -= recipients;
        return untried == 0;
    }

    synchronized boolean wasTaken(FollowUpStep step) {
        return taken.contains(step);
    }

    synchronized void took(FollowUpStep step) {
        taken.add(step);
    }

    synchronized List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Has the store keep what it does not know yet. Blocks on it; each attempt is kept once. */
    void record() throws MessageStoreException {
        synchronized (recording) {
            List<Attempt> made = unrecorded();
            if (!made.isEmpty()) {
                pulled.record(made);
                recorded(made.size());
            }
        }
    }

    private synchronized List<Attempt> unrecorded() {
        return List.copyOf(unrecorded);
    }

    private synchronized void recorded(int first) {
        unrecorded.subList(0, first).clear();
    }
}
