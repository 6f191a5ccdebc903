/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bites once when something takes too long: a deadline for the whole, whatever single reads and
 * writes do meanwhile.
 *
 * <p>Deadlines are set and lifted far more often than they are missed, so a timer that runs is left
 * running and looks, when it fires, whether there is a deadline and when.
 *
 * <p>Safe for use by any thread; the lock is not held while biting.
 */
final class Watchdog {

    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Runnable bite;

    @GuardedBy("this")
    private boolean armed;

    @GuardedBy("this")
    private long deadline;

    @GuardedBy("this")
    private Optional<Future<?>> check = Optional.empty();

    @GuardedBy("this")
    private long checkTime;

    @GuardedBy("this")
    private boolean bitten;

    @GuardedBy("this")
    private boolean released;

    Watchdog(ScheduledExecutorService timer, LongSupplier nanoTime, Runnable bite) {
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.bite = bite;
    }

    synchronized void arm(Duration limit) {
        armed = true;
        deadline = nanoTime.getAsLong() + limit.toNanos();
        if (check.isEmpty() || deadline - checkTime < 0) {
            check.ifPresent(running -> running.cancel(false));
            schedule();
        }
    }

    synchronized void disarm() {
        armed = false;
    }

    /** No deadline any more, and no timer. */
    synchronized void release() {
        armed = false;
        released = true;
        check.ifPresent(running -> running.cancel(false));
        check = Optional.empty();
    }

    synchronized boolean hasBitten() {
        return bitten;
    }

    @GuardedBy("this")
    private void schedule() {
        if (released) {
            return;
        }
        checkTime = deadline;
        long wait = Math.max(0, deadline - nanoTime.getAsLong());
        check = Optional.of(timer.schedule(this::look, wait, TimeUnit.NANOSECONDS));
    }

    private void look() {
        if (tooLate()) {
            bite.run();
        }
    }

    private synchronized boolean tooLate() {
        check = Optional.empty();
        if (!armed) {
            return false;
        }
        if (nanoTime.getAsLong() - deadline < 0) {
            schedule();
            return false;
        }
        armed = false;
        bitten = true;
        return true;
    }
}
