/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Waits of destinations, one each at most. As {@link Deadline} says, a wait ends at its time or when
 * the clock is found to be before its start.
 */
final class Timers {

    private record Timer(Deadline deadline, long number, DestinationQueue destination) {}

    private final TreeSet<Timer> byEnd =
            new TreeSet<>(
                    Comparator.comparing((Timer timer) -> timer.deadline().end())
                            .thenComparing(Timer::number));
    private final Map<DestinationQueue, Timer> byDestination = new HashMap<>();
    private Instant latest = Instant.MIN;
    private long numbers;

    int size() {
        return byEnd.size();
    }

    void start(DestinationQueue destination, Deadline deadline) {
        cancel(destination);
        Timer timer = new Timer(deadline, ++numbers, destination);
        byEnd.add(timer);
        byDestination.put(destination, timer);
        latest = deadline.start().isAfter(latest) ? deadline.start() : latest;
    }

    void cancel(DestinationQueue destination) {
        Timer timer = byDestination.remove(destination);
        if (timer != null) {
            byEnd.remove(timer);
        }
    }

    /** The end of a destination's wait. */
    Optional<Instant> end(DestinationQueue destination) {
        return Optional.ofNullable(byDestination.get(destination))
                .map(timer -> timer.deadline().end());
    }

    Optional<Instant> next() {
        return byEnd.isEmpty() ? Optional.empty() : Optional.of(byEnd.first().deadline().end());
    }

    /** Whose wait has passed. They stay until cancelled. */
    List<DestinationQueue> passed(Instant now) {
        boolean turnedBack = now.isBefore(latest);
        latest = now;
        List<DestinationQueue> passed = new ArrayList<>();
        for (Timer timer : byEnd) {
            if (timer.deadline().passed(now)) {
                passed.add(timer.destination());
            } else if (!turnedBack) {
                break;
            }
        }
        return passed;
    }
}
