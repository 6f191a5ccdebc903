/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
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

    private final Clock clock;
    private final Deque<Instant> times = new ArrayDeque<>();

    Flushes(Clock clock) {
        this.clock = clock;
    }

    /** A flush begins now: the due time of everything it makes due. */
    synchronized Instant begin() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        times.addLast(now);
        if (times.size() > REMEMBERED) {
            times.removeFirst();
        }
        return now;
    }

    synchronized boolean covers(QueuedMessage message) {
        return times.contains(message.status().due());
    }
}
