/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The destinations of one transport: which of them is next, and how much is in progress. */
final class TransportQueue {

    private final Map<DestinationKey, DestinationQueue> destinations = new HashMap<>();
    private final Turns turns = new Turns();
    private TransportLimits limits;
    private int busy;

    TransportQueue(TransportLimits limits) {
        this.limits = limits;
    }

    TransportLimits limits() {
        return limits;
    }

    void adopt(TransportLimits changed) {
        limits = changed;
        for (DestinationQueue destination : destinations.values()) {
            destination.window().adopt(changed);
            turns.update(destination);
        }
    }

    Collection<DestinationQueue> destinations() {
        return destinations.values();
    }

    /** The one that is known, if it is. */
    Optional<DestinationQueue> find(DestinationKey key) {
        return Optional.ofNullable(destinations.get(key));
    }

    /** The one that is known, or a new one. */
    DestinationQueue get(DestinationKey key) {
        return destinations.computeIfAbsent(key, unknown -> new DestinationQueue(this, key));
    }

    /** Begins the next delivery, if one may begin. */
    Optional<OpenEntry> begin() {
        if (busy >= limits.processes()) {
            return Optional.empty();
        }
        return turns.next().map(this::begin);
    }

    void deliveryEnded(DestinationQueue destination) {
        busy--;
        destination.deliveryEnded();
    }

    /**
     * To be called after each change of a destination. One that is neither dead nor resting is
     * forgotten once it has no entries, and its window and failures with it: failures one at a time,
     * with nothing waiting, never make a destination dead.
     */
    void update(DestinationQueue destination) {
        turns.update(destination);
        if (destination.idle() && destination.is(DestinationPhase.READY)) {
            destinations.remove(destination.key());
        }
    }

    private OpenEntry begin(Turns.Turn turn) {
        OpenEntry entry = turn.destination().begin(turn.sizeClass());
        busy++;
        turns.update(turn.destination());
        return entry;
    }
}
