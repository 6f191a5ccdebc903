/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.model.TransportName;

/**
 * The threads that deliver: for each transport as many as it may use at a time, and a few that end
 * messages nobody is delivering. Threads that are not needed end. For one thread, but for what says
 * otherwise.
 */
final class DeliveryPools {

    private static final int FINISHERS = 4;

    private final Map<TransportName, LimitedExecutor> transports = new HashMap<>();
    private final List<ExecutorService> threads = new ArrayList<>();
    private final Executor finishing = pool("qmgr-finish", FINISHERS);

    /** What is given here is done soon, on one of a few threads. For any thread. */
    Executor finishing() {
        return finishing;
    }

    /** The threads of a transport; grown or shrunk to this number. */
    Executor of(TransportName transport, int processes) {
        LimitedExecutor pool =
                transports.computeIfAbsent(
                        transport, name -> pool("qmgr-" + name.asString(), processes));
        pool.limit(processes);
        return pool;
    }

    /** Takes nothing more and waits for what was begun. */
    void close(Duration timeout) throws InterruptedException {
        threads.forEach(ExecutorService::shutdown);
        for (ExecutorService pool : threads) {
            pool.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private LimitedExecutor pool(String role, int processes) {
        ExecutorService unbounded = EngineThreads.unbounded(role);
        threads.add(unbounded);
        return new LimitedExecutor(unbounded, processes);
    }
}
