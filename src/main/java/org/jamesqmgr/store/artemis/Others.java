/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
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

    /** No run has this name. */
    private static final String SOMEBODY = "";

    private static final String ANOTHER_SERVER = "another server";

    private final QueueIndex index;
    private final Clock clock;

    /** By whom; {@link #SOMEBODY} if it has not been heard yet by whom. */
    private final Map<QueueId, String> inWork = new ConcurrentHashMap<>();

    /** The last that was heard of messages that this server had in its hands then. */
    private final Map<QueueId, Heard> heard = new ConcurrentHashMap<>();

    /** Of whom it was not known at the last look who has them. */
    private Set<QueueId> doubtful = Set.of();

    private record Heard(News.Kind kind, Raw raw) {}

    Others(QueueIndex index, Clock clock) {
        this.index = index;
        this.clock = clock;
    }

    /** Which run of another server works on a message, as far as it is known. */
    Optional<String> worker(QueueId id) {
        return Optional.ofNullable(inWork.get(id)).filter(run -> !run.equals(SOMEBODY));
    }

    /** The name of that server, for a person. */
    Optional<String> server(QueueId id) {
        return Optional.ofNullable(inWork.get(id))
                .map(run -> run.equals(SOMEBODY) ? ANOTHER_SERVER : Run.server(run));
    }

    /** What others work on. */
    Set<QueueId> all() {
        return Set.copyOf(inWork.keySet());
    }

    /** A message is this server's: what was heard of it while it reached for it is out of date. */
    void mine(QueueId id) {
        heard.remove(id);
    }

    /**
     * A message that this server has taken in its index was not where it was: another one was faster,
     * and has said so already or will.
     */
    synchronized void lost(Entry entry) {
        QueueId id = entry.id();
        inWork.put(id, SOMEBODY);
        index.moved(entry, QueueName.ACTIVE);
        hearAtLast(id);
    }

    /** A message that this server had taken in its index stays as it was, or as was heard meanwhile. */
    synchronized void leave(Taken taken) {
        index.put(taken.entry(), taken.standing(), taken.time());
        hearAtLast(taken.entry().id());
    }

    /** What came while this server had the message in its hands. */
    private void hearAtLast(QueueId id) {
        Optional.ofNullable(heard.remove(id)).ifPresent(news -> hear(news.kind(), id, news.raw()));
    }

    /** Messages of which nobody has said for a while who has them; asked for at every look. */
    synchronized Set<QueueId> doubtful() {
        Set<QueueId> unknown = new HashSet<>(inWork.keySet());
        unknown.removeIf(id -> worker(id).isPresent());
        Set<QueueId> still = new HashSet<>(unknown);
        still.retainAll(doubtful);
        doubtful = unknown;
        return still;
    }

    /** Who has a message of which that was not known. */
    void found(QueueId id, String run) {
        inWork.replace(id, SOMEBODY, run);
    }

    /** Forgets a message of which nobody has said who has it: it may be in nobody's hands. */
    synchronized void doubt(QueueId id) {
        if (inWork.remove(id, SOMEBODY)) {
            index.entry(id).ifPresent(index::forget);
        }
    }

    /** Forgets what the others work on, because it may be out of date. */
    void forgetAll() {
        heard.clear();
        all().forEach(this::forget);
    }

    /** Forgets a message that another server worked on. */
    void forget(QueueId id) {
        if (inWork.remove(id) != null) {
            index.entry(id).ifPresent(index::forget);
        }
    }

    /** That a run works on a message, which nobody here has. */
    synchronized void works(String run, QueueId id, StoredMessage stored) {
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
    synchronized Optional<StoredMessage> hear(News.Kind kind, QueueId id, Raw raw) {
        try {
            boolean waits = kind == News.Kind.WAITS;
            Optional<StoredMessage> stored =
                    waits ? Optional.of(StoredMessage.decode(raw.body())) : Optional.empty();
            if (index.entry(id).isPresent() && !release(id)) {
                heard.put(id, new Heard(kind, raw));
                return Optional.empty();
            }
            stored.ifPresent(now -> waits(id, now));
            if (kind == News.Kind.CLAIMED) {
                claimed(id, raw);
            } else if (!waits) {
                index.entry(id).ifPresent(index::forget);
            }
            return stored;
        } catch (DamagedMessageException e) {
            LOGGER.warn("news of {} cannot be understood: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Takes note that a message was made due by another server, which goes first.
     *
     * @return whether it waited here, too
     */
    synchronized boolean due(QueueId id) {
        Optional<Taken> waited = index.take(id, Standing.LATER);
        if (waited.isPresent()) {
            index.moved(waited.get().entry(), QueueName.INCOMING);
            index.put(waited.get().entry(), Standing.SCHEDULED, afterFirstRefusal());
        }
        return waited.isPresent();
    }

    private Instant afterFirstRefusal() {
        return clock.instant().plus(FIRST_REFUSAL);
    }

    private void waits(QueueId id, StoredMessage stored) {
        Standings.Stands stands = Standings.of(stored, stored.bound(), clock.instant());
        boolean fresh = stands.standing() == Standing.READY;
        Standing standing = fresh ? Standing.SCHEDULED : stands.standing();
        Instant time = fresh ? afterFirstRefusal() : stands.time();
        Optional<Entry> known = index.entry(id);
        if (known.isEmpty()) {
            index.add(id, stored.envelope(), stored.size(), stored.bound(), standing, time);
        } else {
            index.changed(known.get(), stored.envelope());
            index.moved(known.get(), stored.bound());
            index.put(known.get(), standing, time);
        }
    }

    private void claimed(QueueId id, Raw raw) throws DamagedMessageException {
        String run = raw.text(News.RUN);
        Optional<Entry> known = index.entry(id);
        if (known.isPresent()) {
            inWork.put(id, run);
            index.moved(known.get(), QueueName.ACTIVE);
        } else if (raw.body().length > 0) {
            works(run, id, StoredMessage.decode(raw.body()));
        }
    }

    /** Whether nobody in this server has it; it is taken then. */
    private boolean release(QueueId id) {
        return inWork.remove(id) != null || index.take(id, Standing.ANY_BUT_TAKEN).isPresent();
    }
}
