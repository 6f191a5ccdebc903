/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOGGER = LoggerFactory.getLogger(Acceptance.class);

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

    /** A message is not to be accepted after all, through no fault of the store. */
    static class NotTakenException extends MessageStoreException {

        private static final long serialVersionUID = 1;

        NotTakenException(String message) {
            super(message);
        }
    }

    /** Durable on return, or not accepted at all. Everybody is told before anybody can claim it. */
    QueueId accept(Envelope envelope, ContentWriter content, Supplier<Provenance> provenance)
            throws MessageStoreException {
        return accept(envelope, content, provenance, () -> {});
    }

    /**
     * As {@link #accept(Envelope, ContentWriter, Supplier)}.
     *
     * @param last done when the message is safe and before anybody can claim it; if it fails, the
     *     message is not accepted, and after it the message stands
     */
    QueueId accept(
            Envelope envelope, ContentWriter content, Supplier<Provenance> provenance, Last last)
            throws MessageStoreException {
        QueueId id =
                accept(
                        envelope,
                        content,
                        safe -> {
                            last.step();
                            announceWhatStands(safe, envelope, provenance);
                        });
        engine.available(envelope.transport());
        return id;
    }

    private QueueId accept(Envelope envelope, ContentWriter content, MessageStore.Safe safe)
            throws MessageStoreException {
        try {
            QueueId id = store.accept(envelope, content, safe);
            health.succeeded(Activity.ACCEPT);
            return id;
        } catch (NotTakenException e) {
            throw e;
        } catch (MessageStoreException e) {
            health.failed(Activity.ACCEPT, e);
            throw e;
        } catch (OutOfMemoryError e) {
            listener.engineFailed(e);
            throw e;
        }
    }

    /**
     * All or none: each is accepted while those before it are safe and cannot be claimed yet, and are
     * withdrawn if it is not. A crash in between leaves some of them: then the work they came from is
     * repeated.
     */
    @Override
    public void accept(List<HandOver> handOvers, Last last) throws MessageStoreException {
        Map<QueueId, HandOver> accepted = new LinkedHashMap<>();
        accept(handOvers, new Taken(last), accepted);
        accepted.forEach(this::settle);
    }

    /** The last step, after which none of the messages may be withdrawn any more. */
    private static final class Taken {
        private final Last last;
        private boolean taken;

        Taken(Last last) {
            this.last = last;
        }

        void take() throws MessageStoreException {
            last.step();
            taken = true;
        }
    }

    private void accept(List<HandOver> rest, Taken last, Map<QueueId, HandOver> safe)
            throws MessageStoreException {
        if (rest.isEmpty()) {
            last.take();
            safe.forEach((id, made) -> announce(id, made.envelope(), made.provenance().get()));
            return;
        }
        HandOver first = rest.get(0);
        accept(
                entrance(first),
                first.content(),
                id -> {
                    safe.put(id, first);
                    try {
                        accept(rest.subList(1, rest.size()), last, safe);
                    } catch (MessageStoreException | RuntimeException | Error e) {
                        if (!last.taken) {
                            throw e;
                        }
                        LOGGER.error("failed after a hand-over, which stands", e);
                    }
                });
        engine.available(first.envelope().transport());
    }

    /** Of a message that may not be withdrawn any more, so that nothing that fails here may do so. */
    private void announceWhatStands(
            QueueId id, Envelope envelope, Supplier<Provenance> provenance) {
        try {
            announce(id, envelope, provenance.get());
        } catch (RuntimeException | Error e) {
            LOGGER.error("{}: failed after its acceptance, which stands", id, e);
        }
    }

    private void announce(QueueId id, Envelope envelope, Provenance provenance) {
        listener.accepted(id, envelope, provenance);
        if (provenance.origin().isPresent() && provenance.report().isPresent()) {
            listener.reported(provenance.origin().get(), provenance.report().get(), id);
        }
    }

    private void announceWaiting(QueueId id, HandOver made) {
        if (made.start() == Start.HELD) {
            find(id).ifPresent(message -> listener.held(message, made.reason()));
        } else {
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

    /** What cannot be put where it is to wait comes back soon, as if it had just come in. */
    private void settle(QueueId id, HandOver handOver) {
        if (handOver.start() == Start.READY) {
            return;
        }
        try {
            putAside(id, handOver);
            announceWaiting(id, handOver);
        } catch (MessageStoreException | RuntimeException e) {
            LOGGER.error("{}: not put aside, it comes back in {}", id, SETTLING, e);
        }
    }

    private void putAside(QueueId id, HandOver handOver) throws MessageStoreException {
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
}
