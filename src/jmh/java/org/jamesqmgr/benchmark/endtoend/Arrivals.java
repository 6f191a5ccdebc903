/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the messages that have come to a sink since it was opened. Safe for use by any thread. */
final class Arrivals {

    private final AtomicLong count = new AtomicLong();
    private final Object lock = new Object();
    private volatile long awaited = Long.MAX_VALUE;

    @GuardedBy("lock")
    private long reached;

    long count() {
        return count.get();
    }

    void add() {
        notice(count.incrementAndGet());
    }

    /** Says how many there are by now. */
    void set(long total) {
        count.set(total);
        notice(total);
    }

    /** Only the one that is waited for takes the lock. */
    private void notice(long total) {
        if (total >= awaited) {
            synchronized (lock) {
                awaited = Long.MAX_VALUE;
                reached = System.nanoTime();
                lock.notifyAll();
            }
        }
    }

    /**
     * Waits for the last one.
     *
     * @param total all that should have come since the sink was opened
     * @param patience for the next message
     * @return when it came, in terms of {@link System#nanoTime}
     * @throws IllegalStateException if nothing has come for so long
     */
    long await(long total, Duration patience) throws InterruptedException {
        synchronized (lock) {
            reached = 0;
            awaited = total;
            if (count() >= total) {
                return System.nanoTime();
            }
            long before = count();
            while (reached == 0) {
                TimeUnit.NANOSECONDS.timedWait(lock, patience.toNanos());
                if (reached == 0 && count() == before) {
                    throw new IllegalStateException(total - before + " messages have not arrived");
                }
                before = count();
            }
            return reached;
        }
    }
}
