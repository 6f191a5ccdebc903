/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.model.QueueId;

/**
 * What this run has in its active queue, and why: on its way there or away, new and reserved for work
 * here, or in work. Safe for use by any thread.
 */
final class Hands {

    /**
     * So many messages may always be reserved; of a server that begins more between two looks, as many
     * as that. The others are anybody's.
     */
    private static final int ALWAYS_RESERVED = 100;

    /** A part of the heap, as one in so many, for the contents of all of them. */
    private static final int PART_OF_HEAP = 16;

    /** Other servers, whose heap may be smaller, read all of it when they begin. */
    private static final long MOST_FOR_OTHERS = 32 * 1_024 * 1_024;

    static final long MOST_BYTES =
            Math.min(MOST_FOR_OTHERS, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);

    /** One of them. */
    private sealed interface Held permits Moving, Reserved, InWork {
        /** Bytes of content in memory. */
        long bytes();
    }

    /** On its way. */
    static final class Moving implements Held {
        @Override
        public long bytes() {
            return 0;
        }
    }

    /**
     * New mail that was accepted here and that nobody works on.
     *
     * @param claim under which it is in the active queue
     * @param certain whether it is there, as far as this server knows; else it may be anywhere
     */
    record Reserved(StoredMessage stored, String claim, boolean certain) implements Held {
        @Override
        public long bytes() {
            return stored.carriedBytes();
        }

        Reserved inDoubt() {
            return new Reserved(stored, claim, false);
        }
    }

    private record InWork(ArtemisLease lease, long bytes) implements Held {}

    private final Map<QueueId, Held> all = new ConcurrentHashMap<>();
    private final AtomicInteger reserved = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile int mostReserved = ALWAYS_RESERVED;

    /** What had not been taken up when it was last asked. */
    private Set<QueueId> early = Set.of();

    /** What nobody had when it was last asked. */
    private Set<QueueId> strange = Set.of();

    private void put(QueueId id, Held next) {
        account(all.put(id, next), next);
    }

    private boolean remove(QueueId id, Held known) {
        boolean removed = all.remove(id, known);
        if (removed) {
            account(known, null);
        }
        return removed;
    }

    private void account(Held before, Held next) {
        bytes.addAndGet(bytes(next) - bytes(before));
        reserved.addAndGet(number(next) - number(before));
    }

    private static long bytes(Held held) {
        return held == null ? 0 : held.bytes();
    }

    private static int number(Held held) {
        return held instanceof Reserved ? 1 : 0;
    }

    /** A message is on its way into the active queue, or away. */
    Moving moving(QueueId id) {
        Moving moving = new Moving();
        put(id, moving);
        return moving;
    }

    /** It has arrived somewhere, if nothing else has been said of it since. */
    void moved(QueueId id, Moving moving) {
        remove(id, moving);
    }

    /** Whether there is room to reserve a message with so long a content. */
    boolean hasRoom(long content) {
        return reserved.get() < mostReserved && bytes.get() + content <= MOST_BYTES;
    }

    void reserve(QueueId id, Reserved message) {
        put(id, message);
    }

    Optional<Reserved> reserved(QueueId id) {
        return all.get(id) instanceof Reserved found ? Optional.of(found) : Optional.empty();
    }

    /** Somebody moves a message that was reserved; if that fails it may be anywhere. */
    void doubt(QueueId id) {
        reserved(id).ifPresent(known -> all.replace(id, known, known.inDoubt()));
    }

    /** All that is reserved may be anywhere: there was a time in which nobody could tell. */
    void doubtAll() {
        allReserved().forEach(this::doubt);
    }

    /** A message is not reserved any more. */
    void release(QueueId id) {
        reserved(id).ifPresent(known -> remove(id, known));
    }

    Set<QueueId> allReserved() {
        Set<QueueId> found = new HashSet<>();
        all.forEach(
                (id, held) -> {
                    if (held instanceof Reserved) {
                        found.add(id);
                    }
                });
        return found;
    }

    /**
     * What has been reserved since before the last time. Until the next time as much may be reserved as
     * was begun since then: it will be begun in as long a time.
     */
    synchronized Set<QueueId> reservedForLong() {
        mostReserved = Math.max(ALWAYS_RESERVED, begun.getAndSet(0));
        Set<QueueId> now = allReserved();
        Set<QueueId> still = new HashSet<>(now);
        still.retainAll(early);
        early = now;
        return still;
    }

    void inWork(QueueId id, ArtemisLease lease) {
        put(id, new InWork(lease, lease.stored().carriedBytes()));
        begun.incrementAndGet();
    }

    Optional<ArtemisLease> lease(QueueId id) {
        return all.get(id) instanceof InWork found ? Optional.of(found.lease()) : Optional.empty();
    }

    List<ArtemisLease> leases() {
        return all.values().stream()
                .filter(InWork.class::isInstance)
                .map(held -> ((InWork) held).lease())
                .toList();
    }

    void ended(ArtemisLease lease) {
        Held held = all.get(lease.id());
        if (held instanceof InWork found && found.lease() == lease) {
            remove(lease.id(), held);
        }
    }

    boolean has(QueueId id) {
        return all.containsKey(id);
    }

    /** How many are in the active queue, as far as is known. */
    long number() {
        return all.values().stream().filter(held -> !(held instanceof Moving)).count();
    }

    /**
     * What of this has been in nobody's hands now and the last time: something that was not known to have
     * been done, and was.
     *
     * @param active what is in the active queue
     */
    synchronized Set<QueueId> strange(List<QueueId> active) {
        Set<QueueId> now = new HashSet<>(active);
        now.removeIf(this::has);
        Set<QueueId> still = new HashSet<>(now);
        still.retainAll(strange);
        strange = now;
        return still;
    }
}
