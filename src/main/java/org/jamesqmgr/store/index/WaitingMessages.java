/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jamesqmgr.store.Lanes;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;

/**
 * The messages of one transport that wait, each kind in the order in which it is taken.
 *
 * <p>A message that could be taken but for its closed lane is set aside with those of the same lane,
 * once: what comes to that lane later joins them. Looking for the next message so costs a step for
 * each lane that was set aside, however many messages wait there. They stay aside when their lane
 * opens, and are taken from there in their turn, until none of them is left.
 *
 * <p>Guarded by the lock of the index.
 */
final class WaitingMessages {

    static final Comparator<Entry> BY_ID =
            Comparator.<Entry>comparingLong(entry -> entry.micros)
                    .thenComparingInt(entry -> entry.tag);
    static final Comparator<Entry> BY_TIME =
            Comparator.<Entry>comparingLong(entry -> entry.order).thenComparing(BY_ID);

    /** A step of priority is worth this much waiting, so that nobody starves. */
    private static final long PRIORITY_STEP_MICROS = Duration.ofMinutes(10).toMillis() * 1_000;

    private static final Comparator<Entry> BY_PRIORITY =
            Comparator.<Entry>comparingLong(
                            entry -> entry.order - entry.priority * PRIORITY_STEP_MICROS)
                    .thenComparing(BY_ID);

    /** The messages that could be taken now: new ones, and deferred ones that are due. */
    private static final class Takeable {
        private final TreeSet<Entry> ready = new TreeSet<>(BY_PRIORITY);
        private final TreeSet<Entry> due = new TreeSet<>(BY_PRIORITY);

        private NavigableSet<Entry> of(Standing standing) {
            return standing == Standing.READY ? ready : due;
        }

        private boolean isEmpty() {
            return ready.isEmpty() && due.isEmpty();
        }
    }

    private final Takeable takeable = new Takeable();
    private final Map<Character, Takeable> aside = new HashMap<>();
    private final TreeSet<Entry> scheduled = new TreeSet<>(BY_TIME);
    private final TreeSet<Entry> deferred = new TreeSet<>(BY_TIME);
    private final TreeSet<Entry> suspects = new TreeSet<>(BY_ID);

    /** All messages of the transport, also those that do not wait. */
    long count;

    static boolean includes(Standing standing) {
        return switch (standing) {
            case READY, SCHEDULED, DEFERRED, DUE -> true;
            case SUSPECT, HELD, TAKEN -> false;
        };
    }

    void add(Entry entry) {
        switch (entry.standing()) {
            case SCHEDULED -> scheduled.add(entry);
            case DEFERRED -> deferred.add(entry);
            case READY, DUE ->
                    aside.getOrDefault(entry.lane, takeable).of(entry.standing()).add(entry);
            case SUSPECT -> suspects.add(entry);
            case HELD, TAKEN -> {}
        }
    }

    void remove(Entry entry) {
        switch (entry.standing()) {
            case SCHEDULED -> scheduled.remove(entry);
            case DEFERRED -> deferred.remove(entry);
            case READY, DUE -> removeTakeable(entry);
            case SUSPECT -> suspects.remove(entry);
            case HELD, TAKEN -> {}
        }
    }

    private void removeTakeable(Entry entry) {
        Takeable lane = aside.get(entry.lane);
        if (lane == null || !lane.of(entry.standing()).remove(entry)) {
            takeable.of(entry.standing()).remove(entry);
        } else if (lane.isEmpty()) {
            aside.remove(entry.lane);
        }
    }

    /** The message whose exact time comes next, or null. */
    Entry nextScheduled() {
        return scheduled.isEmpty() ? null : scheduled.first();
    }

    /** The message that waits for a queue run and is due first, or null. */
    Entry nextDeferred() {
        return deferred.isEmpty() ? null : deferred.first();
    }

    /** The first message of that standing, ready or due, in an open lane; or null. */
    Entry next(Standing standing, Lanes lanes) {
        NavigableSet<Entry> main = takeable.of(standing);
        while (!main.isEmpty() && !lanes.open(main.first().lane)) {
            Entry passedOver = main.pollFirst();
            aside.computeIfAbsent(passedOver.lane, any -> new Takeable())
                    .of(standing)
                    .add(passedOver);
        }
        return Stream.concat(Stream.of(main), openAside(standing, lanes))
                .filter(some -> !some.isEmpty())
                .map(NavigableSet::first)
                .min(BY_PRIORITY)
                .orElse(null);
    }

    private Stream<NavigableSet<Entry>> openAside(Standing standing, Lanes lanes) {
        return aside.entrySet().stream()
                .filter(lane -> lanes.open(lane.getKey()))
                .map(lane -> lane.getValue().of(standing));
    }

    /** What is claimed by id only. */
    Collection<Entry> suspects() {
        return suspects;
    }

    /** What could be taken if all lanes were open, in the order in which it would be. */
    List<Entry> ready() {
        return all(Standing.READY);
    }

    /** What waits for a time or a queue run, by due time. */
    List<Entry> waiting() {
        List<Entry> found = new ArrayList<>(scheduled);
        found.addAll(all(Standing.DUE));
        found.addAll(deferred);
        found.sort(BY_TIME);
        return found;
    }

    private List<Entry> all(Standing standing) {
        List<Entry> found = new ArrayList<>(takeable.of(standing));
        if (!aside.isEmpty()) {
            aside.values().forEach(lane -> found.addAll(lane.of(standing)));
            found.sort(BY_PRIORITY);
        }
        return found;
    }
}
