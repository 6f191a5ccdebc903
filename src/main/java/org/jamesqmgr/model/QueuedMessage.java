/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.List;
import org.apache.james.core.MailAddress;

/**
 * A queued message as it stood when it was read, without its content.
 *
 * @param size of the content in bytes
 */
public record QueuedMessage(
        QueueId id,
        QueueName queue,
        Envelope envelope,
        List<Recipient> recipients,
        MessageStatus status,
        long size) {

    public QueuedMessage {
        recipients = List.copyOf(recipients);
    }

    /** Recipients whose fate is still open, in the order of the envelope. */
    public List<MailAddress> pendingRecipients() {
        return recipients.stream()
                .filter(recipient -> recipient.state() == Recipient.State.PENDING)
                .map(Recipient::address)
                .toList();
    }
}
