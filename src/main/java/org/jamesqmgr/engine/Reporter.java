/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.List;
import org.jamesqmgr.bounce.ReportKind;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/** Makes the reports on mail that are due by the rules. Safe for use by any thread. */
public interface Reporter {

    /**
     * The reports on a message, ready to be queued together. Nothing is durable yet. Writing them reads
     * the content.
     *
     * @param attempts one for each recipient of whom something is to be said
     * @return nothing if nobody is to be told
     * @throws MessageStoreException if they cannot be made for now
     */
    List<HandOver> reports(
            ReportKind kind, QueuedMessage message, Content content, List<Attempt> attempts)
            throws MessageStoreException;
}
