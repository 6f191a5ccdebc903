/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes contents that no envelope is there for: a server that died while it deleted all messages of
 * a transport leaves some.
 */
final class Sweep {

    private static final Logger LOGGER = LoggerFactory.getLogger(Sweep.class);

    /** What is younger may be on its way. */
    private static final Duration LEAST_AGE = Duration.ofHours(1);

    /** An envelope that moves may be missed by one look, not by all. */
    private static final int LOOKS = 3;

    private final Broker broker;
    private final Queues queues;
    private final Rescue rescue;
    private final Clock clock;

    Sweep(Broker broker, Queues queues, Rescue rescue, Clock clock) {
        this.broker = broker;
        this.queues = queues;
        this.rescue = rescue;
        this.clock = clock;
    }

    /**
     * @param known whether there is a message with this id, as far as the caller can tell; of others it
     *     is looked at the broker
     */
    void sweep(Predicate<QueueId> known) throws MessageStoreException {
        int removed = 0;
        for (int shard = 0; shard < queues.shards(); shard++) {
            for (QueueId id : old(queues.contentShard(shard))) {
                removed += !known.test(id) && isNowhere(id) && remove(id) ? 1 : 0;
            }
        }
        if (removed > 0) {
            LOGGER.info("{} contents without a message removed", removed);
        }
    }

    private Set<QueueId> old(String queue) throws MessageStoreException {
        Instant latest = clock.instant().minus(LEAST_AGE);
        Set<QueueId> found = new LinkedHashSet<>();
        broker.call(
                (channel, again) -> {
                    channel.browseHeads(
                            queue,
                            raw -> {
                                if (Instant.ofEpochMilli(raw.time()).isBefore(latest)) {
                                    raw.id().ifPresent(found::add);
                                }
                            });
                    return found;
                });
        return found;
    }

    /** Those of which there is no envelope anywhere. */
    List<QueueId> nowhere(List<QueueId> ids) throws MessageStoreException {
        List<QueueId> found = new ArrayList<>();
        for (QueueId id : ids) {
            if (isNowhere(id)) {
                found.add(id);
            }
        }
        return found;
    }

    private boolean isNowhere(QueueId id) throws MessageStoreException {
        for (int look = 0; look < LOOKS; look++) {
            for (String queue : whereItMayBe(id)) {
                if (broker.call((channel, again) -> channel.has(queue, Channel.filter(id)))) {
                    return false;
                }
            }
        }
        return true;
    }

    private List<String> whereItMayBe(QueueId id) throws MessageStoreException {
        List<String> places = new ArrayList<>();
        places.add(queues.envelope(QueueName.DEFERRED, id));
        places.add(queues.envelope(QueueName.INCOMING, id));
        places.add(queues.envelope(QueueName.HOLD, id));
        places.add(queues.envelope(QueueName.CORRUPT, id));
        rescue.runs().forEach(run -> places.add(queues.active(run)));
        return places;
    }

    private boolean remove(QueueId id) throws MessageStoreException {
        return broker.call(
                (channel, again) ->
                        channel.removeAll(queues.content(id), Channel.filter(id)) > 0 || again);
    }
}
