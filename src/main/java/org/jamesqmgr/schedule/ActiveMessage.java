/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;

/**
 * A message that became active.
 *
 * @param claimedFor the transport whose share of the active queue it takes, which need not be the one
 *     that delivers it
 * @param lane as {@link org.jamesqmgr.store.Lanes} counts
 * @param recipients who is pending, by where their mail goes; nobody goes nowhere, and at least one
 *     goes somewhere. Their order is kept
 */
public record ActiveMessage(
        QueueId id,
        TransportName claimedFor,
        int lane,
        Map<Destination, List<MailAddress>> recipients) {

    public ActiveMessage {
        recipients = Collections.unmodifiableMap(new LinkedHashMap<>(recipients));
        if (recipients.isEmpty() || recipients.values().stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException(id + ": nobody to deliver to");
        }
    }

    int recipientCount() {
        return recipients.values().stream().mapToInt(List::size).sum();
    }
}
