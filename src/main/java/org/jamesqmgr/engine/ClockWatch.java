/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Notices when the clock is set, by comparing it with the time that has passed. One thread only. */
final class ClockWatch {

    /** Smaller jumps are not worth a line: clocks are corrected all the time. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    private Instant lastTime;
    private long lastNanos;

    ClockWatch(Instant now, long nanos) {
        this.lastTime = now;
        this.lastNanos = nanos;
    }

    /** The jump since the last call, if there was one. */
    Optional<Duration> jump(Instant now, long nanos) {
        Duration jump = Duration.between(lastTime, now).minusNanos(nanos - lastNanos);
        lastTime = now;
        lastNanos = nanos;
        return jump.abs().compareTo(TOLERANCE) > 0 ? Optional.of(jump) : Optional.empty();
    }
}
