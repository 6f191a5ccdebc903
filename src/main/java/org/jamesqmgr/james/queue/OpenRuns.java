/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.lang.ref.WeakReference;
import java.util.Optional;

/**
 * Which queued message the current thread is working on. James's consumers take the mail, process
 * it and report the outcome on one thread; between the two that thread holds an open <em>run</em>,
 * by which a mail that comes back is known as the one that went out.
 *
 * <p>A run that is never closed does not keep its item alive: a forgotten item must be found and
 * given back.
 */
final class OpenRuns {

    // One for each server, of which tests have several in a process.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<WeakReference<QmgrMailQueueItem>> current = new ThreadLocal<>();

    /** The current thread begins to work on an item; whatever it did before is over. */
    void open(QmgrMailQueueItem item) {
        current.set(new WeakReference<>(item));
    }

    /** The item whose run is open on the current thread. */
    Optional<QmgrMailQueueItem> current() {
        return Optional.ofNullable(current.get()).map(WeakReference::get);
    }

    /** Closes the run of an item, if it is open on the current thread. */
    void close(QmgrMailQueueItem item) {
        if (current().filter(open -> open == item).isPresent()) {
            current.remove();
        }
    }
}
