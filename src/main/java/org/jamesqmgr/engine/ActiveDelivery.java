/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;

/**
 * One message on its way out: how many of its recipients are still to be tried in this round, and
 * what became of the others. Safe for use by any thread.
 */
final class ActiveDelivery {

    private final PulledMessage pulled;
    private final Instant activated;

    @GuardedBy("this")
    private final List<Attempt> attempts = new ArrayList<>();

    /** What the store has not taken yet. */
    @GuardedBy("this")
    private final List<Attempt> unrecorded = new ArrayList<>();

    @GuardedBy("this")
    private int untried;

    /** Deliveries that were begun and have not ended; the engine's thread alone counts them. */
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

    QueuedMessage message() {
        return pulled.message();
    }

    Instant activated() {
        return activated;
    }

    /** A delivery begins. On the engine's thread, as {@link #over} and {@link #underWay}. */
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

    synchronized List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    synchronized List<Attempt> unrecorded() {
        return List.copyOf(unrecorded);
    }

    synchronized void recorded(List<Attempt> kept) {
        unrecorded.removeAll(kept);
    }
}
