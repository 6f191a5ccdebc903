/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.function.Function;
import org.jamesqmgr.model.QueueId;

/** What the scheduler wants done. Each is answered with {@code claimFinished} or {@code claimFailed}. */
public sealed interface Decision {

    /** Whose demand is served. */
    SubscriberId subscriber();

    /** One function per case. */
    <R> R fold(Function<Claim, R> claim, Function<ClaimSuspect, R> claimSuspect);

    /**
     * Claim the next messages of the subscriber's transport and deliver them in that order, taking
     * new and deferred mail in turns.
     *
     * @param max most messages
     * @param recipients stop once the messages claimed have this many together
     * @param deferredFirst which side goes first
     */
    record Claim(SubscriberId subscriber, int max, int recipients, boolean deferredFirst)
            implements Decision {

        @Override
        public <R> R fold(Function<Claim, R> claim, Function<ClaimSuspect, R> claimSuspect) {
            return claim.apply(this);
        }
    }

    /** Claim this one message, which is to be alone in work, and deliver it. */
    record ClaimSuspect(SubscriberId subscriber, QueueId id) implements Decision {

        @Override
        public <R> R fold(Function<Claim, R> claim, Function<ClaimSuspect, R> claimSuspect) {
            return claimSuspect.apply(this);
        }
    }
}
