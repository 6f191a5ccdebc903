/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.List;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/**
 * What is to follow once the fate of recipients is settled: the sender hears of failures, the
 * pipeline of successes if it asked for it. Safe for use by any thread; may block.
 */
public interface FollowUp {

    /**
     * Sees to it that the sender is told. What it queues for that survives a power cut on return.
     *
     * @param failures one for each recipient that failed for good; after the end of a message's
     *     lifetime with the temporary status of its last attempt
     * @throws MessageStoreException if nothing could be queued; it is asked again later
     */
    void undeliverable(QueuedMessage message, Content content, List<Attempt> failures)
            throws MessageStoreException;

    /**
     * Tells of successes. After a crash it may not have been called, or be called again.
     *
     * @param deliveries one for each recipient delivered to since the message was last claimed
     */
    void delivered(QueuedMessage message, Content content, List<Attempt> deliveries)
            throws MessageStoreException;
}
