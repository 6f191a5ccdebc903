/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;

/**
 * What an operator does to a message that nobody works on. Safe for use by any thread.
 *
 * <p>An action that fails leaves the index as it was; where the message is in truth is found out when
 * it is claimed, or at the next reconciliation.
 */
final class OperatorActions {

    private final QueueIndex index;
    private final Envelopes envelopes;
    private final Queues queues;
    private final String run;
    private final Hands hands;
    private final Others others;
    private final Lookup lookup;
    private final Corrupt corrupt;
    private final Clock clock;

    OperatorActions(
            QueueIndex index,
            Envelopes envelopes,
            Queues queues,
            String run,
            Hands hands,
            Others others,
            Lookup lookup,
            Corrupt corrupt,
            Clock clock) {
        this.index = index;
        this.envelopes = envelopes;
        this.queues = queues;
        this.run = run;
        this.hands = hands;
        this.others = others;
        this.lookup = lookup;
        this.corrupt = corrupt;
        this.clock = clock;
    }

    OperatorResult remove(QueueId id) throws MessageStoreException {
        return act(id, Standing.ANY_BUT_TAKEN, this::remove);
    }

    private boolean remove(Taken taken) throws MessageStoreException {
        QueueId id = taken.entry().id();
        boolean removed = envelopes.remove(id, placesToChange(taken.entry())); // commit
        hands.release(id);
        if (removed) {
            index.forget(taken.entry());
        }
        return removed;
    }

    /** Removes a message unless it has changed. */
    OperatorResult remove(QueuedMessage asItWas) throws MessageStoreException {
        QueueId id = asItWas.id();
        share(id);
        OperatorResult result = act(id, Standing.ANY_BUT_TAKEN, taken -> remove(taken, asItWas));
        return result == OperatorResult.DONE ? result : instead(id);
    }

    private boolean remove(Taken taken, QueuedMessage asItWas) throws MessageStoreException {
        QueueId id = asItWas.id();
        boolean removed =
                envelopes.remove(
                        id,
                        placesToChange(taken.entry()),
                        found ->
                                Lookup.asItStands(found, taken.time())
                                        .message(id, found.place())
                                        .equals(asItWas)); // commit
        if (removed) {
            index.forget(taken.entry());
        }
        return removed;
    }

    /** Why a message is not removed: it is there and not as it was, or it is not there. */
    private OperatorResult instead(QueueId id) throws MessageStoreException {
        others.doubt(id);
        lookup.bringIn(id);
        return lookup.find(id).isPresent() ? OperatorResult.CLAIMED : OperatorResult.NOT_FOUND;
    }

    OperatorResult flush(QueueId id, Instant now) throws MessageStoreException {
        return act(id, Standing.WAITING, taken -> flush(taken, now));
    }

    private boolean flush(Taken taken, Instant now) throws MessageStoreException {
        if (taken.standing() == Standing.READY) {
            index.put(taken.entry(), Standing.READY, taken.time());
            return true;
        }
        return edit(taken, Edit.flush(now));
    }

    OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        return act(id, Edit.hold(reason));
    }

    OperatorResult release(QueueId id) throws MessageStoreException {
        return act(id, Edit.release(clock.instant()));
    }

    OperatorResult expire(QueueId id) throws MessageStoreException {
        return act(id, Edit.expire());
    }

    /** Lets all servers have a message that was reserved for this one. */
    void share(QueueId id) throws MessageStoreException {
        if (index.entry(id).isEmpty()) {
            hands.release(id);
        } else if (hands.reserved(id).isPresent()) {
            act(id, Edit.share());
        }
    }

    /** As {@link #share}, of all that is reserved. */
    void shareAll() throws MessageStoreException {
        for (QueueId id : hands.allReserved()) {
            share(id);
        }
    }

    private OperatorResult act(QueueId id, Edit edit) throws MessageStoreException {
        return act(id, edit.allowed(), taken -> edit(taken, edit));
    }

    /** Changes a message at the broker, then in the index. */
    private boolean edit(Taken taken, Edit edit) throws MessageStoreException {
        Entry entry = taken.entry();
        Optional<StoredMessage> after =
                envelopes.change(
                        entry.id(),
                        placesToChange(entry),
                        (place, before) -> edit.apply(taken, place, before)); // commit
        hands.release(entry.id());
        after.ifPresent(now -> edit.settle(index, taken, now));
        return after.isPresent();
    }

    /** As {@link Lookup#places}; what was reserved may be anywhere until the change is known to be done. */
    private List<QueueName> placesToChange(Entry entry) {
        List<QueueName> places = lookup.places(entry);
        hands.doubt(entry.id());
        return places;
    }

    /** An action on a message that was taken; false if it was not there any more. */
    @FunctionalInterface
    private interface Action {
        boolean on(Taken taken) throws MessageStoreException;
    }

    private OperatorResult act(QueueId id, Set<Standing> allowed, Action action)
            throws MessageStoreException {
        lookup.bringIn(id);
        Optional<Taken> taken = index.take(id, allowed);
        if (taken.isEmpty()) {
            return index.standing(id).equals(Optional.of(Standing.TAKEN))
                    ? OperatorResult.CLAIMED
                    : OperatorResult.NOT_FOUND;
        }
        try {
            if (action.on(taken.get())) {
                others.mine(id);
                return OperatorResult.DONE;
            }
            others.lost(taken.get().entry());
            return index.entry(id).isPresent() ? OperatorResult.CLAIMED : OperatorResult.NOT_FOUND;
        } catch (MessageStoreException | RuntimeException | Error e) {
            others.leave(taken.get());
            if (e.getCause() instanceof DamagedMessageException damage) {
                corrupt.found(id, queue(taken.get().entry()), damage);
                index.forget(taken.get().entry());
                hands.release(id);
                corrupt.setAside();
                return OperatorResult.NOT_FOUND;
            }
            throw e;
        }
    }

    private String queue(Entry entry) {
        QueueId id = entry.id();
        return hands.reserved(id).isPresent()
                ? queues.active(run)
                : queues.envelope(index.place(entry), id);
    }
}
