/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Instant;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.index.QueueIndex.Standing;

/** How a message stands that is found at the broker. */
final class Standings {

    private Standings() {}

    /**
     * @param time since when it is ready, or when it is due
     */
    record Stands(Standing standing, Instant time) {}

    static Stands of(StoredMessage stored, QueueName place, Instant now) {
        MessageStatus status = stored.status();
        if (place == QueueName.HOLD) {
            return new Stands(Standing.HELD, status.due());
        }
        if (status.crashes() >= MessageStore.SUSPECT_CRASHES) {
            return new Stands(Standing.SUSPECT, status.due());
        }
        if (place == QueueName.DEFERRED) {
            boolean scheduled = status.scheduled();
            return new Stands(scheduled ? Standing.SCHEDULED : Standing.DEFERRED, status.due());
        }
        // Flushed with all others of its transport: since when is not known any more.
        boolean early = stored.bound() == QueueName.DEFERRED && status.due().isAfter(now);
        return new Stands(Standing.READY, early ? now : status.due());
    }
}
