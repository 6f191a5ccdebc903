/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of messages that other servers have in their hands, or had. Safe for use by any
 * thread.
 */
final class Others {

    private static final Logger LOGGER = LoggerFactory.getLogger(Others.class);

    /**
     * New mail is left for so long to the server that has it already. Else all of them would reach for
     * each message at once.
     */
    private static final Duration FIRST_REFUSAL = Duration.ofSeconds(3);

    private final QueueIndex index;
    private final Clock clock;
    private final Map<QueueId, String> inWork = new ConcurrentHashMap<>();

    Others(QueueIndex index, Clock clock) {
        this.index = index;
        this.clock = clock;
    }

    /** Which run of another server works on a message, as far as it is known. */
    Optional<String> worker(QueueId id) {
        return Optional.ofNullable(inWork.get(id));
    }

    /** Forgets what the others work on, because it may be out of date. */
    void forgetAll() {
        for (QueueId id : Set.copyOf(inWork.keySet())) {
            forget(id);
        }
    }

    /** Forgets a message that another server worked on. */
    void forget(QueueId id) {
        if (inWork.remove(id) != null) {
            index.entry(id).ifPresent(index::forget);
        }
    }

    /** That a run works on a message, which nobody here has. */
    void works(String run, QueueId id, StoredMessage stored) {
        if (index.entry(id).isEmpty()) {
            inWork.put(id, run);
            index.add(
                    id,
                    stored.envelope(),
                    stored.size(),
                    QueueName.ACTIVE,
                    Standing.TAKEN,
                    stored.status().due());
        }
    }

    /**
     * Takes note of news.
     *
     * @return the stored message if it waits now and did not before
     */
    Optional<StoredMessage> hear(News.Kind kind, QueueId id, Raw raw) {
        try {
            return switch (kind) {
                case WAITS -> waits(id, StoredMessage.decode(raw.body()));
                case CLAIMED -> claimed(id, raw.text(News.RUN));
                case CORRUPT, GONE -> gone(id);
            };
        } catch (DamagedMessageException e) {
            LOGGER.warn("news of {} cannot be understood: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<StoredMessage> waits(QueueId id, StoredMessage stored) {
        Standings.Stands stands = Standings.of(stored, stored.bound(), clock.instant());
        boolean fresh = stands.standing() == Standing.READY;
        Standing standing = fresh ? Standing.SCHEDULED : stands.standing();
        Instant time = fresh ? clock.instant().plus(FIRST_REFUSAL) : stands.time();
        Optional<Entry> known = index.entry(id);
        if (known.isEmpty()) {
            index.add(id, stored.envelope(), stored.size(), stored.bound(), standing, time);
            return Optional.of(stored);
        }
        if (!release(id)) {
            return Optional.empty();
        }
        index.changed(known.get(), stored.envelope());
        index.moved(known.get(), stored.bound());
        index.put(known.get(), standing, time);
        return Optional.of(stored);
    }

    /** Whether nobody in this server has it; it is taken then. */
    private boolean release(QueueId id) {
        return inWork.remove(id) != null || index.take(id, Standing.ANY_BUT_TAKEN).isPresent();
    }

    private Optional<StoredMessage> claimed(QueueId id, String run) {
        Optional<Taken> taken = index.take(id, Standing.ANY_BUT_TAKEN);
        if (taken.isPresent()) {
            inWork.put(id, run);
            index.moved(taken.get().entry(), QueueName.ACTIVE);
        }
        return Optional.empty();
    }

    private Optional<StoredMessage> gone(QueueId id) {
        if (release(id)) {
            index.entry(id).ifPresent(index::forget);
        }
        return Optional.empty();
    }
}
