/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
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
        long removed = 0;
        for (int shard = 0; shard < queues.shards(); shard++) {
            String contents = queues.contentShard(shard);
            removed += remove(contents, nowhere(shard, old(contents, known.negate())));
        }
        if (removed > 0) {
            LOGGER.info("{} contents without a message removed", removed);
        }
    }

    private Set<QueueId> old(String queue, Predicate<QueueId> strange)
            throws MessageStoreException {
        Instant latest = clock.instant().minus(LEAST_AGE);
        Set<QueueId> found = new LinkedHashSet<>();
        broker.call(
                (channel, again) -> {
                    channel.browseHeads(
                            queue,
                            null,
                            raw -> {
                                if (Instant.ofEpochMilli(raw.time()).isBefore(latest)) {
                                    raw.id().filter(strange).ifPresent(found::add);
                                }
                            });
                    return found;
                });
        return found;
    }

    /**
     * Those of a shard of which there is no envelope anywhere. In doubt none: the broker counts what is
     * there, but may show less.
     */
    Set<QueueId> nowhere(int shard, Set<QueueId> ids) throws MessageStoreException {
        Set<QueueId> left = new LinkedHashSet<>(ids);
        for (int look = 0; look < LOOKS; look++) {
            for (String queue : whereTheyMayBe(shard)) {
                if (isAny(queue, left)) {
                    left.removeAll(shown(queue, left));
                    if (isAny(queue, left)) {
                        return Set.of();
                    }
                }
            }
        }
        return left;
    }

    private List<String> whereTheyMayBe(int shard) throws MessageStoreException {
        List<String> places = new ArrayList<>();
        places.add(queues.shard(QueueName.DEFERRED, shard));
        places.add(queues.shard(QueueName.INCOMING, shard));
        places.add(queues.single(QueueName.HOLD));
        places.add(queues.single(QueueName.CORRUPT));
        rescue.runs().forEach(run -> places.add(queues.active(run)));
        return places;
    }

    private boolean isAny(String queue, Set<QueueId> ids) throws MessageStoreException {
        return !ids.isEmpty()
                && broker.call((channel, again) -> channel.count(queue, Channel.filter(ids))) > 0;
    }

    private Set<QueueId> shown(String queue, Set<QueueId> ids) throws MessageStoreException {
        Set<QueueId> found = new HashSet<>();
        return broker.call(
                (channel, again) -> {
                    channel.browseHeads(
                            queue, Channel.filter(ids), raw -> raw.id().ifPresent(found::add));
                    return found;
                });
    }

    /** Removes contents; returns how many. */
    long remove(String contents, Set<QueueId> ids) throws MessageStoreException {
        long removed = 0;
        for (List<QueueId> some : Bulk.parts(ids, Bulk.NAMED_AT_ONCE)) {
            String filter = Channel.filter(some);
            removed += broker.call((channel, again) -> channel.removeAll(contents, filter));
        }
        return removed;
    }
}
