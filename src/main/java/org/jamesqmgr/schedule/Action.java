/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Instant;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;

/**
 * What {@link DeliveryScheduler} wants done, or known. {@link Deliver} and {@link Suspend} are each
 * answered with {@link DeliveryScheduler#ended}, exactly once.
 */
public sealed interface Action {

    /** Calls the method for this action. */
    void accept(Visitor visitor);

    /** One method per action. */
    interface Visitor {

        void deliver(Deliver action);

        void suspend(Suspend action);

        void died(Died action);

        void revived(Revived action);

        void clogs(Clogs action);
    }

    /** Start this delivery. */
    record Deliver(QueueEntry entry) implements Action {

        @Override
        public void accept(Visitor visitor) {
            visitor.deliver(this);
        }
    }

    /**
     * Do not try: the destination is dead.
     *
     * @param status what to defer the entry's recipients with: the failure's code and {@code delivery
     *     temporarily suspended: } before its reason
     */
    record Suspend(QueueEntry entry, DeliveryStatus status) implements Action {

        @Override
        public void accept(Visitor visitor) {
            visitor.suspend(this);
        }
    }

    /** News: nothing is tried there for a while. */
    record Died(Destination destination, DeliveryStatus reason, Instant until) implements Action {

        @Override
        public void accept(Visitor visitor) {
            visitor.died(this);
        }
    }

    /** News: a dead destination is tried again from here on. */
    record Revived(Destination destination) implements Action {

        @Override
        public void accept(Visitor visitor) {
            visitor.revived(this);
        }
    }

    /**
     * News: a destination has all it may have of the active queue, and more mail waits for it.
     *
     * @param messages how many it has
     */
    record Clogs(Destination destination, int messages) implements Action {

        @Override
        public void accept(Visitor visitor) {
            visitor.clogs(this);
        }
    }
}
