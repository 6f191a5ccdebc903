/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.StoredContent;
import org.jamesqmgr.store.artemis.Envelopes.Found;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;

/**
 * Finds a message by its id, wherever it is: the index says where it is likely to be, the broker where
 * it is. Safe for use by any thread.
 */
final class Lookup {

    /** A message is on its way for as long as a transaction takes; then it is somewhere. */
    private static final int LOOKS = 1_000;

    private final QueueIndex index;
    private final Others others;
    private final Envelopes envelopes;
    private final Queues queues;
    private final Corrupt corrupt;
    private final Hands hands;
    private final Rescue rescue;
    private final Clock clock;

    Lookup(
            QueueIndex index,
            Others others,
            Envelopes envelopes,
            Queues queues,
            Corrupt corrupt,
            Hands hands,
            Rescue rescue,
            Clock clock) {
        this.index = index;
        this.others = others;
        this.envelopes = envelopes;
        this.queues = queues;
        this.corrupt = corrupt;
        this.hands = hands;
        this.rescue = rescue;
        this.clock = clock;
    }

    /** Whether the message is known here, whole or damaged. */
    boolean knows(QueueId id) {
        return index.entry(id).isPresent() || corrupt.contains(id);
    }

    Optional<QueuedMessage> find(QueueId id) throws MessageStoreException {
        return stored(id).map(seen -> seen.stored().message(id, seen.queue()));
    }

    /** A message, and where it is. */
    private record Seen(QueueName queue, StoredMessage stored) {}

    /** A message as it is, in whichever queue; empty if there is none that is whole. */
    private Optional<Seen> stored(QueueId id) throws MessageStoreException {
        for (int look = 0; look < LOOKS; look++) {
            Optional<Seen> inHands = inHands(id);
            if (inHands.isPresent()) {
                return inHands;
            }
            Optional<Entry> entry = index.entry(id);
            Optional<String> worker = others.worker(id);
            if (worker.isPresent()) {
                Optional<Found> found =
                        envelopes.find(id, List.of(QueueName.ACTIVE), queues.active(worker.get()));
                if (found.isPresent()) {
                    return seen(id, found.get());
                }
            }
            List<QueueName> places =
                    entry.isPresent()
                            ? likely(index.place(entry.get()))
                            : List.of(QueueName.INCOMING, QueueName.DEFERRED, QueueName.HOLD);
            Optional<Found> found = envelopes.find(id, places);
            if (found.isPresent()) {
                return seen(id, found.get());
            }
            if (entry.isEmpty() && !isInWorkElsewhere(id)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<Seen> inHands(QueueId id) {
        Optional<Seen> inWork =
                hands.lease(id)
                        .filter(lease -> !lease.isDoubtful())
                        .map(lease -> new Seen(QueueName.ACTIVE, lease.stored()));
        return inWork.or(
                () ->
                        hands.reserved(id)
                                .filter(Hands.Reserved::certain)
                                .map(found -> new Seen(QueueName.INCOMING, found.stored())));
    }

    /** The content of a message, as what it is by the time it is opened. */
    Content content(QueuedMessage message) {
        return new StoredContent(message.size(), () -> open(message.id(), message.size()));
    }

    /** A new message carries its content while it is in work, here or elsewhere. */
    private InputStream open(QueueId id, long size) throws IOException {
        Optional<InputStream> carried = carried(id);
        if (carried.isPresent()) {
            return carried.get();
        }
        try {
            return envelopes.open(id, size);
        } catch (FileNotFoundException e) {
            return carried(id).orElseThrow(() -> e);
        }
    }

    private Optional<InputStream> carried(QueueId id) throws IOException {
        try {
            boolean inWork = hands.has(id) || index.place(id).equals(Optional.of(QueueName.ACTIVE));
            return inWork ? stored(id).flatMap(seen -> seen.stored().open()) : Optional.empty();
        } catch (MessageStoreException e) {
            throw new IOException(e);
        }
    }

    /** Where a waiting message is, and where it may be instead. */
    List<QueueName> places(Entry entry) {
        if (hands.reserved(entry.id()).isPresent()) {
            return List.of(QueueName.ACTIVE, QueueName.INCOMING, QueueName.DEFERRED);
        }
        return switch (index.place(entry)) {
            case INCOMING -> List.of(QueueName.INCOMING, QueueName.DEFERRED);
            case DEFERRED -> List.of(QueueName.DEFERRED, QueueName.INCOMING);
            case HOLD -> List.of(QueueName.HOLD);
            case ACTIVE, CORRUPT -> List.of();
        };
    }

    private static List<QueueName> likely(QueueName place) {
        return place == QueueName.ACTIVE || place == QueueName.CORRUPT
                ? List.of(QueueName.ACTIVE, QueueName.INCOMING, QueueName.DEFERRED)
                : List.of(place, QueueName.ACTIVE);
    }

    private Optional<Seen> seen(QueueId id, Found found) throws MessageStoreException {
        try {
            Instant time = index.time(id).orElse(clock.instant());
            return Optional.of(new Seen(found.place(), asItStands(found, time)));
        } catch (DamagedMessageException e) {
            if (found.place() != QueueName.ACTIVE) {
                index.entry(id).ifPresent(index::forget);
                corrupt.found(id, queues.envelope(found.place(), id), e);
                corrupt.setAside();
            }
            return Optional.empty();
        }
    }

    /** Makes known a message that another server has, or had. */
    void bringIn(QueueId id) throws MessageStoreException {
        if (knows(id)) {
            return;
        }
        Optional<Found> found =
                envelopes.find(id, List.of(QueueName.INCOMING, QueueName.DEFERRED, QueueName.HOLD));
        if (found.isPresent() && index.entry(id).isEmpty()) {
            QueueName place = found.get().place();
            learn(id, place, queues.envelope(place, id), found.get().raw());
            corrupt.setAside();
        } else if (found.isEmpty()) {
            isInWorkElsewhere(id);
        }
    }

    /** Whether another server has it, of which no news have come yet; known then. */
    private boolean isInWorkElsewhere(QueueId id) throws MessageStoreException {
        Optional<String> worker = hands.has(id) ? Optional.empty() : rescue.worker(id);
        if (worker.isEmpty()) {
            return false;
        }
        try {
            Optional<Found> found =
                    envelopes.find(id, List.of(QueueName.ACTIVE), queues.active(worker.get()));
            if (found.isPresent()) {
                others.works(worker.get(), id, StoredMessage.decode(found.get().raw().body()));
            }
            return found.isPresent() && others.worker(id).isPresent();
        } catch (DamagedMessageException e) {
            // Set aside by whoever has it.
            return false;
        }
    }

    /** Makes known a message that was found at the broker. */
    void learn(QueueId id, QueueName place, String queue, Raw raw) {
        try {
            learn(id, place, StoredMessage.decode(raw.body()));
        } catch (DamagedMessageException e) {
            corrupt.found(id, queue, e);
        }
    }

    /** Makes known a message that is at the broker, unless somebody else just has. */
    synchronized void learn(QueueId id, QueueName place, StoredMessage stored) {
        if (index.entry(id).isPresent()) {
            return;
        }
        Standings.Stands stands = Standings.of(stored, place, clock.instant());
        index.add(id, stored.envelope(), stored.size(), place, stands.standing(), stands.time());
    }

    static StoredMessage asItStands(Found found, Instant time) throws DamagedMessageException {
        return asItStands(found.place(), StoredMessage.decode(found.raw().body()), time);
    }

    /** What was flushed with all others of its transport has not been written anew. */
    static StoredMessage asItStands(QueueName place, StoredMessage stored, Instant time) {
        boolean flushed = place == QueueName.INCOMING && stored.bound() == QueueName.DEFERRED;
        return flushed ? stored.with(stored.status().flushed(time), QueueName.INCOMING) : stored;
    }
}
