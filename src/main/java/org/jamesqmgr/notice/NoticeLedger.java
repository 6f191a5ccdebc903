/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what of many events the postmaster is told, and when: the first of a cause at once, those
 * that follow within an interval together at its end. After an interval without any the cause is
 * forgotten. Every event is told or stays counted until it is, however long nothing can be sent.
 *
 * <p>Memory is bounded: so many causes are told apart, the others of a class count as one; so many
 * notices wait to be sent one by one, further events are counted with their cause.
 *
 * <p>For one owner. In memory alone: a kill loses what was not sent.
 */
public final class NoticeLedger {

    /** The cause of what comes from more causes than are told apart. */
    public static final String OTHERS = "others";

    private record Key(NotifyClass noticeClass, String cause) {}

    private record Waiting(Notice notice, Instant since) {}

    /**
     * A notice that is to be sent now.
     *
     * @param events how many it tells of
     * @param summary whether it sums them up
     */
    public record Due(Notice notice, long events, boolean summary) {}

    private final Duration interval;
    private final int causes;
    private final int waitingLimit;
    private final Map<Key, NoticeAccount> accounts = new HashMap<>();

    /** Never grows: where memory is short, growing might lose what is in it. */
    private final Deque<Waiting> waiting;

    /**
     * @param interval zero for a notice of every event
     * @param causes how many are told apart
     * @param waitingLimit how many notices may wait to be sent one by one
     */
    public NoticeLedger(Duration interval, int causes, int waitingLimit) {
        this.interval = interval;
        this.causes = causes;
        this.waitingLimit = waitingLimit;
        this.waiting = new ArrayDeque<>(waitingLimit + 1);
    }

    /**
     * Takes note of events of one cause. Should memory be too short for that, none is noted and this
     * can be called again.
     *
     * @param notice of the latest
     * @param events how many; more than one are counted
     */
    public void add(Notice notice, long events, Instant now) {
        NoticeAccount account = account(notice, now);
        if (events == 1 && account.quiet(now, interval) && waiting.size() < waitingLimit) {
            Waiting first = new Waiting(notice, now);
            account.begin(now.plus(interval));
            waiting.add(first);
        } else {
            account.count(notice, events, now);
        }
    }

    /** What is to be sent first; stays to be sent until it is {@link #told}. */
    public Optional<Due> next(Instant now) {
        Optional<NoticeAccount> over =
                accounts.values().stream()
                        .filter(account -> account.due(now, interval))
                        .min(Comparator.comparing(NoticeAccount::since));
        Optional<Waiting> first = Optional.ofNullable(waiting.peek());
        if (first.isPresent()
                && over.filter(sum -> sum.since().isBefore(first.get().since())).isEmpty()) {
            return first.map(single -> new Due(single.notice(), 1, false));
        }
        return over.map(sum -> new Due(sum.summary(), sum.counted(), true));
    }

    /** It was sent. */
    public void told(Due due, Instant now) {
        if (due.summary()) {
            accounts.get(key(due.notice())).told(due.events(), now, now.plus(interval));
        } else {
            waiting.remove();
        }
    }

    /** When something is to be sent next, which may be past; empty if nothing is. */
    public Optional<Instant> nextDue() {
        return Stream.concat(
                        waiting.stream().limit(1).map(Waiting::since),
                        accounts.values().stream()
                                .filter(account -> account.counted() > 0)
                                .map(NoticeAccount::until))
                .min(Comparator.naturalOrder());
    }

    /** Ends all intervals: what is counted is to be sent now. */
    public void endIntervals() {
        accounts.values().forEach(account -> account.begin(Instant.MIN));
    }

    /** How many events are not told yet. */
    public long untold() {
        return waiting.size() + accounts.values().stream().mapToLong(NoticeAccount::counted).sum();
    }

    private NoticeAccount account(Notice notice, Instant now) {
        Key own = key(notice);
        if (!accounts.containsKey(own) && accounts.size() >= causes) {
            accounts.values().removeIf(account -> account.quiet(now, interval));
        }
        boolean apart = accounts.containsKey(own) || accounts.size() < causes;
        Key key = apart ? own : new Key(notice.noticeClass(), OTHERS);
        return accounts.computeIfAbsent(key, made -> new NoticeAccount(made.cause()));
    }

    private static Key key(Notice notice) {
        return new Key(notice.noticeClass(), notice.cause());
    }
}
