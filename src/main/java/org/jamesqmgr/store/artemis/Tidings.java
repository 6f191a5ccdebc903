/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.Optional;
import java.util.function.Supplier;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.index.QueueIndex;

/**
 * What the watch finds out about others, passed on to whoever keeps it: the index, the standing orders,
 * the listener. For the thread of the watch.
 */
final class Tidings implements Watch.Watcher {

    /** Makes known to the index a message that another server had. */
    @FunctionalInterface
    interface Look {
        void at(QueueId id) throws MessageStoreException;
    }

    /** Looks after what this server has in its hands. */
    @FunctionalInterface
    interface Upkeep {
        void look() throws MessageStoreException;
    }

    /** Makes the index what the broker has. */
    @FunctionalInterface
    interface Reconciliation {
        void reconcile() throws MessageStoreException;
    }

    private final QueueIndex index;
    private final Others others;
    private final Corrupt corrupt;
    private final Rescue rescue;
    private final Orders orders;
    private final Supplier<StoreListener> listener;
    private final Look look;
    private final Hands hands;
    private final Upkeep upkeep;
    private final Reconciliation all;

    Tidings(
            QueueIndex index,
            Others others,
            Hands hands,
            Corrupt corrupt,
            Rescue rescue,
            Orders orders,
            Supplier<StoreListener> listener,
            Look look,
            Upkeep upkeep,
            Reconciliation all) {
        this.index = index;
        this.others = others;
        this.corrupt = corrupt;
        this.rescue = rescue;
        this.orders = orders;
        this.listener = listener;
        this.look = look;
        this.hands = hands;
        this.upkeep = upkeep;
        this.all = all;
    }

    @Override
    public void heard(Raw raw) throws MessageStoreException {
        Optional<News.Kind> kind = News.kind(raw);
        if (kind.equals(Optional.of(News.Kind.ORDERS))) {
            readOrders();
        } else if (kind.equals(Optional.of(News.Kind.ALL_GONE))) {
            News.ids(raw).forEach(id -> heard(News.Kind.GONE, id, raw));
        } else if (kind.equals(Optional.of(News.Kind.ALL_DUE))) {
            News.ids(raw).forEach(this::due);
        } else if (kind.isPresent() && raw.id().isPresent()) {
            heard(kind.get(), raw.id().get(), raw);
        }
    }

    private void due(QueueId id) {
        if (others.due(id)) {
            index.transport(id).ifPresent(listener.get()::available);
        }
    }

    private void heard(News.Kind kind, QueueId id, Raw raw) {
        corrupt.hear(kind, raw);
        // Who speaks of it has taken this server for dead, and the message over.
        hands.release(id);
        Optional<StoredMessage> waits = others.hear(kind, id, raw);
        if (kind != News.Kind.CLAIMED) {
            listener.get().endedElsewhere(id);
        }
        waits.ifPresent(stored -> listener.get().available(stored.envelope().transport()));
    }

    private void readOrders() throws MessageStoreException {
        if (orders.read()) {
            listener.get().ordersChanged();
        }
    }

    @Override
    public void missed(String other) throws MessageStoreException {
        for (QueueId id : rescue.rescue(other)) {
            others.forget(id);
            lookFor(id);
            index.transport(id).ifPresent(listener.get()::available);
        }
    }

    @Override
    public void looked() throws MessageStoreException {
        readOrders();
        upkeep.look();
        for (QueueId id : others.doubtful()) {
            Optional<String> worker = rescue.worker(id);
            if (worker.isPresent()) {
                others.found(id, worker.get());
            } else {
                others.forget(id);
                lookFor(id);
            }
        }
    }

    private void lookFor(QueueId id) throws MessageStoreException {
        look.at(id);
        listener.get().endedElsewhere(id);
    }

    @Override
    public void back() throws MessageStoreException {
        readOrders();
        all.reconcile();
    }
}
