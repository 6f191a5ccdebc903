/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Remembers what the store fails at, and tells the listener when that begins and ends. Each activity
 * by itself: on a full disk claims succeed while nothing can be accepted. Safe for use by any thread.
 */
final class StoreHealth {

    private final Clock clock;
    private final QueueEventListener listener;
    private final Map<StoreTrouble.Activity, StoreTrouble> troubles = new ConcurrentHashMap<>();

    StoreHealth(Clock clock, QueueEventListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    void failed(StoreTrouble.Activity activity, MessageStoreException cause) {
        StoreTrouble trouble = new StoreTrouble(activity, clock.instant(), cause);
        if (troubles.putIfAbsent(activity, trouble) == null) {
            listener.storeFailed(trouble);
        } else {
            listener.storeStillFails(trouble);
        }
    }

    void succeeded(StoreTrouble.Activity activity) {
        if (troubles.isEmpty()) {
            return;
        }
        StoreTrouble trouble = troubles.remove(activity);
        if (trouble != null) {
            Instant now = clock.instant();
            listener.storeRecovered(trouble, Duration.between(trouble.since(), now));
        }
    }

    /** The trouble that has lasted longest. */
    Optional<StoreTrouble> trouble() {
        return troubles.values().stream().min(Comparator.comparing(StoreTrouble::since));
    }
}
