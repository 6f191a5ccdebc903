/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Runs the same task on several threads at once. */
public final class Parallel {

    private static final int PATIENCE_SECONDS = 60;

    /** What each thread does; a failure of any is a failure of the whole. */
    @FunctionalInterface
    public interface Task {
        void run(int thread) throws Exception;
    }

    private Parallel() {}

    /** Returns when all threads are done, having started together. */
    public static void run(int threads, Task task)
            throws InterruptedException, ExecutionException, TimeoutException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<Void>> running =
                    IntStream.range(0, threads)
                            .mapToObj(
                                    thread -> pool.submit(() -> startTogether(start, task, thread)))
                            .toList();
            for (Future<Void> one : running) {
                one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Void startTogether(CyclicBarrier start, Task task, int thread) throws Exception {
        start.await();
        task.run(thread);
        return null;
    }
}
