/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the queues at the broker and has the index, and what this server takes for its own,
 * agree with them: at the start, after a time in which nothing was heard, and now and then. Safe for use
 * by any thread.
 */
final class Census {

    private static final Logger LOGGER = LoggerFactory.getLogger(Census.class);

    private static final Set<QueueName> STORED =
            EnumSet.complementOf(EnumSet.of(QueueName.CORRUPT));

    private final Broker broker;
    private final Queues queues;
    private final Run run;
    private final QueueIndex index;
    private final Hands hands;
    private final Others others;
    private final Lookup lookup;
    private final Envelopes envelopes;
    private final OperatorActions actions;
    private final Corrupt corrupt;
    private final Rescue rescue;
    private final Supplier<StoreListener> listener;

    Census(
            Broker broker,
            Queues queues,
            Run run,
            QueueIndex index,
            Hands hands,
            Others others,
            Lookup lookup,
            Envelopes envelopes,
            OperatorActions actions,
            Corrupt corrupt,
            Rescue rescue,
            Supplier<StoreListener> listener) {
        this.broker = broker;
        this.queues = queues;
        this.run = run;
        this.index = index;
        this.hands = hands;
        this.others = others;
        this.lookup = lookup;
        this.envelopes = envelopes;
        this.actions = actions;
        this.corrupt = corrupt;
        this.rescue = rescue;
        this.listener = listener;
    }

    /** Learns what is in the shards of a place. */
    Set<QueueId> scan(QueueName place) throws MessageStoreException {
        Set<QueueId> seen = new HashSet<>();
        for (int shard = 0; shard < queues.shards(); shard++) {
            seen.addAll(scan(place, queues.shard(place, shard)));
        }
        corrupt.setAside();
        return seen;
    }

    /** Learns what is on hold, corrupt, and in work elsewhere. */
    Set<QueueId> scanSingle() throws MessageStoreException {
        Set<QueueId> seen = scan(QueueName.HOLD, queues.single(QueueName.HOLD));
        broker.call(
                (channel, again) -> {
                    channel.browse(
                            queues.single(QueueName.CORRUPT), null, raw -> corrupt.isOne(raw));
                    return channel;
                });
        for (String other : rescue.runs()) {
            if (!other.equals(run.name())) {
                scanActive(other);
            }
        }
        corrupt.setAside();
        return seen;
    }

    private void scanActive(String other) throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    channel.browse(
                            queues.active(other),
                            null,
                            raw -> {
                                if (raw.id().isPresent()) {
                                    others.works(
                                            other,
                                            raw.id().get(),
                                            StoredMessage.decode(raw.body()));
                                }
                            });
                    return channel;
                });
    }

    private Set<QueueId> scan(QueueName place, String queue) throws MessageStoreException {
        Set<QueueId> seen = new HashSet<>();
        return broker.call(
                (channel, again) -> {
                    channel.browse(queue, null, raw -> see(place, queue, raw).ifPresent(seen::add));
                    return seen;
                });
    }

    private Optional<QueueId> see(QueueName place, String queue, Raw raw) {
        Optional<QueueId> id = raw.id();
        if (id.isEmpty()) {
            LOGGER.error("{} holds a message that is not one of ours", queue);
        } else if (index.entry(id.get()).isEmpty() && !hands.has(id.get())) {
            lookup.learn(id.get(), place, queue, raw);
        }
        return id;
    }

    /**
     * Makes the index what the broker has, after a time in which nobody could tell, and puts back what
     * this server was given then without knowing.
     */
    void reconcile() throws MessageStoreException {
        Set<QueueId> unseen = new HashSet<>(index.ids(STORED, Optional.empty(), Integer.MAX_VALUE));
        Set<QueueId> elsewhere = others.all();
        Set<QueueId> reserved = hands.allReserved();
        hands.doubtAll();
        others.forgetAll();
        unseen.removeAll(scan(QueueName.INCOMING));
        unseen.removeAll(scan(QueueName.DEFERRED));
        unseen.removeAll(scanSingle());
        for (QueueId id : unseen) {
            if (!hands.has(id)) {
                lookAnew(id);
            }
        }
        for (QueueId id : rescue.active(run.name())) {
            if (!hands.has(id)) {
                putBack(id);
            }
        }
        for (QueueId id : reserved) {
            forgetIfTakenOver(id);
        }
        elsewhere.forEach(listener.get()::endedElsewhere);
        index.transports().forEach(listener.get()::available);
    }

    /** Learns anew where a message is that nobody here has. */
    private void lookAnew(QueueId id) throws MessageStoreException {
        index.take(id, Standing.ANY_BUT_TAKEN).ifPresent(taken -> index.forget(taken.entry()));
        lookup.bringIn(id);
    }

    /** A message came into the active queue of this run without its knowing. */
    private void putBack(QueueId id) throws MessageStoreException {
        if (rescue.putBack(run.name(), id, List.of())) {
            LOGGER.info("{} was this server's without its knowing", id);
            others.forget(id);
            lookAnew(id);
            index.transport(id).ifPresent(listener.get()::available);
        }
    }

    /** Others take over what a server has that they miss. */
    private void forgetIfTakenOver(QueueId id) throws MessageStoreException {
        Optional<Taken> taken =
                hands.reserved(id).flatMap(any -> index.take(id, Standing.ANY_BUT_TAKEN));
        if (taken.isEmpty()) {
            return;
        }
        boolean gone;
        try {
            gone = envelopes.find(id, List.of(QueueName.ACTIVE)).isEmpty();
        } finally {
            index.put(taken.get().entry(), taken.get().standing(), taken.get().time());
        }
        if (gone) {
            hands.release(id);
            lookAnew(id);
        }
    }

    /**
     * Gives to all what was reserved for this server and has not been taken up, and puts back what is in
     * its active queue without its knowing: the broker did what it did not answer.
     */
    void lookAfterHands() throws MessageStoreException {
        shareWhatWaitsForLong();
        String active = queues.active(run.name());
        long there = broker.call((channel, again) -> channel.count(active));
        List<QueueId> ids = there > hands.number() ? rescue.active(run.name()) : List.of();
        for (QueueId id : hands.strange(ids)) {
            putBack(id);
        }
    }

    private void shareWhatWaitsForLong() {
        try {
            for (QueueId id : hands.reservedForLong()) {
                actions.share(id);
            }
        } catch (MessageStoreException e) {
            LOGGER.warn("what was reserved for this server stays so for now: {}", e.getMessage());
        }
    }
}
