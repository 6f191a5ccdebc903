/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes threads: named by role, never keeping a process from ending. */
public final class EngineThreads {

    private static final Logger LOGGER = LoggerFactory.getLogger(EngineThreads.class);

    private EngineThreads() {}

    /** For work that waits for other work: as many as there is work at a time. */
    public static ExecutorService unbounded(String role) {
        return Executors.newCachedThreadPool(named(role));
    }

    static ThreadFactory named(String role) {
        return task -> {
            Thread thread = new Thread(task, role);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler(
                    (dying, cause) -> LOGGER.error("thread {} died", dying.getName(), cause));
            return thread;
        };
    }
}
