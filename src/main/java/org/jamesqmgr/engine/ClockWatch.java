/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices when the clock is set, by comparing it with the time that has passed, and tells how old a
 * message would be had the clock not been set forward: it must not expire by that. Safe for use by
 * any thread.
 *
 * <p>What happened before this server started is not known. A machine that slept looks like a clock
 * that was set forward, and its mail gets the time it missed.
 */
final class ClockWatch {

    /** Smaller jumps are not worth a line: clocks are corrected all the time. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    /** A clock that was set forward, and what it said then. */
    private record Forward(Instant to, Duration by) {}

    private final Clock clock;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private Instant lastTime;

    @GuardedBy("this")
    private long lastNanos;

    @GuardedBy("this")
    private Duration untold = Duration.ZERO;

    @GuardedBy("this")
    private final List<Forward> forwards = new ArrayList<>();

    /**
     * @param nanoTime time that passes whatever the clock says, in nanoseconds
     */
    ClockWatch(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lastTime = clock.instant();
        this.lastNanos = nanoTime.getAsLong();
    }

    /** By how much the clock was set since the last call, if it was; negative if backwards. */
    synchronized Optional<Duration> jump() {
        look();
        Duration jump = untold;
        untold = Duration.ZERO;
        return jump.isZero() ? Optional.empty() : Optional.of(jump);
    }

    /** What the time would be for a message created then, had the clock not been set forward since. */
    synchronized Instant nowFor(Instant created) {
        Instant now = look();
        for (Forward forward : forwards) {
            if (created.isBefore(forward.to())) {
                now = now.minus(forward.by());
            }
        }
        return now;
    }

    @GuardedBy("this")
    private Instant look() {
        Instant now = clock.instant();
        long nanos = nanoTime.getAsLong();
        Duration jump = Duration.between(lastTime, now).minusNanos(nanos - lastNanos);
        lastTime = now;
        lastNanos = nanos;
        if (jump.abs().compareTo(TOLERANCE) > 0) {
            untold = untold.plus(jump);
            if (!jump.isNegative()) {
                forwards.add(new Forward(now, jump));
            }
        }
        return now;
    }
}
