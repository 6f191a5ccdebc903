/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import org.jamesqmgr.model.TransportName;

/** A message in the active queue and how many of its entries have not ended. */
final class OpenMessage {

    private final TransportName claimedFor;
    private final int recipients;
    private int open;

    OpenMessage(ActiveMessage message, int entries) {
        this.claimedFor = message.claimedFor();
        this.recipients = message.recipientCount();
        this.open = entries;
    }

    TransportName claimedFor() {
        return claimedFor;
    }

    int recipients() {
        return recipients;
    }

    /** Returns whether it was the last. */
    boolean entryEnded() {
        open--;
        return open == 0;
    }
}
