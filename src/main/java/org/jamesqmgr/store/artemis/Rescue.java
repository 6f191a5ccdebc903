/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts back what a run of a server had in work when it died. Who was being worked on is blamed.
 *
 * <p>Each message is put back in a transaction of its own, whoever does it: several servers may
 * rescue the same run at once. Who was only missed may come back: its queues stay until its server starts
 * anew, since the broker throws away what is sent to a queue that is not there.
 */
final class Rescue {

    private static final Logger LOGGER = LoggerFactory.getLogger(Rescue.class);

    private static final int LOOKS = 2_000;

    private final Broker broker;
    private final Queues queues;
    private final News news;
    private final Clock clock;

    Rescue(Broker broker, Queues queues, News news, Clock clock) {
        this.broker = broker;
        this.news = news;
        this.queues = queues;
        this.clock = clock;
    }

    /**
     * Rescues earlier runs of a server that starts anew. The broker may take a moment to see that
     * they are gone; one that it still sees after some seconds is left alone.
     *
     * @return whether there is no other run of that server any more
     */
    boolean ofServer(String server, String thisRun) throws MessageStoreException {
        boolean alone = true;
        for (String run : runs()) {
            boolean earlier =
                    run.startsWith(server + ".")
                            && run.indexOf('.', server.length() + 1) < 0
                            && !run.equals(thisRun);
            if (earlier && isGone(run)) {
                rescue(run);
                takeAway(run);
            } else if (earlier) {
                alone = false;
            }
        }
        return alone;
    }

    /** All runs that have queues at the broker. */
    List<String> runs() throws MessageStoreException {
        return broker.call(
                (channel, again) ->
                        Stream.of((Object[]) channel.manage("broker", "getQueueNames"))
                                .map(Object::toString)
                                .flatMap(queue -> queues.run(queue).stream())
                                .toList());
    }

    /** Which run has a message in work, as its queue says; empty if none. */
    Optional<String> worker(QueueId id) throws MessageStoreException {
        for (String run : runs()) {
            if (broker.call(
                            (channel, again) ->
                                    channel.look(queues.active(run), Channel.filter(id)))
                    .isPresent()) {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }

    private boolean isGone(String run) throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    int look = 0;
                    while (channel.consumers(queues.active(run)) > 0 && look < LOOKS) {
                        look++;
                    }
                    return look < LOOKS;
                });
    }

    private void takeAway(String run) throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    if (channel.count(queues.active(run)) == 0) {
                        channel.delete(queues.active(run));
                        channel.delete(queues.log(run));
                    }
                    return run;
                });
    }

    /** Puts back what is in the active queue of a run. */
    List<QueueId> rescue(String run) throws MessageStoreException {
        Map<QueueId, List<LogRecord>> log = log(run);
        List<QueueId> rescued = new ArrayList<>();
        for (QueueId id : active(run)) {
            if (putBack(run, id, log.getOrDefault(id, List.of()))) {
                rescued.add(id);
            }
        }
        if (!rescued.isEmpty()) {
            LOGGER.warn("{} had {} messages in work when it died", run, rescued.size());
        }
        return rescued;
    }

    private Map<QueueId, List<LogRecord>> log(String run) throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    Map<QueueId, List<LogRecord>> log = new HashMap<>();
                    channel.browse(
                            queues.log(run),
                            null,
                            raw -> {
                                LogRecord entry = LogRecord.of(raw);
                                log.computeIfAbsent(entry.id(), any -> new ArrayList<>())
                                        .add(entry);
                            });
                    return log;
                });
    }

    /** What is in the active queue of a run. */
    List<QueueId> active(String run) throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    List<QueueId> ids = new ArrayList<>();
                    channel.browse(queues.active(run), null, raw -> raw.id().ifPresent(ids::add));
                    return ids;
                });
    }

    /** Puts back one of them; returns false if it is not there. */
    boolean putBack(String run, QueueId id, List<LogRecord> log) throws MessageStoreException {
        return broker.call(
                (channel, again) -> {
                    Optional<Raw> raw = channel.take(queues.active(run), id);
                    if (raw.isEmpty()) {
                        return false;
                    }
                    try {
                        StoredMessage next = next(raw.get(), log);
                        Envelopes.put(channel, queues, id, next);
                        news.waits(channel, id, next);
                    } catch (DamagedMessageException e) {
                        Envelopes.putAside(channel, queues, id, raw.get(), e.getMessage());
                        news.corrupt(channel, id, id.asString());
                    }
                    channel.commit();
                    return true;
                });
    }

    private StoredMessage next(Raw raw, List<LogRecord> log) throws DamagedMessageException {
        StoredMessage stored = StoredMessage.decode(raw.body());
        boolean begun = false;
        Set<Long> seen = new HashSet<>();
        for (LogRecord entry : log) {
            if (entry.claim().equals(raw.text(Envelopes.CLAIM)) && seen.add(entry.number())) {
                stored = entry.applied(stored);
                begun = entry.begun(begun);
            }
        }
        MessageStatus status = begun ? stored.status().crashed() : stored.status();
        Instant now = clock.instant();
        boolean waits =
                !begun
                        && status.due().isAfter(now)
                        && (status.scheduled() || stored.bound() == QueueName.DEFERRED);
        return stored.with(status, waits ? QueueName.DEFERRED : QueueName.INCOMING);
    }
}
