/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;

/**
 * The waiting messages that this server put where they are last: who looks for one of them need not
 * ask the broker. Good for looking only. Safe for use by any thread.
 */
final class LastSeen {

    private static final int MOST = 500;

    /** More recipients, attempts or attributes than that are not worth their memory. */
    private static final int LONGEST = 20_000;

    /** A message, and where it is. */
    record Seen(QueueName queue, StoredMessage stored) {}

    @GuardedBy("this")
    private final Map<QueueId, Seen> messages =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<QueueId, Seen> eldest) {
                    return size() > MOST;
                }
            };

    /**
     * Remembers one; to be called before the index says that it waits.
     *
     * @param length of it, encoded
     */
    synchronized void put(QueueId id, StoredMessage stored, int length) {
        if (length <= LONGEST) {
            messages.put(id, new Seen(stored.bound(), stored));
        } else {
            messages.remove(id);
        }
    }

    synchronized Optional<Seen> get(QueueId id) {
        return Optional.ofNullable(messages.get(id));
    }

    synchronized void forget(QueueId id) {
        messages.remove(id);
    }
}
