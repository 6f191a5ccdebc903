/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageReader;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Goes over the messages that a selector means, some at a time. Where it has come to is in the cursor
 * alone: the number of ids that were looked up, or the id that was looked at last and the one to end with. Ids never change
 * their order, so nothing is met twice, and nothing that stays is missed. Safe for use by any thread.
 */
final class Walk {

    /** Most messages that are looked at for one page. */
    private static final int MOST_LOOKED_AT = 5_000;

    /** Most recipients of a page, but for its last message. */
    private static final int MOST_RECIPIENTS = 20_000;

    /** Ids that are asked for at a time: to find them costs a look at everything that is stored. */
    private static final int CHUNK = 20_000;

    private static final String NUMBER = "#";

    /**
     * One id of a page.
     *
     * @param message empty if it is not there, or not meant
     */
    record Met(QueueId id, Optional<QueuedMessage> message) {}

    /** What was met, and where to go on; an empty cursor is the end. */
    record Page(List<Met> met, String cursor) {}

    private record Chunk(Set<QueueName> queues, List<QueueId> ids) {

        /** Those behind an id, if the chunk goes on there. */
        List<QueueId> behind(Set<QueueName> wanted, Optional<QueueId> after) {
            boolean goesOn =
                    after.isPresent()
                            && queues.equals(wanted)
                            && !ids.isEmpty()
                            && ids.get(0).compareTo(after.get()) <= 0;
            if (!goesOn) {
                return List.of();
            }
            int found = Collections.binarySearch(ids, after.get());
            return ids.subList(found < 0 ? -found - 1 : found + 1, ids.size());
        }
    }

    /** An administrator, his colleague, and two monitors. */
    private static final int WALKS = 4;

    private final MessageStore store;
    private final Clock clock;

    /** What was asked for last, by so many walks at a time: the next page mostly goes on in one. */
    @GuardedBy("recent")
    private final Deque<Chunk> recent = new ArrayDeque<>();

    Walk(MessageStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * The next page.
     *
     * @param most messages that are meant
     * @throws IllegalArgumentException if the cursor is none of ours
     */
    Page page(QueueSelector selector, String cursor, int most) throws MessageStoreException {
        return selector.ids().isPresent()
                ? byIds(selector.ids().get(), selector.filter(), cursor, most)
                : inOrder(selector.filter(), cursor, most);
    }

    private Page byIds(List<QueueId> ids, MessageFilter filter, String cursor, int most)
            throws MessageStoreException {
        int from = cursor.isEmpty() ? 0 : number(cursor);
        Collector collector = new Collector(filter, most);
        int next = from + collector.look(ids.subList(from, ids.size()), true);
        return collector.page(next < ids.size() ? NUMBER + next : "");
    }

    private Page inOrder(MessageFilter filter, String cursor, int most)
            throws MessageStoreException {
        Set<QueueName> queues = queues(filter);
        Optional<Span> span = cursor.isEmpty() ? whole(queues) : Optional.of(Span.parse(cursor));
        return span.isPresent()
                ? inOrder(span.get(), filter, queues, most)
                : new Page(List.of(), "");
    }

    private Page inOrder(Span span, MessageFilter filter, Set<QueueName> queues, int most)
            throws MessageStoreException {
        List<QueueId> ids = ids(queues, span.after());
        Collector collector = new Collector(filter, most);
        int next = collector.look(ids.stream().takeWhile(span::includes).toList(), false);
        boolean over = !collector.full() && next < ids.size();
        return collector.page(next == 0 || over ? "" : span.behind(ids.get(next - 1)).asString());
    }

    private Optional<Span> whole(Set<QueueName> queues) throws MessageStoreException {
        return store.newest(queues).map(last -> new Span(Optional.empty(), last));
    }

    /**
     * What of the queues is still to be looked at: behind one id and up to another, the last when the
     * walk began. What comes later is not met, or a walk that requeues messages would meet them again.
     */
    private record Span(Optional<QueueId> after, QueueId last) {

        private static final String TO = "-";

        static Span parse(String cursor) {
            int to = cursor.indexOf(TO);
            if (to < 0) {
                throw new IllegalArgumentException("not a cursor: " + cursor);
            }
            return new Span(Optional.of(id(cursor, 0, to)), id(cursor, to + 1, cursor.length()));
        }

        private static QueueId id(String cursor, int begin, int end) {
            return QueueId.parse(cursor.substring(begin, end))
                    .orElseThrow(() -> new IllegalArgumentException("not a cursor: " + cursor));
        }

        Span behind(QueueId id) {
            return new Span(Optional.of(id), last);
        }

        boolean includes(QueueId id) {
            return id.compareTo(last) <= 0;
        }

        String asString() {
            return after.map(QueueId::asString).orElseThrow() + TO + last.asString();
        }
    }

    private List<QueueId> ids(Set<QueueName> queues, Optional<QueueId> after)
            throws MessageStoreException {
        Optional<List<QueueId>> known = known(queues, after);
        if (known.isPresent()) {
            return known.get();
        }
        Chunk next = new Chunk(queues, store.ids(queues, after, CHUNK));
        synchronized (recent) {
            recent.addFirst(next);
            if (recent.size() > WALKS) {
                recent.removeLast();
            }
        }
        return next.ids();
    }

    private Optional<List<QueueId>> known(Set<QueueName> queues, Optional<QueueId> after) {
        synchronized (recent) {
            return recent.stream()
                    .map(chunk -> chunk.behind(queues, after))
                    .filter(ids -> !ids.isEmpty())
                    .findFirst();
        }
    }

    private static Set<QueueName> queues(MessageFilter filter) {
        Set<QueueName> queues = EnumSet.noneOf(QueueName.class);
        EnumSet.range(QueueName.INCOMING, QueueName.HOLD).stream()
                .filter(filter::covers)
                .forEach(queues::add);
        return queues;
    }

    private static int number(String cursor) {
        try {
            return Integer.parseUnsignedInt(cursor.substring(NUMBER.length()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a cursor: " + cursor, e);
        }
    }

    /** One page as it fills. */
    private final class Collector {

        private final MessageFilter filter;
        private final int most;
        private final Instant now = clock.instant();
        private final List<Met> met = new ArrayList<>();
        private int lookedAt;
        private long recipients;

        Collector(MessageFilter filter, int most) {
            this.filter = filter;
            this.most = most;
        }

        boolean full() {
            return met.size() >= most
                    || lookedAt >= MOST_LOOKED_AT
                    || recipients >= MOST_RECIPIENTS;
        }

        /**
         * Looks at messages until the page is full.
         *
         * @param wanted whether they are to be named although they are not there
         * @return how many were looked at
         */
        int look(List<QueueId> ids, boolean wanted) throws MessageStoreException {
            int next = 0;
            while (next < ids.size() && !full()) {
                next += lookAtSome(ids.subList(next, ids.size()), wanted);
            }
            return next;
        }

        private int lookAtSome(List<QueueId> ids, boolean wanted) throws MessageStoreException {
            int room = Math.min(most - met.size(), MOST_LOOKED_AT - lookedAt);
            List<QueueId> some = ids.subList(0, Math.min(ids.size(), room));
            MessageReader reader = store.read(some);
            int next = 0;
            while (next < some.size() && !full()) {
                look(some.get(next), reader.next(), wanted);
                next++;
            }
            return next;
        }

        private void look(QueueId id, Optional<QueuedMessage> message, boolean wanted) {
            lookedAt++;
            Optional<QueuedMessage> found = message.filter(one -> filter.matches(one, now));
            recipients += found.map(one -> one.recipients().size()).orElse(0);
            if (found.isPresent() || wanted) {
                met.add(new Met(id, found));
            }
        }

        Page page(String cursor) {
            return new Page(met, cursor);
        }
    }
}
