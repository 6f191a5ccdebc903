/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Damaged messages: found, set aside, reported. Safe for use by any thread. */
final class Corrupt {

    private static final Logger LOGGER = LoggerFactory.getLogger(Corrupt.class);

    private final Envelopes envelopes;
    private final Queues queues;

    /** Their names, and the ids that they have at the broker. */
    private final Map<String, QueueId> known = new ConcurrentHashMap<>();

    private final Map<QueueId, Damage> found = new ConcurrentHashMap<>();
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();

    private record Damage(String queue, String reason) {}

    private record Report(QueueId id, String reason) {}

    Corrupt(Envelopes envelopes, Queues queues) {
        this.envelopes = envelopes;
        this.queues = queues;
    }

    /** That one is in the corrupt queue. */
    void isOne(Raw raw) {
        raw.id().ifPresent(id -> isOne(id, Damaged.name(id, raw)));
    }

    /** That one is there under that id, and called so. */
    void isOne(QueueId id, String name) {
        known.put(name, id);
    }

    /** What another server found, or removed. */
    void hear(News.Kind kind, Raw raw) {
        if (kind == News.Kind.CORRUPT) {
            isOne(raw);
        } else if (kind == News.Kind.GONE) {
            raw.id().ifPresent(this::forget);
        }
    }

    boolean contains(QueueId id) {
        return known.containsKey(id.asString());
    }

    void forget(QueueId id) {
        known.values().remove(id);
    }

    long count() {
        return known.size();
    }

    /** That one has been found in a queue; to be set aside. */
    void found(QueueId id, String queue, DamagedMessageException damage) {
        found.put(id, new Damage(queue, damage.getMessage()));
    }

    /** Sets aside what was found. */
    void setAside() throws MessageStoreException {
        for (QueueId id : Set.copyOf(found.keySet())) {
            Damage damage = found.remove(id);
            if (damage != null && envelopes.setAside(id, damage.queue(), damage.reason())) {
                LOGGER.error(
                        "{} moved from {} to {}: {}",
                        id,
                        damage.queue(),
                        queues.single(QueueName.CORRUPT),
                        damage.reason());
                isOne(id, id.asString());
                reports.add(new Report(id, damage.reason()));
            }
        }
    }

    /** Reports what was set aside since the last time. */
    void tell(StoreListener listener) {
        if (listener == StoreListener.NONE) {
            return;
        }
        for (Report report = reports.poll(); report != null; report = reports.poll()) {
            listener.corrupt(report.id(), report.reason());
        }
    }
}
