/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;

/**
 * What an operator makes of a message that nobody works on, and how it stands in the index afterwards.
 *
 * @param allowed how it must stand before
 */
record Edit(Set<Standing> allowed, Making making, Settling settling) {

    /** Makes it, of a message as it stands. */
    @FunctionalInterface
    interface Making {
        StoredMessage of(StoredMessage before);
    }

    /** Puts back into the index what was taken, where it has moved by now. */
    @FunctionalInterface
    interface Settling {
        void settle(QueueIndex index, Taken taken, StoredMessage after);
    }

    static Edit flush(Instant now) {
        return new Edit(
                Standing.WAITING,
                before -> before.with(before.status().flushed(now), QueueName.INCOMING),
                (index, taken, after) -> {
                    boolean suspect = taken.standing() == Standing.SUSPECT;
                    Standing next = suspect ? Standing.SUSPECT : Standing.READY;
                    index.put(taken.entry(), next, after.status().due());
                });
    }

    static Edit hold(String reason) {
        return new Edit(
                Standing.WAITING,
                before -> before.with(before.status().because(reason), QueueName.HOLD),
                (index, taken, after) -> index.put(taken.entry(), Standing.HELD, taken.time()));
    }

    /**
     * @param now what is due by then waits no more
     */
    static Edit release(Instant now) {
        return new Edit(
                EnumSet.of(Standing.HELD),
                before -> before.with(before.status().pardoned(), QueueName.DEFERRED),
                (index, taken, after) -> index.putDeferred(taken.entry(), after.status(), now));
    }

    static Edit expire() {
        return new Edit(
                Standing.ANY_BUT_TAKEN,
                before -> before.with(before.status().expiring(), before.bound()),
                Edit::asBefore);
    }

    /** Changes nothing; a message that was reserved is anybody's then. */
    static Edit share() {
        return new Edit(EnumSet.of(Standing.READY), before -> before, Edit::asBefore);
    }

    private static void asBefore(QueueIndex index, Taken taken, StoredMessage after) {
        index.put(taken.entry(), taken.standing(), taken.time());
    }

    /**
     * What it makes of a message.
     *
     * @param place where the message was
     */
    StoredMessage apply(Taken taken, QueueName place, StoredMessage before) {
        return making.of(Lookup.asItStands(place, before, taken.time()));
    }

    void settle(QueueIndex index, Taken taken, StoredMessage after) {
        index.moved(taken.entry(), after.bound());
        settling.settle(index, taken, after);
    }
}
