/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.model.TransportName;

/**
 * The threads that deliver: for each transport as many as it may use at a time, and a few that end
 * messages nobody is delivering. Threads that are not needed end. For one thread, but for what says
 * otherwise.
 */
final class DeliveryPools {

    private static final int FINISHERS = 4;
    private static final long IDLE_SECONDS = 60;

    private final Map<TransportName, ThreadPoolExecutor> transports = new HashMap<>();
    private final ThreadPoolExecutor finishing = pool("qmgr-finish", FINISHERS);

    /** What is given here is done soon, on one of a few threads. For any thread. */
    Executor finishing() {
        return finishing;
    }

    /** The threads of a transport; grown or shrunk to this number. */
    Executor of(TransportName transport, int processes) {
        ThreadPoolExecutor pool =
                transports.computeIfAbsent(
                        transport, name -> pool("qmgr-" + name.asString(), processes));
        if (pool.getMaximumPoolSize() != processes) {
            resize(pool, processes);
        }
        return pool;
    }

    /** In this order the core is never above the maximum, which would be refused. */
    private static void resize(ThreadPoolExecutor pool, int threads) {
        pool.setCorePoolSize(Math.min(threads, pool.getMaximumPoolSize()));
        pool.setMaximumPoolSize(threads);
        pool.setCorePoolSize(threads);
    }

    /** Takes nothing more and waits for what was begun. */
    void close(Duration timeout) throws InterruptedException {
        List<ExecutorService> all = new ArrayList<>(transports.values());
        all.add(finishing);
        all.forEach(ExecutorService::shutdown);
        for (ExecutorService pool : all) {
            pool.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static ThreadPoolExecutor pool(String role, int threads) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        EngineThreads.named(role));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
