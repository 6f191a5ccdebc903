/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;

/**
 * What an operator has suspended. Kept by the store, so that it holds over restarts. Safe for use by
 * any thread; asking never blocks.
 */
final class Suspensions {

    /** Of recipients that are not tried because of it. */
    static final DeliveryStatus STATUS =
            DeliveryStatus.local("4.3.2", "suspended by the administrator");

    private final MessageStore store;
    private volatile Set<Suspension> all;

    /**
     * @throws IllegalArgumentException if what the store kept is none of ours
     */
    Suspensions(MessageStore store) {
        this.store = store;
        this.all = read();
    }

    private Set<Suspension> read() {
        return Set.copyOf(store.standingOrders().stream().map(Suspension::parse).toList());
    }

    Set<Suspension> all() {
        return all;
    }

    /**
     * Takes over what the store keeps by now.
     *
     * @return whether it is something else
     * @throws IllegalArgumentException if it is none of ours; then nothing changes
     */
    synchronized boolean readAgain() {
        Set<Suspension> before = all;
        all = read();
        return !all.equals(before);
    }

    /** Returns whether it is new. Durable on return. */
    synchronized boolean add(Suspension suspension) throws MessageStoreException {
        Set<Suspension> more = new HashSet<>(all);
        return more.add(suspension) && kept(more);
    }

    /** Returns whether it was there. Durable on return. */
    synchronized boolean remove(Suspension suspension) throws MessageStoreException {
        Set<Suspension> fewer = new HashSet<>(all);
        return fewer.remove(suspension) && kept(fewer);
    }

    private boolean kept(Set<Suspension> changed) throws MessageStoreException {
        List<String> orders = changed.stream().map(Suspension::asString).sorted().toList();
        try {
            store.keepStandingOrders(orders);
        } finally {
            // What failed last may have been that a power cut cannot undo it.
            all = read();
        }
        return true;
    }

    /** Whether no mail of this transport is to be worked on. */
    boolean covers(TransportName transport) {
        return all.stream().anyMatch(suspension -> suspension.coversAll(transport));
    }

    /** By what a recipient in this domain is not to be tried there, if by anything. */
    Optional<Suspension> of(Destination to, String domain) {
        if (all.isEmpty()) {
            return Optional.empty();
        }
        return all.stream().filter(suspension -> suspension.covers(to, domain)).findFirst();
    }

    Optional<Suspension> of(TransportName transport) {
        return all.stream().filter(suspension -> suspension.coversAll(transport)).findFirst();
    }
}
