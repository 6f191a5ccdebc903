/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;

/**
 * A queued message as it stood when it was read, without its content.
 *
 * @param history the attempts so far, in the order of their time; bounded: the last of each recipient
 *     that is not done is always among them, older ones may be missing
 * @param size of the content in bytes
 */
public record QueuedMessage(
        QueueId id,
        QueueName queue,
        Envelope envelope,
        List<Recipient> recipients,
        MessageStatus status,
        List<Attempt> history,
        long size) {

    public QueuedMessage {
        recipients = List.copyOf(recipients);
        history = List.copyOf(history);
    }

    /** The same under another id. */
    public QueuedMessage withId(QueueId other) {
        return new QueuedMessage(other, queue, envelope, recipients, status, history, size);
    }

    /** The same in another queue. */
    public QueuedMessage in(QueueName other) {
        return new QueuedMessage(id, other, envelope, recipients, status, history, size);
    }

    /** Recipients whose fate is still open, in the order of the envelope. */
    public List<MailAddress> pendingRecipients() {
        return recipients(Recipient.State.PENDING);
    }

    /** Recipients in this state, in the order of the envelope. */
    public List<MailAddress> recipients(Recipient.State state) {
        return recipients.stream()
                .filter(recipient -> recipient.state() == state)
                .map(Recipient::address)
                .toList();
    }

    /** The latest attempt to deliver to this recipient, if there was one. */
    public Optional<Attempt> lastAttempt(MailAddress recipient) {
        return history.stream()
                .filter(attempt -> attempt.outcome().recipient().equals(recipient))
                .reduce((earlier, later) -> later);
    }
}
