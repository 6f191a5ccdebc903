/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;

/**
 * Reads the messages of a list ahead, some thousand at a time: each on its own would cost a question
 * to the broker. One that has moved since it was read is not shown as it was then.
 *
 * <p>For one thread.
 */
final class Pages {

    private static final int PAGE = 8_000;

    private final Broker broker;
    private final Queues queues;
    private final QueueIndex index;
    private final List<QueueId> ids;
    private final Map<QueueId, Read> page = new HashMap<>();
    private int next;

    private record Read(Optional<Standing> standing, QueuedMessage message) {}

    Pages(Broker broker, Queues queues, QueueIndex index, List<QueueId> ids) {
        this.broker = broker;
        this.queues = queues;
        this.index = index;
        this.ids = ids;
    }

    List<QueueId> ids() {
        return ids;
    }

    /** The next message of the list, if it was read and has not moved since. */
    Optional<QueuedMessage> unchanged(QueueId id) throws MessageStoreException {
        if (next % PAGE == 0) {
            turn();
        }
        next++;
        Read read = page.remove(id);
        boolean same =
                read != null
                        && index.place(id).equals(Optional.of(read.message().queue()))
                        && index.standing(id).equals(read.standing());
        return same ? Optional.of(read.message()) : Optional.empty();
    }

    private void turn() throws MessageStoreException {
        page.clear();
        Map<String, List<QueueId>> byQueue = new HashMap<>();
        Map<String, QueueName> places = new HashMap<>();
        for (QueueId id : ids.subList(next, Math.min(ids.size(), next + PAGE))) {
            Optional<QueueName> place = index.place(id);
            if (place.isPresent() && place.get() != QueueName.ACTIVE) {
                String queue = queues.envelope(place.get(), id);
                places.put(queue, place.get());
                byQueue.computeIfAbsent(queue, any -> new ArrayList<>()).add(id);
            }
        }
        for (Map.Entry<String, List<QueueId>> queue : byQueue.entrySet()) {
            read(queue.getKey(), places.get(queue.getKey()), queue.getValue());
        }
    }

    private void read(String queue, QueueName place, List<QueueId> wanted)
            throws MessageStoreException {
        Map<QueueId, Optional<Standing>> standings = new HashMap<>();
        wanted.forEach(id -> standings.put(id, index.standing(id)));
        String filter = Channel.filter(wanted);
        broker.call(
                (channel, again) -> {
                    channel.browse(
                            queue,
                            filter,
                            raw ->
                                    raw.id()
                                            .filter(standings::containsKey)
                                            .ifPresent(id -> keep(id, place, standings, raw)));
                    return queue;
                });
    }

    private void keep(
            QueueId id, QueueName place, Map<QueueId, Optional<Standing>> standings, Raw raw) {
        try {
            StoredMessage stored = StoredMessage.decode(raw.body());
            index.time(id)
                    .map(time -> Lookup.asItStands(place, stored, time).message(id, place))
                    .ifPresent(message -> page.put(id, new Read(standings.get(id), message)));
        } catch (DamagedMessageException e) {
            // Set aside when it is looked at on its own.
            page.remove(id);
        }
    }
}
