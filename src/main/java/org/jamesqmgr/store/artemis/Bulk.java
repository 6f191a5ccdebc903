/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done to many messages at once, queue by queue: by the broker itself where it can, else many
 * in one transaction. Messages are in nobody else's reach in this server meanwhile. What is not where
 * it was thought to be stays as it was.
 */
final class Bulk {

    private static final Logger LOGGER = LoggerFactory.getLogger(Bulk.class);

    /** So many ids are named in one filter. The broker looks at a whole queue for each. */
    static final int NAMED_AT_ONCE = 5_000;

    /** So many envelopes are in memory at a time, here and, until the commit, at the broker. */
    private static final int CHANGED_AT_ONCE = 500;

    /** More of them would only wait for the broker's journal. */
    private static final int AT_A_TIME = 4;

    private final Broker broker;
    private final Queues queues;
    private final QueueIndex index;
    private final Envelopes envelopes;
    private final Hands hands;
    private final Others others;
    private final Sweep sweep;
    private final News news;

    Bulk(
            Broker broker,
            Queues queues,
            QueueIndex index,
            Envelopes envelopes,
            Hands hands,
            Others others,
            Sweep sweep,
            News news) {
        this.broker = broker;
        this.queues = queues;
        this.index = index;
        this.envelopes = envelopes;
        this.hands = hands;
        this.others = others;
        this.sweep = sweep;
        this.news = news;
    }

    /**
     * A queue of envelopes.
     *
     * @param shard none if the place is one queue for all shards
     */
    private record Where(QueueName place, OptionalInt shard) {

        String in(Queues queues) {
            return shard.isPresent() ? queues.shard(place, shard.getAsInt()) : queues.single(place);
        }

        Where other(QueueName otherPlace) {
            return new Where(otherPlace, shard);
        }
    }

    private Optional<Where> where(QueueId id) {
        return index.place(id).flatMap(place -> where(place, id));
    }

    private Optional<Where> where(QueueName place, QueueId id) {
        return switch (place) {
            case INCOMING, DEFERRED ->
                    Optional.of(new Where(place, OptionalInt.of(queues.shardOf(id))));
            case HOLD -> Optional.of(new Where(place, OptionalInt.empty()));
            case ACTIVE, CORRUPT -> Optional.empty();
        };
    }

    /** What was done, and what hindered the rest. */
    record Done(Set<QueueId> ids, Optional<MessageStoreException> trouble) {

        /** How many; throws if anything was hindered. */
        long all() throws MessageStoreException {
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            return ids.size();
        }

        /** Whatever it was. */
        Set<QueueId> some() {
            trouble.ifPresent(
                    e ->
                            LOGGER.warn(
                                    "no more than {} messages were changed together",
                                    ids.size(),
                                    e));
            return ids;
        }
    }

    /**
     * Does something to messages that were taken, all in one queue as far as is known.
     *
     * @return those that it was done to, which are in the index as they are now, or not any more
     */
    @FunctionalInterface
    private interface Work {
        Set<QueueId> on(Where where, Map<QueueId, Taken> taken) throws MessageStoreException;
    }

    /**
     * Moves what waits for a time to those that are ready. Their envelopes still say what they waited
     * for; that they are where they are says that they wait no more.
     */
    Done flush(Collection<QueueId> ids, Instant now) {
        Work work = (where, taken) -> flush(where, taken, now);
        return told(News.Kind.ALL_DUE, onEach(ids, Standing.LATER, NAMED_AT_ONCE, work));
    }

    private Set<QueueId> flush(Where where, Map<QueueId, Taken> taken, Instant now)
            throws MessageStoreException {
        if (where.place() == QueueName.DEFERRED) {
            String incoming = where.other(QueueName.INCOMING).in(queues);
            String filter = Channel.filter(taken.keySet());
            broker.call(
                    (channel, again) ->
                            channel.moveAll(where.in(queues), filter, incoming)); // commit
        }
        for (Taken one : taken.values()) {
            index.moved(one.entry(), QueueName.INCOMING);
            index.put(one.entry(), Standing.READY, now);
        }
        return Set.copyOf(taken.keySet());
    }

    /** Changes messages, but none that is reserved. */
    Done edit(Collection<QueueId> ids, Edit edit) {
        return onEach(
                ids, edit.allowed(), CHANGED_AT_ONCE, (where, taken) -> edit(where, taken, edit));
    }

    private Set<QueueId> edit(Where where, Map<QueueId, Taken> taken, Edit edit)
            throws MessageStoreException {
        List<QueueId> ids =
                taken.keySet().stream().filter(id -> hands.reserved(id).isEmpty()).toList();
        Map<QueueId, StoredMessage> changed =
                change(
                        where.in(queues),
                        ids,
                        (id, before) -> edit.apply(taken.get(id), where.place(), before));
        changed.forEach((id, after) -> edit.settle(index, taken.get(id), after));
        changed.keySet().forEach(others::mine);
        return changed.keySet();
    }

    /** One that is damaged spoils it for all of them; who looks at each finds out which. */
    private Map<QueueId, StoredMessage> change(
            String queue, List<QueueId> ids, Envelopes.EachChange change)
            throws MessageStoreException {
        try {
            return ids.isEmpty() ? Map.of() : envelopes.change(queue, ids, change); // commit
        } catch (MessageStoreException e) {
            if (e.getCause() instanceof DamagedMessageException) {
                return Map.of();
            }
            throw e;
        }
    }

    /**
     * Removes messages.
     *
     * @param allowed how they must stand
     */
    Done remove(Collection<QueueId> ids, Set<Standing> allowed) {
        Done gone = told(News.Kind.ALL_GONE, onEach(ids, allowed, NAMED_AT_ONCE, this::remove));
        broker.execute(() -> removeContents(byShard(gone.ids())));
        return gone;
    }

    private Map<Integer, Set<QueueId>> byShard(Set<QueueId> ids) {
        return ids.stream().collect(Collectors.groupingBy(queues::shardOf, Collectors.toSet()));
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

    private Set<QueueId> remove(Where where, Map<QueueId, Taken> taken)
            throws MessageStoreException {
        Set<QueueId> gone = new HashSet<>();
        Set<QueueId> waiting = new HashSet<>(taken.keySet());
        for (QueueId id : taken.keySet()) {
            if (hands.reserved(id).isPresent()) {
                waiting.remove(id);
                if (removeReserved(id)) {
                    gone.add(id);
                }
            }
        }
        if (!waiting.isEmpty()) {
            gone.addAll(removeWaiting(where, waiting));
        }
        gone.forEach(id -> index.forget(taken.get(id).entry()));
        gone.forEach(others::mine);
        return gone;
    }

    private boolean removeReserved(QueueId id) throws MessageStoreException {
        hands.doubt(id);
        List<QueueName> places = List.of(QueueName.ACTIVE, QueueName.INCOMING, QueueName.DEFERRED);
        boolean removed = envelopes.remove(id, places); // commit
        hands.release(id);
        return removed;
    }

    /** What another server has taken meanwhile is not here any more, and keeps its content. */
    private Set<QueueId> removeWaiting(Where where, Set<QueueId> ids) throws MessageStoreException {
        long removed = removeAll(where, ids);
        if (removed < ids.size() && where.place() == QueueName.DEFERRED) {
            removed += removeAll(where.other(QueueName.INCOMING), ids);
        } else if (removed < ids.size() && where.place() == QueueName.INCOMING) {
            removed += removeAll(where.other(QueueName.DEFERRED), ids);
        }
        return removed == ids.size() ? ids : nowhere(ids);
    }

    private long removeAll(Where where, Set<QueueId> ids) throws MessageStoreException {
        String filter = Channel.filter(ids);
        return broker.call(
                (channel, again) -> channel.removeAll(where.in(queues), filter)); // commit
    }

    private Set<QueueId> nowhere(Set<QueueId> ids) throws MessageStoreException {
        Set<QueueId> nowhere = new HashSet<>();
        for (Map.Entry<Integer, Set<QueueId>> shard : byShard(ids).entrySet()) {
            nowhere.addAll(sweep.nowhere(shard.getKey(), shard.getValue()));
        }
        return nowhere;
    }

    /** It is done by now: who does not hear of it finds out. */
    private Done told(News.Kind kind, Done done) {
        try {
            for (List<QueueId> some : parts(done.ids(), NAMED_AT_ONCE)) {
                broker.call(
                        (channel, again) -> {
                            news.all(channel, kind, some);
                            channel.commit();
                            return kind;
                        });
            }
        } catch (MessageStoreException e) {
            LOGGER.warn("the other servers could not be told what was done", e);
        }
        return done;
    }

    /** One queue, and what is to be worked on there. */
    private record Share(Where where, List<QueueId> ids) {}

    /**
     * Works on several queues at a time: while the broker waits for its disk for one it looks through
     * another.
     *
     * @param most so many messages are worked on together
     */
    private Done onEach(Collection<QueueId> ids, Set<Standing> allowed, int most, Work work) {
        Map<Where, List<QueueId>> shares = new HashMap<>();
        for (QueueId id : ids) {
            where(id).ifPresent(at -> shares.computeIfAbsent(at, any -> new ArrayList<>()).add(id));
        }
        Queue<Share> left = new ConcurrentLinkedQueue<>();
        shares.forEach(
                (where, all) -> parts(all, most).forEach(part -> left.add(new Share(where, part))));
        Set<QueueId> done = ConcurrentHashMap.newKeySet();
        List<FutureTask<Boolean>> workers = new ArrayList<>();
        for (int worker = 0; worker < Math.min(AT_A_TIME, left.size()); worker++) {
            workers.add(new FutureTask<>(() -> workOff(left, allowed, work, done)));
        }
        workers.forEach(broker::execute);
        return new Done(done, await(workers));
    }

    /** In lists of so many at most. */
    static List<List<QueueId>> parts(Collection<QueueId> ids, int most) {
        List<QueueId> all = List.copyOf(ids);
        List<List<QueueId>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += most) {
            parts.add(all.subList(from, Math.min(all.size(), from + most)));
        }
        return parts;
    }

    private boolean workOff(Queue<Share> left, Set<Standing> allowed, Work work, Set<QueueId> done)
            throws MessageStoreException {
        for (Share share = left.poll(); share != null; share = left.poll()) {
            done.addAll(onShare(share, allowed, work));
        }
        return true;
    }

    /** Waits for all of them, whatever becomes of the first. */
    private static Optional<MessageStoreException> await(List<FutureTask<Boolean>> workers) {
        Optional<MessageStoreException> trouble = Optional.empty();
        for (FutureTask<Boolean> worker : workers) {
            try {
                Broker.await(worker);
            } catch (MessageStoreException e) {
                trouble = Optional.of(e);
            }
        }
        return trouble;
    }

    private Set<QueueId> onShare(Share share, Set<Standing> allowed, Work work)
            throws MessageStoreException {
        Map<QueueId, Taken> taken = take(share, allowed);
        Set<QueueId> done = Set.of();
        try {
            done = taken.isEmpty() ? Set.of() : work.on(share.where(), taken);
            return done;
        } finally {
            taken.keySet().removeAll(done);
            taken.values().forEach(others::leave);
        }
    }

    private Map<QueueId, Taken> take(Share share, Set<Standing> allowed) {
        Map<QueueId, Taken> taken = new HashMap<>();
        for (QueueId id : share.ids()) {
            index.take(id, allowed).ifPresent(one -> taken.put(id, one));
        }
        // It may have moved since it was looked where it is.
        List<QueueId> moved =
                taken.keySet().stream()
                        .filter(id -> !where(id).equals(Optional.of(share.where())))
                        .toList();
        moved.forEach(id -> others.leave(taken.remove(id)));
        return taken;
    }
}
