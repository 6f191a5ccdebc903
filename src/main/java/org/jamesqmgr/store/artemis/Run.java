/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This run of the server at the broker: its active queue and the log of that.
 */
final class Run {

    private static final Logger LOGGER = LoggerFactory.getLogger(Run.class);

    /** No message has this id. */
    static final String NOTHING = Channel.ID + "='-'";

    /** So many leases end before what the log says of them is cleared away. */
    private static final int CLEARED_AT_ONCE = 500;

    private final Broker broker;
    private final Queues queues;
    private final String name;
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final AtomicLong claims = new AtomicLong();

    Run(Broker broker, Queues queues, String server, int tag) {
        this.broker = broker;
        this.queues = queues;
        this.name = String.format(Locale.ROOT, "%s.%08x", server, tag);
    }

    String name() {
        return name;
    }

    /** The server whose run has this name. */
    static String server(String run) {
        return run.substring(0, Math.max(0, run.lastIndexOf('.')));
    }

    /** What a claim is called; no other claim of this run is called so. */
    String nextClaim() {
        return Long.toString(claims.incrementAndGet());
    }

    void begin() throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    for (String queue : queues.lasting()) {
                        channel.create(queue);
                    }
                    return name;
                });
    }

    /** That a lease has ended of which there are records. */
    void noLongerLogged(String claim) {
        ended.add(claim);
        if (ended.size() >= CLEARED_AT_ONCE) {
            List<String> claims = new ArrayList<>();
            ended.drainTo(claims);
            clear(claims);
        }
    }

    private void clear(List<String> claims) {
        if (claims.isEmpty()) {
            return;
        }
        String filter = Envelopes.CLAIM + " IN ('" + String.join("','", claims) + "')";
        try {
            broker.call((channel, again) -> channel.removeAll(queues.log(name), filter));
        } catch (MessageStoreException e) {
            LOGGER.warn("the log of this run cannot be cleared: {}", e.getMessage());
            ended.addAll(claims);
        }
    }

    /** Takes the queues of this run away, unless something is left in them for others to find. */
    void end() {
        try {
            broker.call(
                    (channel, again) -> {
                        if (channel.count(queues.active(name)) == 0) {
                            channel.delete(queues.active(name));
                            channel.delete(queues.log(name));
                        }
                        return name;
                    });
        } catch (MessageStoreException e) {
            LOGGER.warn("the queues of this run stay at the broker: {}", e.getMessage());
        }
    }
}
