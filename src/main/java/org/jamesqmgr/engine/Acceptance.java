/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.engine.HandOver.Start;
import org.jamesqmgr.engine.StoreTrouble.Activity;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Takes messages into the store and tells everybody. Safe for use by any thread; blocks on the
 * store.
 */
final class Acceptance implements WorkingSet.Successors {

    /**
     * How long a message that is to be held or deferred would wait if the server died between its
     * acceptance and that. Then it is as if it had just come in.
     */
    private static final Duration SETTLING = Duration.ofMinutes(1);

    private final MessageStore store;
    private final Clock clock;
    private final EngineSettings settings;
    private final QueueEventListener listener;
    private final StoreHealth health;
    private final EngineLoop engine;

    Acceptance(
            MessageStore store,
            Clock clock,
            EngineSettings settings,
            QueueEventListener listener,
            StoreHealth health,
            EngineLoop engine) {
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.listener = listener;
        this.health = health;
        this.engine = engine;
    }

    /** Durable on return, or not accepted at all. Nobody is told yet. */
    QueueId accept(Envelope envelope, ContentWriter content) throws MessageStoreException {
        try {
            QueueId id = store.accept(envelope, content);
            health.succeeded(Activity.ACCEPT);
            return id;
        } catch (MessageStoreException e) {
            health.failed(Activity.ACCEPT, e);
            throw e;
        }
    }

    /** Tells of a message that was accepted. */
    void announce(QueueId id, Envelope envelope, Provenance provenance) {
        listener.accepted(id, envelope, provenance);
        engine.available(envelope.transport());
    }

    /** All or, as far as the store works, none: what was accepted already is taken back. */
    @Override
    public void accept(List<HandOver> handOvers) throws MessageStoreException {
        Map<QueueId, HandOver> accepted = new LinkedHashMap<>();
        try {
            for (HandOver handOver : handOvers) {
                QueueId id = accept(entrance(handOver), handOver.content());
                accepted.put(id, handOver);
                settle(id, handOver);
            }
        } catch (MessageStoreException e) {
            takeBack(accepted.keySet(), e);
            throw e;
        }
        accepted.forEach(this::announce);
    }

    private void announce(QueueId id, HandOver made) {
        announce(id, made.envelope(), made.provenance());
        if (made.start() == Start.HELD) {
            find(id).ifPresent(message -> listener.held(message, made.reason()));
        } else if (made.start() == Start.DEFERRED) {
            find(id).ifPresent(message -> listener.deferred(message, message.status()));
        }
    }

    private Optional<QueuedMessage> find(QueueId id) {
        try {
            return store.find(id);
        } catch (MessageStoreException e) {
            // Only the news of it is lost.
            return Optional.empty();
        }
    }

    /** What is to wait must not be claimed by its consumer before it is where it is to wait. */
    private Envelope entrance(HandOver handOver) {
        Envelope envelope = handOver.envelope();
        if (handOver.start() == Start.READY) {
            return envelope;
        }
        Instant now = clock.instant();
        Instant base = envelope.arrival().isAfter(now) ? envelope.arrival() : now;
        return envelope.notBefore(base.plus(SETTLING));
    }

    private void settle(QueueId id, HandOver handOver) throws MessageStoreException {
        if (handOver.start() == Start.READY) {
            return;
        }
        Optional<MessageLease> claimed = store.claim(id);
        if (claimed.isEmpty()) {
            return; // An operator was faster.
        }
        try (MessageLease lease = claimed.get()) {
            lease.replaceEnvelope(handOver.envelope());
            MessageStatus status = MessageStatus.accepted(handOver.envelope());
            if (handOver.start() == Start.HELD) {
                lease.hold(status.because(handOver.reason()));
            } else {
                lease.defer(status.deferred(nextAttempt(handOver), handOver.reason()));
            }
        }
    }

    private Instant nextAttempt(HandOver handOver) {
        return settings.retry().nextAttempt(handOver.envelope().created(), clock.instant());
    }

    private void takeBack(Set<QueueId> ids, MessageStoreException cause) {
        for (QueueId id : ids) {
            try {
                store.remove(id);
            } catch (MessageStoreException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
