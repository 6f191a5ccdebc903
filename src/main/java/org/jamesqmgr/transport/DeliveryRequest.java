/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;

/**
 * One message for one destination.
 *
 * @param recipients a part of the message's pending recipients, at least one
 */
public record DeliveryRequest(
        QueuedMessage message,
        Content content,
        Destination destination,
        List<MailAddress> recipients) {

    public DeliveryRequest {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException(message.id() + ": nobody to deliver to");
        }
    }
}
