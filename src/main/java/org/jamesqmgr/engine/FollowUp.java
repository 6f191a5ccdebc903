/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.List;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/**
 * What is to follow a round of deliveries: the sender hears of failures and delays, and of successes
 * if it asked for that, as may the pipeline. Safe for use by any thread; may block.
 */
public interface FollowUp {

    /**
     * Sees to it that the sender is told. What it queues for that survives a power cut on return.
     *
     * @param failures one for each recipient that failed for good; after the end of a message's
     *     lifetime with the temporary status of its last attempt, and with that end as the reason
     * @throws MessageStoreException if nothing could be queued; it is asked again later
     */
    void undeliverable(QueuedMessage message, Content content, List<Attempt> failures)
            throws MessageStoreException;

    /**
     * Sees to it that the sender is told that the message is late, while it is tried again. As safe as
     * {@link #undeliverable}; called once in the life of a message, but for crashes.
     *
     * @param deferrals one for each recipient whose fate is open
     * @throws MessageStoreException if nothing could be queued; it is asked again after the next attempt
     */
    void delayed(QueuedMessage message, Content content, List<Attempt> deferrals)
            throws MessageStoreException;

    /**
     * Tells of successes, if anybody wants to know. After a crash it may not have been called, or be
     * called again.
     *
     * @param deliveries one for each recipient delivered to since the message was last claimed
     * @throws MessageStoreException if something could not be queued: then nothing was; it is asked
     *     again later
     */
    void delivered(QueuedMessage message, Content content, List<Attempt> deliveries)
            throws MessageStoreException;
}
