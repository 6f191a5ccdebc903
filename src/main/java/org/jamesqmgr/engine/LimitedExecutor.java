/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends threads to so many tasks at a time; the others wait their turn in the order in which they came.
 *
 * <p>For work that waits more than it computes: a thread that has just become free is taken before one
 * that is idle for long, whose stack and allocation buffer the processor has forgotten, and before a
 * new one. A pool with a queue takes turns instead, and has all its threads before it uses one again.
 *
 * <p>Safe for use by any thread; never blocks. A task that fails is logged, and others go on.
 */
final class LimitedExecutor implements Executor {

    private static final Logger LOGGER = LoggerFactory.getLogger(LimitedExecutor.class);

    private final Executor threads;

    /** Empty, or somebody is running and comes to it. */
    @GuardedBy("this")
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int limit;

    @GuardedBy("this")
    private int running;

    /**
     * @param threads does at once whatever is given to it, on the idle thread that was busy last
     * @param limit most tasks at a time, at least 1
     */
    LimitedExecutor(Executor threads, int limit) {
        this.threads = threads;
        this.limit = limit;
    }

    /**
     * Has a task done soon.
     *
     * @throws RejectedExecutionException if there are no threads any more
     * @throws OutOfMemoryError if none is to be had just now; either way the task will not be done
     */
    @Override
    public void execute(Runnable task) {
        if (takesPlace(task)) {
            start(task);
        }
    }

    /** From now on so many at a time; what is running goes on. */
    void limit(int tasks) {
        change(tasks);
        boolean more = true;
        while (more) {
            more = another().map(this::started).orElse(false);
        }
    }

    /** If it cannot be, it is the next again for those that run. */
    private boolean started(Runnable task) {
        try {
            start(task);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            putBack(task);
            return false;
        }
    }

    private void start(Runnable task) {
        boolean started = false;
        try {
            threads.execute(() -> runFrom(task));
            started = true;
        } finally {
            if (!started) {
                leavePlace();
            }
        }
    }

    private void runFrom(Runnable first) {
        Optional<Runnable> task = Optional.of(first);
        while (task.isPresent()) {
            run(task.get());
            task = successor();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            try {
                LOGGER.error("a task of {} failed", Thread.currentThread().getName(), e);
            } catch (RuntimeException | Error unspeakable) {
                // For want of memory: what waits must go on all the same.
            }
        }
    }

    private synchronized void change(int tasks) {
        limit = tasks;
    }

    /** False if it has to wait. */
    private synchronized boolean takesPlace(Runnable task) {
        if (running < limit) {
            running++;
            return true;
        }
        waiting.add(task);
        return false;
    }

    private synchronized void putBack(Runnable task) {
        waiting.addFirst(task);
    }

    private synchronized void leavePlace() {
        running--;
    }

    /** What takes the place of a task that is over. */
    private synchronized Optional<Runnable> successor() {
        running--;
        return another();
    }

    private synchronized Optional<Runnable> another() {
        Optional<Runnable> next =
                running < limit ? Optional.ofNullable(waiting.poll()) : Optional.empty();
        if (next.isPresent()) {
            running++;
        }
        return next;
    }
}
