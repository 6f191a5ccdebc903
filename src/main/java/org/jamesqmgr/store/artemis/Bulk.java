/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done to many messages at once: by the broker itself, shard by shard. Messages are in
 * nobody else's reach in this server meanwhile.
 */
final class Bulk {

    private static final Logger LOGGER = LoggerFactory.getLogger(Bulk.class);

    /** So many ids are named in one filter. The broker looks at a whole shard for each. */
    static final int NAMED_AT_ONCE = 5_000;

    /** More of them would only wait for the broker's journal. */
    private static final int AT_A_TIME = 4;

    private final Broker broker;
    private final Queues queues;
    private final QueueIndex index;
    private final Envelopes envelopes;
    private final Hands hands;
    private final Sweep sweep;
    private final News news;

    Bulk(
            Broker broker,
            Queues queues,
            QueueIndex index,
            Envelopes envelopes,
            Hands hands,
            Sweep sweep,
            News news) {
        this.broker = broker;
        this.queues = queues;
        this.index = index;
        this.envelopes = envelopes;
        this.hands = hands;
        this.sweep = sweep;
        this.news = news;
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
                Standing.LATER,
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
                    tell(News.Kind.ALL_DUE, taken.stream().map(one -> one.entry().id()).toList());
                    return taken.size();
                });
    }

    long remove(TransportName transport) throws MessageStoreException {
        Map<Integer, Set<QueueId>> gone = new ConcurrentHashMap<>();
        try {
            return shardByShard(
                    index.ids(transport),
                    Standing.WAITING,
                    (shard, taken) -> remove(shard, taken, gone));
        } finally {
            broker.execute(() -> removeContents(gone));
        }
    }

    /**
     * Removes those that wait.
     *
     * @return which are nowhere any more
     */
    Set<QueueId> remove(Collection<QueueId> ids) throws MessageStoreException {
        Map<Integer, Set<QueueId>> gone = new ConcurrentHashMap<>();
        try {
            shardByShard(ids, Standing.WAITING, (shard, taken) -> remove(shard, taken, gone));
        } catch (MessageStoreException e) {
            LOGGER.warn("not all of {} messages were removed", ids.size(), e);
        } finally {
            broker.execute(() -> removeContents(gone));
        }
        return gone.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    }

    /** Nobody waits for this: without its envelope a content is nobody's. */
    private void removeContents(Map<Integer, Set<QueueId>> gone) {
        try {
            for (Map.Entry<Integer, Set<QueueId>> shard : gone.entrySet()) {
                sweep.remove(queues.contentShard(shard.getKey()), shard.getValue());
            }
        } catch (MessageStoreException e) {
            LOGGER.warn("contents of deleted mail stay until a server starts: {}", e.getMessage());
        }
    }

    private long remove(int shard, List<Taken> taken, Map<Integer, Set<QueueId>> gone)
            throws MessageStoreException {
        List<Taken> waiting = new ArrayList<>();
        long removed = 0;
        for (Taken one : taken) {
            if (hands.reserved(one.entry().id()).isEmpty()) {
                waiting.add(one);
            } else if (removeReserved(one.entry())) {
                note(gone, shard, Set.of(one.entry().id()));
                removed++;
            }
        }
        return removed + removeNamed(shard, waiting, gone);
    }

    private static void note(Map<Integer, Set<QueueId>> gone, int shard, Set<QueueId> ids) {
        gone.computeIfAbsent(shard, any -> new HashSet<>()).addAll(ids);
    }

    private boolean removeReserved(Entry entry) throws MessageStoreException {
        hands.doubt(entry.id());
        List<QueueName> places = List.of(QueueName.ACTIVE, QueueName.INCOMING, QueueName.DEFERRED);
        boolean removed = envelopes.remove(entry.id(), places); // commit
        hands.release(entry.id());
        index.forget(entry);
        return removed;
    }

    private long removeNamed(int shard, List<Taken> taken, Map<Integer, Set<QueueId>> gone)
            throws MessageStoreException {
        long removed = 0;
        for (int from = 0; from < taken.size(); from += NAMED_AT_ONCE) {
            List<Taken> some = taken.subList(from, Math.min(taken.size(), from + NAMED_AT_ONCE));
            Set<QueueId> ids =
                    some.stream().map(one -> one.entry().id()).collect(Collectors.toSet());
            removed += removeIds(shard, ids, gone);
            some.forEach(one -> index.forget(one.entry()));
        }
        return removed;
    }

    /** What another server has taken meanwhile is not here any more, and keeps its content. */
    private long removeIds(int shard, Set<QueueId> ids, Map<Integer, Set<QueueId>> allGone)
            throws MessageStoreException {
        String filter = Channel.filter(ids);
        long removed = 0;
        for (QueueName place : List.of(QueueName.DEFERRED, QueueName.INCOMING)) {
            if (removed < ids.size()) {
                String queue = queues.shard(place, shard);
                removed += broker.call((channel, again) -> channel.removeAll(queue, filter));
            }
        }
        Set<QueueId> gone = removed == ids.size() ? ids : sweep.nowhere(shard, ids);
        note(allGone, shard, gone);
        tell(News.Kind.ALL_GONE, gone);
        return removed;
    }

    /** It is done by now: who does not hear of it finds out. */
    private void tell(News.Kind kind, Collection<QueueId> ids) {
        try {
            if (!ids.isEmpty()) {
                broker.call(
                        (channel, again) -> {
                            news.all(channel, kind, ids);
                            channel.commit();
                            return kind;
                        });
            }
        } catch (MessageStoreException e) {
            LOGGER.warn("the other servers could not be told what was done", e);
        }
    }

    /**
     * Does work on several shards at a time: while the broker waits for its disk for one it looks
     * through another.
     */
    private long shardByShard(Collection<QueueId> ids, Set<Standing> allowed, ShardWork work)
            throws MessageStoreException {
        Map<Integer, List<QueueId>> shards =
                ids.stream().collect(Collectors.groupingBy(queues::shardOf));
        Queue<Map.Entry<Integer, List<QueueId>>> left =
                new ConcurrentLinkedQueue<>(shards.entrySet());
        List<FutureTask<Long>> workers = new ArrayList<>();
        for (int worker = 0; worker < Math.min(AT_A_TIME, shards.size()); worker++) {
            FutureTask<Long> task = new FutureTask<>(() -> workOff(left, allowed, work));
            workers.add(task);
            broker.execute(task);
        }
        return await(workers);
    }

    private long workOff(
            Queue<Map.Entry<Integer, List<QueueId>>> left, Set<Standing> allowed, ShardWork work)
            throws MessageStoreException {
        long done = 0;
        for (var shard = left.poll(); shard != null; shard = left.poll()) {
            done += onShard(shard.getKey(), shard.getValue(), allowed, work);
        }
        return done;
    }

    /** Waits for all of them, whatever becomes of the first. */
    private static long await(List<FutureTask<Long>> workers) throws MessageStoreException {
        long done = 0;
        MessageStoreException trouble = null;
        for (FutureTask<Long> worker : workers) {
            try {
                done += Broker.await(worker);
            } catch (MessageStoreException e) {
                trouble = e;
            }
        }
        if (trouble != null) {
            throw trouble;
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
