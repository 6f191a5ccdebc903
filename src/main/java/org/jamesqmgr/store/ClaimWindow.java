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
 */
public record ClaimWindow(Instant now, Instant queueRun, boolean deferredFirst) {}
