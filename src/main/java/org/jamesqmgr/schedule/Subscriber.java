/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/** The demand of one consumer. */
final class Subscriber {

    private static final long UNBOUNDED = Long.MAX_VALUE;

    private final SubscriberId id;
    private long demand;

    Subscriber(SubscriberId id) {
        this.id = id;
    }

    SubscriberId id() {
        return id;
    }

    void demanded(long more) {
        demand = more > UNBOUNDED - demand ? UNBOUNDED : demand + more;
    }

    void served() {
        if (demand != UNBOUNDED) {
            demand--;
        }
    }

    boolean wants() {
        return demand > 0;
    }

    int demandUpTo(int bound) {
        return (int) Math.min(demand, bound);
    }
}
