/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;

/**
 * What is done to all messages of a transport: by the broker itself, shard by shard. Messages are in
 * nobody else's reach in this server meanwhile.
 */
final class Bulk {

    private static final Set<Standing> LATER =
            EnumSet.of(Standing.SCHEDULED, Standing.DEFERRED, Standing.DUE);

    private static final Set<Standing> WAITING =
            EnumSet.of(
                    Standing.READY,
                    Standing.SCHEDULED,
                    Standing.DEFERRED,
                    Standing.DUE,
                    Standing.SUSPECT);

    /** So many ids are named in one filter. */
    private static final int NAMED_AT_ONCE = 500;

    private final Broker broker;
    private final Queues queues;
    private final QueueIndex index;

    Bulk(Broker broker, Queues queues, QueueIndex index) {
        this.broker = broker;
        this.queues = queues;
        this.index = index;
    }

    @FunctionalInterface
    private interface ShardWork {
        long on(int shard, List<Taken> taken) throws MessageStoreException;
    }

    /**
     * Moves what waits for a time to those that are ready. Their envelopes still say what they waited
     * for; that they are where they are says that they wait no more.
     */
    long flush(TransportName transport, Instant now) throws MessageStoreException {
        return shardByShard(
                index.waiting(transport),
                LATER,
                (shard, taken) -> {
                    String filter = Envelopes.filter(transport);
                    broker.call(
                            (channel, again) ->
                                    channel.moveAll(
                                            queues.shard(QueueName.DEFERRED, shard),
                                            filter,
                                            queues.shard(QueueName.INCOMING, shard)));
                    for (Taken one : taken) {
                        index.moved(one.entry(), QueueName.INCOMING);
                        index.put(one.entry(), Standing.READY, now);
                    }
                    return taken.size();
                });
    }

    long remove(TransportName transport) throws MessageStoreException {
        return shardByShard(
                index.ids(transport), WAITING, (shard, taken) -> remove(transport, shard, taken));
    }

    private long remove(TransportName transport, int shard, List<Taken> taken)
            throws MessageStoreException {
        String filter = Envelopes.filter(transport);
        long removed =
                broker.call(
                        (channel, again) ->
                                channel.removeAll(queues.shard(QueueName.INCOMING, shard), filter)
                                        + channel.removeAll(
                                                queues.shard(QueueName.DEFERRED, shard), filter));
        List<QueueId> ids = new ArrayList<>();
        for (Taken one : taken) {
            index.forget(one.entry());
            ids.add(one.entry().id());
        }
        for (int from = 0; from < ids.size(); from += NAMED_AT_ONCE) {
            removeContents(shard, ids.subList(from, Math.min(ids.size(), from + NAMED_AT_ONCE)));
        }
        return removed;
    }

    private void removeContents(int shard, List<QueueId> ids) throws MessageStoreException {
        List<String> texts = ids.stream().map(QueueId::asString).toList();
        String filter = Channel.ID + " IN ('" + String.join("','", texts) + "')";
        broker.call((channel, again) -> channel.removeAll(queues.contentShard(shard), filter));
    }

    private long shardByShard(List<QueueId> ids, Set<Standing> allowed, ShardWork work)
            throws MessageStoreException {
        Map<Integer, List<QueueId>> shards = new HashMap<>();
        for (QueueId id : ids) {
            shards.computeIfAbsent(queues.shardOf(id), any -> new ArrayList<>()).add(id);
        }
        long done = 0;
        for (Map.Entry<Integer, List<QueueId>> shard : shards.entrySet()) {
            done += onShard(shard.getKey(), shard.getValue(), allowed, work);
        }
        return done;
    }

    private long onShard(int shard, List<QueueId> ids, Set<Standing> allowed, ShardWork work)
            throws MessageStoreException {
        List<Taken> taken =
                ids.stream().map(id -> index.take(id, allowed)).flatMap(Optional::stream).toList();
        boolean done = false;
        try {
            long number = work.on(shard, taken);
            done = true;
            return number;
        } finally {
            if (!done) {
                taken.forEach(one -> index.put(one.entry(), one.standing(), one.time()));
            }
        }
    }
}
