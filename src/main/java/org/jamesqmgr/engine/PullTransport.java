/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.function.Consumer;
import org.jamesqmgr.model.TransportName;

/** A transport whose messages are fetched by whoever subscribes to it. Safe for use by any thread. */
public final class PullTransport {

    private final QueueManager queueManager;
    private final TransportName name;

    PullTransport(QueueManager queueManager, TransportName name) {
        this.queueManager = queueManager;
        this.name = name;
    }

    public TransportName name() {
        return name;
    }

    /**
     * Adds a consumer. Several share the messages: each message goes to one of them.
     *
     * @param consumer called on one thread at a time; may block, at nobody else's expense. When it
     *     throws its subscription is cancelled and the message given back
     */
    public PullSubscription subscribe(Consumer<PulledMessage> consumer) {
        return queueManager.subscribe(name, consumer);
    }

    /** How many of its messages are in work. */
    public int inWork() {
        return queueManager.inWork().getOrDefault(name, 0);
    }
}
