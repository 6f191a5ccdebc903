/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;

/** All that is to be stopped in the end, also when the run is cut short. Safe for use by any thread. */
final class Started implements AutoCloseable {

    @GuardedBy("this")
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean closed;

    /** Stops it at once if it comes too late. */
    synchronized <T extends AutoCloseable> T add(T one) {
        started.push(one);
        if (closed) {
            close();
        }
        return one;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                System.out.println("not stopped: " + e);
            }
        }
    }
}
