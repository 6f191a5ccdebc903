/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.index;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Lanes;
import org.jamesqmgr.store.QueueTotal;

/**
 * What the store knows of its files without reading them: about 100 bytes for each. Decides which
 * message is next and that nobody else gets it; touches no file.
 *
 * <p>Safe for use by any thread; one lock, held for memory only.
 */
public final class QueueIndex {

    /** How a message stands, which decides who may take it. */
    public enum Standing {
        /** May be claimed now. */
        READY,
        /** Waits for its exact due time. */
        SCHEDULED,
        /** Waits for the first queue run after its due time. */
        DEFERRED,
        /** Was deferred, and a queue run found it due. */
        DUE,
        /** Crashed the server too often: claimed by id only. */
        SUSPECT,
        HELD,
        /** Somebody works on it, or an operator's action is under way. */
        TAKEN;

        /** Who waits for its turn, and may be acted on meanwhile. */
        public static final Set<Standing> WAITING =
                Collections.unmodifiableSet(EnumSet.range(READY, SUSPECT));

        /** Who waits for a time, or did, and was not made due by anybody. */
        public static final Set<Standing> LATER =
                Collections.unmodifiableSet(EnumSet.range(SCHEDULED, DUE));

        public static final Set<Standing> ANY_BUT_TAKEN =
                Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(TAKEN)));

        /** How a message stands that has no past. */
        public static Standing ofNew(MessageStatus status, Instant now) {
            boolean waits = status.scheduled() && status.due().isAfter(now);
            return waits ? SCHEDULED : READY;
        }
    }

    /**
     * One message. The id is folded in, which saves an object each, and so is what has few values: 48
     * bytes in all.
     *
     * <p>Fields other than the id change only under the lock of the index.
     */
    public static final class Entry {
        final long micros;
        final int tag;
        private TransportName transport;
        byte priority;

        /** Of {@link Lanes}; they fit. */
        char lane;

        /** From the lowest: three bits of standing, three of the place, one if it is fresh. */
        private byte state;

        long order;

        /** Of the content, as {@link QueueTotal} counts it. */
        private int kibibytes;

        Entry(QueueId id, QueueName place, boolean fresh) {
            this.micros = id.micros();
            this.tag = id.tag();
            this.state = state(Standing.TAKEN, place, fresh);
        }

        public QueueId id() {
            return new QueueId(micros, tag);
        }

        Standing standing() {
            return STANDINGS[state & 7];
        }

        private QueueName place() {
            return PLACES[state >> 3 & 7];
        }

        /** Whether the content was written by this server and not looked at since. */
        public boolean fresh() {
            return state >> 6 != 0;
        }

        private void stands(Standing standing) {
            state = state(standing, place(), fresh());
        }

        private void isIn(QueueName place) {
            state = state(standing(), place, fresh());
        }

        private void wasLookedAt() {
            state = state(standing(), place(), false);
        }

        // Never leaves this process, so that the order of the values does not matter.
        @SuppressWarnings("EnumOrdinal")
        private static byte state(Standing standing, QueueName place, boolean fresh) {
            return (byte) (standing.ordinal() | place.ordinal() << 3 | (fresh ? 1 << 6 : 0));
        }
    }

    /**
     * So many deferred messages that are due come into their order of priority with one claim: less
     * than a millisecond's work. Of more, those that have been due longest come first.
     */
    private static final int PROMOTED_AT_ONCE = 1_000;

    private static final Standing[] STANDINGS = Standing.values();
    private static final QueueName[] PLACES = QueueName.values();

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final EntryTable entries = new EntryTable();

    @GuardedBy("lock")
    private final TreeMap<TransportName, WaitingMessages> transports = new TreeMap<>();

    @GuardedBy("lock")
    private final Map<QueueName, Long> counts = new EnumMap<>(QueueName.class);

    /**
     * Adds a message that is not in the index.
     *
     * @param size of its content
     * @param time since when it is ready, or when it is due, according to its standing
     */
    public Entry add(
            QueueId id,
            Envelope envelope,
            long size,
            QueueName place,
            Standing standing,
            Instant time) {
        return add(new Entry(id, place, false), envelope, size, standing, time);
    }

    /** Adds a message that was written just now, taken by whoever wrote it. */
    public Entry addAccepted(QueueId id, Envelope envelope, long size) {
        Entry entry = new Entry(id, QueueName.INCOMING, true);
        return add(entry, envelope, size, Standing.TAKEN, envelope.notBefore());
    }

    private Entry add(Entry entry, Envelope envelope, long size, Standing standing, Instant time) {
        entry.kibibytes = QueueTotal.kibibytes(size);
        synchronized (lock) {
            if (!entries.add(entry)) {
                throw new IllegalStateException("queue id " + entry.id() + " is in use");
            }
            describe(entry, envelope);
            entry.stands(standing);
            entry.order = micros(time);
            counts.merge(entry.place(), 1L, Long::sum);
            joinTransport(entry, envelope.transport());
            enter(entry);
        }
        return entry;
    }

    private static void describe(Entry entry, Envelope envelope) {
        entry.priority = (byte) envelope.priority();
        entry.lane = (char) Lanes.of(envelope);
    }

    /** Takes the next message of a transport that is due, so that nobody else does. */
    public Optional<Taken> takeNext(TransportName transport, ClaimWindow window) {
        synchronized (lock) {
            WaitingMessages waiting = transports.get(transport);
            if (waiting == null) {
                return Optional.empty();
            }
            promoteScheduled(waiting, window.now());
            Entry fresh = waiting.next(Standing.READY, window.lanes());
            Entry again = nextDue(waiting, window);
            Entry next = choose(fresh, again, window.deferredFirst());
            if (next == null) {
                return Optional.empty();
            }
            Taken taken = new Taken(next, next.transport, next.standing(), instant(next.order));
            stand(next, Standing.TAKEN, next.order);
            return Optional.of(taken);
        }
    }

    private static Entry choose(Entry fresh, Entry again, boolean deferredFirst) {
        if (fresh == null || again == null) {
            return fresh == null ? again : fresh;
        }
        if (fresh.priority != again.priority) {
            return fresh.priority > again.priority ? fresh : again;
        }
        return deferredFirst ? again : fresh;
    }

    /** Promotes no more than it must: claims do not wait for a queue run that finds very much. */
    @GuardedBy("lock")
    private Entry nextDue(WaitingMessages waiting, ClaimWindow window) {
        boolean more = true;
        Entry next = null;
        while (more && next == null) {
            more =
                    promote(
                            waiting::nextDeferred,
                            floor(window.queueRun()),
                            Standing.DUE,
                            PROMOTED_AT_ONCE);
            next = waiting.next(Standing.DUE, window.lanes());
        }
        return next;
    }

    @GuardedBy("lock")
    private void promoteScheduled(WaitingMessages waiting, Instant now) {
        promote(waiting::nextScheduled, floor(now), Standing.READY, Integer.MAX_VALUE);
    }

    /** Returns whether there may be more. */
    @GuardedBy("lock")
    private boolean promote(Supplier<Entry> first, long time, Standing standing, int most) {
        int promoted = 0;
        Entry next = first.get();
        while (next != null && next.order <= time && promoted < most) {
            stand(next, standing, next.order);
            next = first.get();
            promoted++;
        }
        return promoted == most;
    }

    /**
     * Takes one message if it stands in one of the given ways.
     *
     * @return how it stood, or empty if it is unknown or stands otherwise
     */
    public Optional<Taken> take(QueueId id, Set<Standing> allowed) {
        synchronized (lock) {
            Entry entry = entries.get(id);
            if (entry == null || !allowed.contains(entry.standing())) {
                return Optional.empty();
            }
            Taken taken = new Taken(entry, entry.transport, entry.standing(), instant(entry.order));
            stand(entry, Standing.TAKEN, entry.order);
            return Optional.of(taken);
        }
    }

    /** A message that was taken, and how it stood before. */
    public record Taken(Entry entry, TransportName transport, Standing standing, Instant time) {

        /** How it stands again if it was claimed by id and is given back: what was due is ready. */
        public Standing again(Instant now) {
            boolean wasDue = !time.isAfter(now);
            return wasDue && standing != Standing.SUSPECT ? Standing.READY : standing;
        }
    }

    /** Ends a taking: the message stands anew. */
    public void put(Entry entry, Standing standing, Instant time) {
        synchronized (lock) {
            // A message that was forgotten meanwhile stays forgotten.
            if (entries.contains(entry)) {
                stand(entry, standing, micros(time));
            }
        }
    }

    /** Ends a taking: back to wait, unless there is nothing to wait for (a backoff of zero). */
    public void putDeferred(Entry entry, MessageStatus status, Instant now) {
        Standing waiting = status.scheduled() ? Standing.SCHEDULED : Standing.DEFERRED;
        boolean waits = status.due().isAfter(now);
        put(entry, waits ? waiting : Standing.READY, status.due());
    }

    /** Ends a taking by forgetting the message. */
    public void forget(Entry entry) {
        synchronized (lock) {
            if (!entries.remove(entry)) {
                return;
            }
            leave(entry);
            counts.merge(entry.place(), -1L, Long::sum);
            leaveTransport(entry);
        }
    }

    /** Notes in which directory the file of a taken message is now. */
    public void moved(Entry entry, QueueName place) {
        synchronized (lock) {
            counts.merge(entry.place(), -1L, Long::sum);
            counts.merge(place, 1L, Long::sum);
            entry.isIn(place);
        }
    }

    /** Notes what a replaced envelope says of a taken message. */
    public void changed(Entry entry, Envelope envelope) {
        synchronized (lock) {
            if (!entry.transport.equals(envelope.transport())) {
                leaveTransport(entry);
                joinTransport(entry, envelope.transport());
            }
            describe(entry, envelope);
        }
    }

    public Optional<Entry> entry(QueueId id) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id));
        }
    }

    public Optional<TransportName> transport(QueueId id) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id)).map(entry -> entry.transport);
        }
    }

    /** The transport of a message that is due, or due at a time somebody may wait for. */
    public Optional<TransportName> transportOfNews(QueueId id, Instant now) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id))
                    .filter(
                            entry ->
                                    entry.standing() == Standing.SCHEDULED
                                            || entry.order <= floor(now))
                    .map(entry -> entry.transport);
        }
    }

    public void checked(Entry entry) {
        synchronized (lock) {
            entry.wasLookedAt();
        }
    }

    /** Since when a message is ready, or when it is due, as it stands. */
    public Optional<Instant> time(QueueId id) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id)).map(entry -> instant(entry.order));
        }
    }

    public Optional<QueueName> place(QueueId id) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id)).map(entry -> entry.place());
        }
    }

    /**
     * The queue in which a message is to be shown whose file was seen somewhere. A file that could not
     * be moved out of active is in the hands of nobody all the same.
     */
    public QueueName shown(QueueId id, QueueName seen) {
        Optional<Standing> standing = standing(id);
        if (seen != QueueName.ACTIVE || standing.isEmpty()) {
            return seen;
        }
        return switch (standing.get()) {
            case HELD -> QueueName.HOLD;
            case SCHEDULED, DEFERRED, DUE -> QueueName.DEFERRED;
            case READY, SUSPECT, TAKEN -> seen;
        };
    }

    public QueueName place(Entry entry) {
        synchronized (lock) {
            return entry.place();
        }
    }

    public Optional<Standing> standing(QueueId id) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id)).map(entry -> entry.standing());
        }
    }

    /** The ids of a transport: ready, then waiting by due time, then all others by id. */
    public List<QueueId> ids(TransportName transport) {
        synchronized (lock) {
            WaitingMessages waiting = transports.get(transport);
            if (waiting == null) {
                return List.of();
            }
            List<Entry> found = waiting.ready();
            found.addAll(waiting.waiting());
            if (found.size() < waiting.count) {
                entries.stream()
                        .filter(entry -> entry.transport.equals(transport))
                        .filter(entry -> !WaitingMessages.includes(entry.standing()))
                        .sorted(WaitingMessages.BY_ID)
                        .forEach(found::add);
            }
            return ids(found);
        }
    }

    /** The ids of a transport that are not due yet, by due time. */
    public List<QueueId> waiting(TransportName transport) {
        synchronized (lock) {
            WaitingMessages waiting = transports.get(transport);
            return waiting == null ? List.of() : ids(waiting.waiting());
        }
    }

    public List<QueueId> suspects() {
        synchronized (lock) {
            return ids(
                    transports.values().stream()
                            .flatMap(waiting -> waiting.suspects().stream())
                            .sorted(WaitingMessages.BY_ID)
                            .toList());
        }
    }

    /** The first so many by id behind one of them. */
    public List<QueueId> ids(Set<QueueName> queues, Optional<QueueId> after, int limit) {
        PriorityQueue<Entry> first = new PriorityQueue<>(WaitingMessages.BY_ID.reversed());
        for (Entry entry : snapshot()) {
            if (entry != null && queues.contains(entry.place()) && isBehind(entry, after)) {
                first.add(entry);
                if (first.size() > limit) {
                    first.poll();
                }
            }
        }
        return first.stream().map(Entry::id).sorted().toList();
    }

    /** The last by id. */
    public Optional<QueueId> newest(Set<QueueName> queues) {
        return Stream.of(snapshot())
                .filter(entry -> entry != null && queues.contains(entry.place()))
                .max(WaitingMessages.BY_ID)
                .map(Entry::id);
    }

    private static boolean isBehind(Entry entry, Optional<QueueId> id) {
        return id.isEmpty()
                || entry.micros > id.get().micros()
                || (entry.micros == id.get().micros() && entry.tag > id.get().tag());
    }

    /** What each queue has for each transport. */
    public List<QueueTotal> totals() {
        Map<TransportName, Map<QueueName, Sum>> sums = new TreeMap<>();
        for (Entry entry : snapshot()) {
            if (entry != null) {
                sums.computeIfAbsent(entry.transport, any -> new EnumMap<>(QueueName.class))
                        .computeIfAbsent(entry.place(), any -> new Sum())
                        .add(entry);
            }
        }
        List<QueueTotal> totals = new ArrayList<>();
        sums.forEach(
                (transport, queues) ->
                        queues.forEach((queue, sum) -> totals.add(sum.total(transport, queue))));
        return totals;
    }

    private static final class Sum {
        private long messages;
        private long kibibytes;
        private long oldest = Long.MAX_VALUE;

        private void add(Entry entry) {
            messages++;
            kibibytes += entry.kibibytes;
            oldest = Math.min(oldest, entry.micros);
        }

        private QueueTotal total(TransportName transport, QueueName queue) {
            return new QueueTotal(transport, queue, messages, kibibytes * 1024, instant(oldest));
        }
    }

    /**
     * To be gone through without the lock, so that nobody waits for that: an entry may have moved on
     * meanwhile, and may be seen as it was before.
     */
    private Entry[] snapshot() {
        synchronized (lock) {
            return entries.snapshot();
        }
    }

    private static List<QueueId> ids(List<Entry> found) {
        List<QueueId> ids = new ArrayList<>(found.size());
        found.forEach(entry -> ids.add(entry.id()));
        return ids;
    }

    public long count(TransportName transport) {
        synchronized (lock) {
            WaitingMessages waiting = transports.get(transport);
            return waiting == null ? 0 : waiting.count;
        }
    }

    public Map<QueueName, Long> counts() {
        synchronized (lock) {
            Map<QueueName, Long> all = new EnumMap<>(QueueName.class);
            for (QueueName queue : QueueName.values()) {
                all.put(queue, counts.getOrDefault(queue, 0L));
            }
            return all;
        }
    }

    public Set<TransportName> transports() {
        synchronized (lock) {
            return Set.copyOf(transports.keySet());
        }
    }

    /** Makes ready what is due by now. */
    public void promote(Instant now) {
        synchronized (lock) {
            for (WaitingMessages waiting : transports.values()) {
                promoteScheduled(waiting, now);
            }
        }
    }

    /** The first due time after {@code now}; what is due by now becomes ready. */
    public Optional<Instant> nextScheduled(Instant now) {
        synchronized (lock) {
            promote(now);
            return transports.values().stream()
                    .map(WaitingMessages::nextScheduled)
                    .filter(Objects::nonNull)
                    .map(first -> instant(first.order))
                    .min(Comparator.naturalOrder());
        }
    }

    @GuardedBy("lock")
    private void stand(Entry entry, Standing standing, long order) {
        leave(entry);
        entry.stands(standing);
        entry.order = order;
        enter(entry);
    }

    @GuardedBy("lock")
    private void enter(Entry entry) {
        waiting(entry).add(entry);
    }

    @GuardedBy("lock")
    private void leave(Entry entry) {
        waiting(entry).remove(entry);
    }

    @GuardedBy("lock")
    private WaitingMessages waiting(Entry entry) {
        return transports.get(entry.transport);
    }

    @GuardedBy("lock")
    private void joinTransport(Entry entry, TransportName name) {
        transports.computeIfAbsent(name, any -> new WaitingMessages()).count++;
        // The name as the map has it: one object for all messages of a transport.
        entry.transport = transports.floorKey(name);
    }

    @GuardedBy("lock")
    private void leaveTransport(Entry entry) {
        WaitingMessages waiting = waiting(entry);
        waiting.count--;
        if (waiting.count == 0) {
            transports.remove(entry.transport);
        }
    }

    /** Beyond any date; what is due later still is due then. */
    private static final long LATEST_SECOND = Long.MAX_VALUE / 1_000_000L - 1;

    private static long floor(Instant time) {
        return micros(time, 0);
    }

    /** Rounded up, so that nothing is ever due early. */
    private static long micros(Instant time) {
        return micros(time, 999);
    }

    private static long micros(Instant time, int moreNanos) {
        long second = Math.max(-LATEST_SECOND, Math.min(LATEST_SECOND, time.getEpochSecond()));
        return second * 1_000_000L + (time.getNano() + moreNanos) / 1_000;
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }
}
