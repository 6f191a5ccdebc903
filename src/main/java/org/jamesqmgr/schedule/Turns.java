/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose turn it is among the destinations of a transport that could have a delivery now. They go
 * round robin, in a ring for each {@link SizeClass} of what waits there.
 *
 * <p>Between the rings smaller messages go first, for a price, after Postfix's preemptive scheduler:
 * each delivery of a larger message earns the smaller ones a slot. To overtake, a message that came
 * later pays five slots, one that came earlier pays one; a loan of three slots and a discount of
 * half the price let the first one go at once. So while both kinds wait, larger messages have at
 * least five of six deliveries against later ones and half of them against earlier ones for each
 * class that is smaller, but for a handful; and smaller ones never wait for more than five
 * deliveries of larger ones per delivery. Slots are kept for the class, not for each message, and
 * {@link #MOST_SLOTS} of them at most: what one large message has saved up for others is not used
 * against the next one for long.
 */
final class Turns {

    /** {@code default_delivery_slot_cost}. */
    static final int COST = 5;

    /** {@code default_delivery_slot_loan}. */
    static final int LOAN = 3;

    /** {@code default_minimum_delivery_slots} times the cost. */
    static final int MOST_SLOTS = 15;

    private static final int COST_OF_EARLIER = 1;

    /** A destination that is to have a delivery now, preferably of this class. */
    record Turn(DestinationQueue destination, SizeClass sizeClass) {}

    /** The destinations where messages of one class wait. */
    private static final class Ring {

        private final SizeClass sizeClass;
        private final LinkedHashSet<DestinationQueue> members = new LinkedHashSet<>();
        private int slots;

        private Ring(SizeClass sizeClass) {
            this.sizeClass = sizeClass;
        }

        private void update(DestinationQueue destination) {
            if (destination.ready() && destination.waiting().any(sizeClass)) {
                members.add(destination);
            } else {
                members.remove(destination);
            }
        }

        private DestinationQueue first() {
            return members.iterator().next();
        }

        private long firstEntry() {
            return first().waiting().first(sizeClass);
        }

        private int priceToOvertake(Ring larger) {
            return firstEntry() < larger.firstEntry() ? COST_OF_EARLIER : COST;
        }

        /** With the loan, and at half the price. */
        private boolean affords(int price) {
            return 2 * (slots + LOAN) >= price;
        }

        private void earn() {
            slots = Math.min(MOST_SLOTS, slots + 1);
        }
    }

    /** The largest messages first. */
    private final List<Ring> rings =
            Stream.of(SizeClass.values()).sorted(Comparator.reverseOrder()).map(Ring::new).toList();

    /** Something about this destination has changed: it joins, stays in its place, or leaves. */
    void update(DestinationQueue destination) {
        rings.forEach(ring -> ring.update(destination));
    }

    /** Takes the next turn. The destination is out of that ring until it is updated. */
    Optional<Turn> next() {
        Ring chosen = null;
        int price = 0;
        for (Ring ring : rings) {
            if (ring.members.isEmpty()) {
                continue;
            }
            int toPay = chosen == null ? 0 : ring.priceToOvertake(chosen);
            if (ring.affords(toPay) || chosen == null) {
                chosen = ring;
                price = toPay;
            }
        }
        return chosen == null ? Optional.empty() : Optional.of(take(chosen, price));
    }

    private Turn take(Ring chosen, int price) {
        chosen.slots -= price;
        rings.stream().skip(rings.indexOf(chosen) + 1L).forEach(Ring::earn);
        DestinationQueue first = chosen.first();
        chosen.members.remove(first);
        return new Turn(first, chosen.sizeClass);
    }
}
