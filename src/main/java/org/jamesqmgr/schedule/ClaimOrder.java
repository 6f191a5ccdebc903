/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.Optional;
import org.jamesqmgr.model.QueueId;

/** A claim in flight and what is still promised to it. */
final class ClaimOrder {

    private final TransportState transport;
    private final Optional<QueueId> suspect;
    private final long news;
    private int messages;
    private int recipients;

    ClaimOrder(TransportState transport, Optional<QueueId> suspect, int messages, int recipients) {
        this.transport = transport;
        this.suspect = suspect;
        this.news = transport.news();
        this.messages = messages;
        this.recipients = recipients;
    }

    TransportState transport() {
        return transport;
    }

    Optional<QueueId> suspect() {
        return suspect;
    }

    /** What was known of the store when the order was given. */
    long news() {
        return news;
    }

    int messages() {
        return messages;
    }

    int recipients() {
        return recipients;
    }

    /**
     * One message was claimed.
     *
     * @return by how many its recipients exceed the promise
     */
    int claimed(int claimedRecipients) {
        if (messages == 0) {
            throw new IllegalStateException("more was claimed than ordered");
        }
        messages--;
        int promised = Math.min(recipients, claimedRecipients);
        recipients -= promised;
        return claimedRecipients - promised;
    }
}
