/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jamesqmgr.model.QueuedMessage;

/**
 * Which messages an operator has asked for lately: those that are due since the very instant of a
 * flush. Safe for use by any thread; forgotten when the server ends.
 */
final class Flushes {

    private static final int REMEMBERED = 1000;

    /** Flushes that follow each other this quickly are one: a script may flush thousands of messages. */
    private static final Duration TOGETHER = Duration.ofSeconds(1);

    private final Clock clock;
    private final Deque<Instant> times = new ArrayDeque<>();

    Flushes(Clock clock) {
        this.clock = clock;
    }

    /** A flush begins now. Returns the due time of everything it makes due, which is not after now. */
    synchronized Instant begin() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (!times.isEmpty() && justBefore(now, times.getLast())) {
            return times.getLast();
        }
        times.addLast(now);
        if (times.size() > REMEMBERED) {
            times.removeFirst();
        }
        return now;
    }

    private static boolean justBefore(Instant now, Instant last) {
        return !now.isBefore(last) && now.isBefore(last.plus(TOGETHER));
    }

    synchronized boolean covers(QueuedMessage message) {
        return times.contains(message.status().due());
    }
}
