/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.UnreachableStoreException;

/**
 * Moves all that one store has into another, which may have mail of its own. Who shares one of them
 * may go on working: what is in work stays, and what is worked on before it has left is taken back.
 *
 * <p>A message goes from the one only when the other has it for good, so that there is always one of
 * them that has it. Whoever dies in between leaves it in both; the next run finds that they are the
 * same and lets the first one go. Hence it can be killed at any moment and run again.
 *
 * <p>Ids are kept. Where another message has the id, the next free one of the same moment is taken:
 * always the same, so that this too is found again. One thread.
 */
public final class Migration {

    private static final Set<QueueName> QUEUES = EnumSet.range(QueueName.INCOMING, QueueName.HOLD);

    private final MessageStore from;
    private final MessageStore to;
    private final Watcher watcher;
    private final Map<QueueName, Long> moved = new EnumMap<>(QueueName.class);
    private final List<QueueId> inWork = new ArrayList<>();
    private long renamed;
    private long left;

    public Migration(MessageStore from, MessageStore to, Watcher watcher) {
        this.from = from;
        this.to = to;
        this.watcher = watcher;
    }

    /** Hears how it goes. */
    public interface Watcher {

        /** So many messages of so many were looked at. */
        void at(long messages, long all);

        /** A message has another id from now on: its own is in use. */
        void renamed(QueueId id, QueueId now);

        /** A message, or something else of the name, stays where it was. */
        void left(String name, String why);
    }

    /**
     * What became of it.
     *
     * @param moved how many messages went over, by the queue they were in; damaged ones under corrupt
     * @param renamed how many of them have another id
     * @param left how many stayed, of each of which the watcher was told why
     */
    public record Result(Map<QueueName, Long> moved, long renamed, long left) {}

    /**
     * Moves everything that can be moved.
     *
     * @throws MessageStoreException if one of the stores cannot go on; what was moved so far is safe,
     *     and a further run does the rest
     */
    public Result run() throws MessageStoreException {
        moveOrders();
        List<QueueId> ids = from.ids(QUEUES, Optional.empty(), Integer.MAX_VALUE);
        long looked = 0;
        for (QueueId id : ids) {
            move(id);
            watcher.at(++looked, ids.size());
        }
        for (DamagedFile damaged : from.damaged()) {
            move(damaged);
        }
        moveWhatWasInWork();
        return new Result(moved, renamed, left);
    }

    /** First of all: what is suspended must not be delivered in between. */
    private void moveOrders() throws MessageStoreException {
        List<String> theirs = from.standingOrders();
        if (theirs.isEmpty()) {
            return;
        }
        List<String> all = new ArrayList<>(to.standingOrders());
        theirs.stream().filter(order -> !all.contains(order)).forEach(all::add);
        to.keepStandingOrders(all);
        from.keepStandingOrders(List.of());
    }

    private void move(QueueId id) throws MessageStoreException {
        Optional<QueuedMessage> message;
        try {
            message = from.examine(id);
            if (message.isEmpty() && from.find(id).filter(Migration::isWhole).isPresent()) {
                inWork.add(id);
            }
        } catch (UnreachableStoreException e) {
            throw e;
        } catch (MessageStoreException e) {
            leave(id.asString(), e.getMessage());
            return;
        }
        if (message.isPresent()) {
            move(message.get());
        }
    }

    /** Much of it has been ended meanwhile. */
    private void moveWhatWasInWork() throws MessageStoreException {
        List<QueueId> again = List.copyOf(inWork);
        inWork.clear();
        for (QueueId id : again) {
            move(id);
        }
        for (QueueId id : inWork) {
            leave(id.asString(), "in work at a server; run this again");
        }
    }

    private static boolean isWhole(QueuedMessage message) {
        return message.queue() != QueueName.CORRUPT;
    }

    private void move(QueuedMessage message) throws MessageStoreException {
        LeavingContent content = new LeavingContent(from.content(message));
        QueueId here;
        try {
            here = adopt(to, message, content);
        } catch (MessageStoreException e) {
            if (content.trouble().isEmpty()) {
                throw e;
            }
            leave(message.id().asString(), "it cannot be read: " + content.trouble().get());
            return;
        }
        // The other store has it for good.
        switch (from.removeAdopted(message)) {
            case DONE -> count(message, here);
            case CLAIMED -> {
                to.remove(here);
                inWork.add(message.id());
            }
            // Delivered or deleted meanwhile.
            case NOT_FOUND -> to.remove(here);
        }
    }

    /**
     * Has a store take over a message for good, under its id or the next one that is free.
     *
     * @return the id that it has there
     */
    public static QueueId adopt(MessageStore to, QueuedMessage message, Content content)
            throws MessageStoreException {
        QueueId id = message.id();
        while (!to.adopt(message.withId(id), content)) {
            id = new QueueId(id.micros(), (id.tag() + 1) % QueueId.TAG_LIMIT);
        }
        return id;
    }

    private void count(QueuedMessage message, QueueId here) {
        moved.merge(message.queue(), 1L, Long::sum);
        if (!here.equals(message.id())) {
            renamed++;
            watcher.renamed(message.id(), here);
        }
    }

    private void move(DamagedFile damaged) throws MessageStoreException {
        Optional<LeavingContent> content =
                from.damagedContent(damaged.name()).map(LeavingContent::new);
        if (content.isEmpty()) {
            return;
        }
        try {
            to.adoptDamaged(damaged, content.get());
        } catch (MessageStoreException e) {
            leave(damaged.name(), e.getMessage());
            return;
        }
        from.removeDamaged(damaged.name()); // the other store has it for good
        moved.merge(QueueName.CORRUPT, 1L, Long::sum);
    }

    private void leave(String name, String why) {
        left++;
        watcher.left(name, why);
    }
}
