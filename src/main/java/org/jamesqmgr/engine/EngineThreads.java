/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the threads of the engine: named by role, never keeping a server from ending. */
final class EngineThreads {

    private static final Logger LOGGER = LoggerFactory.getLogger(EngineThreads.class);

    private EngineThreads() {}

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
