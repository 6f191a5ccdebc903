/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.MessageStore.Safe;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes new mail in: into the active queue of this run if this server begins with it at once, else to
 * what waits for anybody. Safe for use by any thread.
 */
final class Acceptance {

    private static final Logger LOGGER = LoggerFactory.getLogger(Acceptance.class);

    private final QueueIdSequence ids;
    private final Envelopes envelopes;
    private final Run run;
    private final QueueIndex index;
    private final Hands hands;
    private final BooleanSupplier brokerIsSeen;
    private final Clock clock;

    /** Whose mail this server works on. */
    private final Set<TransportName> served = ConcurrentHashMap.newKeySet();

    /**
     * @param brokerIsSeen whether the broker has answered lately
     */
    Acceptance(
            QueueIdSequence ids,
            Envelopes envelopes,
            Run run,
            QueueIndex index,
            Hands hands,
            BooleanSupplier brokerIsSeen,
            Clock clock) {
        this.ids = ids;
        this.envelopes = envelopes;
        this.run = run;
        this.index = index;
        this.hands = hands;
        this.brokerIsSeen = brokerIsSeen;
        this.clock = clock;
    }

    /** This server works on mail of that transport. */
    void serve(TransportName transport) {
        served.add(transport);
    }

    QueueId accept(Envelope envelope, ContentWriter writer, Safe safe)
            throws MessageStoreException {
        QueueId id = ids.next();
        Hands.Moving moving = hands.moving(id);
        try {
            Standing standing = Standing.ofNew(MessageStatus.accepted(envelope), clock.instant());
            Accepted accepted = acceptAtBroker(id, envelope, writer, standing);
            try {
                safe.accepted(id);
            } catch (MessageStoreException | RuntimeException | Error e) {
                withdraw(id, accepted.place(), e);
                throw e;
            }
            StoredMessage stored = accepted.stored();
            Entry entry = index.addAccepted(id, envelope, stored.size());
            index.moved(entry, stored.bound());
            accepted.claim().ifPresent(claim -> hands.reserve(id, reserved(stored, claim)));
            hands.moved(id, moving);
            index.put(entry, standing, stored.status().due());
            return id;
        } finally {
            hands.moved(id, moving);
        }
    }

    private static Hands.Reserved reserved(StoredMessage stored, String claim) {
        return new Hands.Reserved(stored, claim, true);
    }

    /**
     * A new message at the broker.
     *
     * @param claim under which it is in the active queue, if it is reserved for this server
     */
    private record Accepted(StoredMessage stored, Optional<String> claim) {

        QueueName place() {
            return claim.isPresent() ? QueueName.ACTIVE : stored.bound();
        }
    }

    private Accepted acceptAtBroker(
            QueueId id, Envelope envelope, ContentWriter writer, Standing standing)
            throws MessageStoreException {
        QueueName place = standing == Standing.SCHEDULED ? QueueName.DEFERRED : QueueName.INCOMING;
        try (SpooledContent content = new SpooledContent()) {
            writer.writeTo(content);
            StoredMessage stored = StoredMessage.accepted(envelope, place, content.size());
            if (place == QueueName.INCOMING && isForHere(envelope, content.size())) {
                StoredMessage carrying = stored.carrying(content.bytes());
                String claim = run.nextClaim();
                envelopes.reserve(id, carrying, claim, id.asString()); // commit
                return new Accepted(carrying, Optional.of(claim));
            }
            envelopes.accept(id, stored, content, id.asString()); // commit
            return new Accepted(stored, Optional.empty());
        } catch (IOException e) {
            throw new MessageStoreException("message not accepted: " + e.getMessage(), e);
        }
    }

    /** Whether this server begins at once with a new message, as far as can be told. */
    private boolean isForHere(Envelope envelope, long size) {
        return size <= StoredMessage.CARRIED
                && served.contains(envelope.transport())
                && hands.hasRoom(size)
                && brokerIsSeen.getAsBoolean();
    }

    private void withdraw(QueueId id, QueueName place, Throwable cause) {
        try {
            if (!envelopes.remove(id, List.of(place))) {
                LOGGER.warn("{} was not accepted, and another server took it", id);
            }
        } catch (MessageStoreException e) {
            cause.addSuppressed(e);
            LOGGER.warn("{} was not accepted and cannot be removed", id, e);
        }
    }
}
