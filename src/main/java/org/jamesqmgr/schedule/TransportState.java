/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The scheduler's view of one transport: who wants its messages, whether there may be any, and
 * whether new or deferred mail is next.
 */
final class TransportState {

    private final Load load;
    private final Deque<Subscriber> turns = new ArrayDeque<>();
    private boolean mayHave = true;
    private long news;
    private boolean deferredNext;
    private boolean blameless;

    TransportState(ActiveLimits share) {
        this.load = new Load(share);
    }

    Load load() {
        return load;
    }

    /** Whether no message of it can be what the server dies of. */
    boolean blameless() {
        return blameless;
    }

    void declareBlameless() {
        blameless = true;
    }

    void add(Subscriber subscriber) {
        turns.addLast(subscriber);
    }

    void remove(Subscriber subscriber) {
        turns.remove(subscriber);
    }

    /** The store may have something. */
    void available() {
        mayHave = true;
        news++;
    }

    boolean mayHave() {
        return mayHave;
    }

    /** Changes with every {@link #available}. */
    long news() {
        return news;
    }

    /** A claim that was ordered at {@code newsAtOrder} found nothing. Later news still count. */
    void dry(long newsAtOrder) {
        if (newsAtOrder == news) {
            mayHave = false;
        }
    }

    /** The first in turn to whom this applies; it goes to the end of the line. */
    Optional<Subscriber> next(Predicate<Subscriber> ready) {
        Optional<Subscriber> first = turns.stream().filter(ready).findFirst();
        first.ifPresent(
                subscriber -> {
                    turns.remove(subscriber);
                    turns.addLast(subscriber);
                });
        return first;
    }

    boolean any(Predicate<Subscriber> which) {
        return turns.stream().anyMatch(which);
    }

    /** Which side a claim of so many messages begins with; the one after it begins with the other. */
    boolean deferredFirst(int messages) {
        boolean first = deferredNext;
        deferredNext ^= messages % 2 == 1;
        return first;
    }
}
