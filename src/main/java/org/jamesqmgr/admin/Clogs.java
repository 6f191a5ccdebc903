/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.model.Destination;

/**
 * The destinations that hold as much of the active queue as one may, so that their mail waits. The
 * engine tells of each every five minutes while that lasts, and of no end: who was not heard of for
 * somewhat longer is forgotten. Safe for use by any thread.
 */
public final class Clogs implements QueueEventListener {

    private static final Duration LASTS = Duration.ofMinutes(6);

    private final Clock clock;
    private final ConcurrentMap<Destination, Clog> clogs = new ConcurrentHashMap<>();

    /**
     * One such destination.
     *
     * @param messages it held then
     */
    public record Clog(Destination destination, int messages, Instant told) {

        private boolean lasts(Instant now) {
            return Duration.between(told, now).abs().compareTo(LASTS) < 0;
        }
    }

    public Clogs(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void destinationClogs(Destination destination, int messages) {
        clogs.put(destination, new Clog(destination, messages, clock.instant()));
    }

    /** Those of now, the fullest first. Never blocks. */
    public List<Clog> now() {
        Instant now = clock.instant();
        clogs.values().removeIf(clog -> !clog.lasts(now));
        return clogs.values().stream()
                .sorted(
                        Comparator.comparingInt(Clog::messages)
                                .reversed()
                                .thenComparing(clog -> clog.destination().toString()))
                .toList();
    }
}
