/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.time.Instant;

/**
 * Which messages are due for a claim.
 *
 * @param now scheduled messages are due up to here
 * @param queueRun deferred messages are due up to here: the last time the deferred queue was looked
 *     over ({@code queue_run_delay})
 * @param deferredFirst which side is taken when both a new and a deferred message of the same
 *     priority wait; callers alternate, so that a backlog cannot hold up new mail
 * @param lanes messages in a closed lane are passed over, at a cost that does not grow with them
 */
public record ClaimWindow(Instant now, Instant queueRun, boolean deferredFirst, Lanes lanes) {

    /** With all lanes open. */
    public ClaimWindow(Instant now, Instant queueRun, boolean deferredFirst) {
        this(now, queueRun, deferredFirst, Lanes.ALL_OPEN);
    }
}
