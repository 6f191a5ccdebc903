/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;

/**
 * One delivery to be made: a part of one message for one destination.
 *
 * @param number unique within a {@link DeliveryScheduler}, rising in the order of activation
 * @param recipients at least one, as many as the transport's recipient limit at most
 */
public record QueueEntry(
        long number, QueueId message, Destination destination, List<MailAddress> recipients) {

    public QueueEntry {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException(message + ": nobody to deliver to");
        }
    }
}
