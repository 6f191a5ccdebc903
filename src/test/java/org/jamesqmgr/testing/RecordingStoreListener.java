/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.StoreListener;

/** Remembers what a store told, in order. Safe for use by any thread. */
public final class RecordingStoreListener implements StoreListener {

    /** A damaged message that was set aside. */
    public record Corrupt(QueueId id, String reason) {}

    private final List<TransportName> available = new CopyOnWriteArrayList<>();
    private final List<Corrupt> corrupt = new CopyOnWriteArrayList<>();
    private final List<QueueId> ended = new CopyOnWriteArrayList<>();
    private final AtomicInteger orderChanges = new AtomicInteger();

    @Override
    public void available(TransportName transport) {
        available.add(transport);
    }

    @Override
    public void corrupt(QueueId id, String reason) {
        corrupt.add(new Corrupt(id, reason));
    }

    @Override
    public void endedElsewhere(QueueId id) {
        ended.add(id);
    }

    @Override
    public void ordersChanged() {
        orderChanges.incrementAndGet();
    }

    /** Messages that other servers do not have in work any more. */
    public List<QueueId> endedElsewhereCalls() {
        return List.copyOf(ended);
    }

    public int orderChanges() {
        return orderChanges.get();
    }

    /** The transports of all calls so far, or since they were forgotten. */
    public List<TransportName> availableCalls() {
        return List.copyOf(available);
    }

    public List<Corrupt> corruptCalls() {
        return List.copyOf(corrupt);
    }

    public void forget() {
        available.clear();
        corrupt.clear();
        ended.clear();
    }
}
