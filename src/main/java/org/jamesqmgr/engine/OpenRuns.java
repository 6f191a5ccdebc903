/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.lang.ref.WeakReference;
import java.util.Optional;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;

/**
 * Which queued message the current thread is working on. James's consumers take the mail, process
 * it and report the outcome on one thread; between the two that thread holds an open <em>run</em>,
 * by which a mail that comes back is known as the one that went out, and which collects what the
 * pipeline hands over to transports.
 *
 * <p>A run that is never closed does not keep its message alive: a forgotten one must be found and
 * given back.
 */
public final class OpenRuns {

    /** Work on one message, open on one thread. */
    public interface Run {

        /** The message being worked on, as claimed. */
        QueuedMessage message();

        /** Its content as stored; readable until the run ends. */
        Content content();

        /**
         * Takes a message for a transport, durably once the run ends well, not at all if it fails.
         *
         * @param onEnd called once the message's content is not needed any more, however the run ends
         */
        void handOver(HandOver message, Runnable onEnd);

        /**
         * Keeps back a part of the message, deferred or held as it says, once the run ends well. If it
         * turns out to be all that the run leaves, and the content is the stored one, the message
         * itself is kept back under its id.
         *
         * @param sameContent whether the content of {@code part} is the stored one, byte for byte
         * @param onEnd as in {@link #handOver}
         */
        void keepBack(HandOver part, boolean sameContent, Runnable onEnd);

        /**
         * Whether the message was kept back for this reason before, and was let go on or has waited:
         * once is enough.
         */
        boolean wasKeptBack(String reason);
    }

    // One for each server, of which tests have several in a process.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<WeakReference<Run>> current = new ThreadLocal<>();

    /** The current thread begins a run; whatever it did before is over. */
    public void open(Run run) {
        current.set(new WeakReference<>(run));
    }

    /** The run that is open on the current thread. */
    public Optional<Run> current() {
        return Optional.ofNullable(current.get()).map(WeakReference::get);
    }

    /** Closes a run, if it is open on the current thread. */
    public void close(Run run) {
        if (current().filter(open -> open == run).isPresent()) {
            current.remove();
        }
    }
}
