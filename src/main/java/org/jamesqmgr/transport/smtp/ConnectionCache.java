/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jamesqmgr.model.Nexthop;

/**
 * Sessions that wait a moment for the next mail to the same next hop. The one used last goes first, so
 * that those not needed end. Safe for use by any thread; the lock is not held while speaking to a
 * server.
 */
final class ConnectionCache {

    private record Idle(SmtpSession session, boolean best, Future<?> expiry) {}

    private final Duration timeLimit;
    private final int capacity;
    private final ScheduledExecutorService timer;

    @GuardedBy("this")
    private final Map<Nexthop, Deque<Idle>> idle = new HashMap<>();

    @GuardedBy("this")
    private int size;

    @GuardedBy("this")
    private boolean closed;

    /**
     * @param timeLimit how long a session may be idle; zero to keep none
     * @param capacity how many sessions may be idle
     */
    ConnectionCache(Duration timeLimit, int capacity, ScheduledExecutorService timer) {
        this.timeLimit = timeLimit;
        this.capacity = capacity;
        this.timer = timer;
    }

    /** A session with one of the hosts that are to be tried first. */
    Optional<SmtpSession> take(Nexthop nexthop) {
        return take(nexthop, Idle::best);
    }

    /** A session with this very host. */
    Optional<SmtpSession> take(Nexthop nexthop, Peer peer) {
        return take(nexthop, entry -> entry.session().peer().equals(peer));
    }

    /**
     * Keeps a session that nobody uses, or ends it.
     *
     * @param best whether its host is one of those that are to be tried first
     */
    void put(Nexthop nexthop, SmtpSession session, boolean best) {
        if (!session.reusable()
                || timeLimit.isZero()
                || !session.reset()
                || !add(nexthop, session, best)) {
            session.quit();
        }
    }

    /** Ends all of them, and what is put later. */
    void close() {
        drain().forEach(SmtpSession::quit);
    }

    private Optional<SmtpSession> take(Nexthop nexthop, Predicate<Idle> wanted) {
        Optional<Idle> taken = remove(nexthop, wanted);
        while (taken.isPresent()) {
            taken.get().expiry().cancel(false);
            SmtpSession session = taken.get().session();
            if (session.reusable() && !session.connection().unsolicited()) {
                return Optional.of(session);
            }
            session.quit();
            taken = remove(nexthop, wanted);
        }
        return Optional.empty();
    }

    private synchronized boolean add(Nexthop nexthop, SmtpSession session, boolean best) {
        if (closed || size >= capacity) {
            return false;
        }
        Future<?> expiry =
                timer.schedule(
                        () -> expire(nexthop, session), timeLimit.toNanos(), TimeUnit.NANOSECONDS);
        idle.computeIfAbsent(nexthop, key -> new ArrayDeque<>())
                .addFirst(new Idle(session, best, expiry));
        size++;
        return true;
    }

    private void expire(Nexthop nexthop, SmtpSession session) {
        remove(nexthop, entry -> entry.session() == session)
                .ifPresent(entry -> entry.session().quit());
    }

    private synchronized Optional<Idle> remove(Nexthop nexthop, Predicate<Idle> wanted) {
        Deque<Idle> entries = idle.getOrDefault(nexthop, new ArrayDeque<>());
        for (Iterator<Idle> each = entries.iterator(); each.hasNext(); ) {
            Idle entry = each.next();
            if (wanted.test(entry)) {
                each.remove();
                size--;
                if (entries.isEmpty()) {
                    idle.remove(nexthop);
                }
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private synchronized List<SmtpSession> drain() {
        closed = true;
        List<SmtpSession> all = new ArrayList<>();
        for (Deque<Idle> entries : idle.values()) {
            for (Idle entry : entries) {
                entry.expiry().cancel(false);
                all.add(entry.session());
            }
        }
        idle.clear();
        size = 0;
        return all;
    }
}
