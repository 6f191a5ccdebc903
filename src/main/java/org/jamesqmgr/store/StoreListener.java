/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;

/**
 * Hears what happens in a store.
 *
 * <p>Called on whichever thread caused the event, never with a lock of the store held. Must return
 * quickly and throw nothing.
 */
public interface StoreListener {

    /** A message for this transport may be ready to be claimed, or has a new due time. */
    void available(TransportName transport);

    /** A damaged message was set aside. It is kept in the corrupt queue for a person to look at. */
    void corrupt(QueueId id, String reason);

    /**
     * Another server has ended its work on a message, or may have while nobody could tell: it waits now,
     * or is gone, or somebody has it again.
     */
    default void endedElsewhere(QueueId id) {}

    /** Another server has changed the standing orders. */
    default void ordersChanged() {}

    /** Ignores everything. */
    StoreListener NONE =
            new StoreListener() {
                @Override
                public void available(TransportName transport) {}

                @Override
                public void corrupt(QueueId id, String reason) {}
            };
}
