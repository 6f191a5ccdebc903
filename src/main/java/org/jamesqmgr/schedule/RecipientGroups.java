/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.TransportName;

/** Splits a message into deliveries. */
final class RecipientGroups {

    private RecipientGroups() {}

    /**
     * The recipients of each delivery, in order: as many as the transport's recipient limit allows, the
     * rest in the last one; 8 with limit 3 are 3, 3 and 2.
     */
    static Map<DestinationKey, List<List<MailAddress>>> of(
            ActiveMessage message, Function<TransportName, TransportLimits> limits) {
        Map<DestinationKey, List<List<MailAddress>>> groups = new LinkedHashMap<>();
        message.recipients()
                .forEach(
                        (destination, recipients) -> {
                            int limit = limits.apply(destination.transport()).recipientLimit();
                            if (limit == 1) {
                                single(destination, recipients, groups);
                            } else {
                                groups.put(
                                        DestinationKey.of(destination), split(recipients, limit));
                            }
                        });
        return groups;
    }

    private static void single(
            Destination destination,
            List<MailAddress> recipients,
            Map<DestinationKey, List<List<MailAddress>>> groups) {
        for (MailAddress recipient : recipients) {
            groups.computeIfAbsent(
                            DestinationKey.of(destination, recipient), none -> new ArrayList<>())
                    .add(List.of(recipient));
        }
    }

    private static List<List<MailAddress>> split(List<MailAddress> recipients, int limit) {
        int length = limit == 0 ? recipients.size() : limit;
        List<List<MailAddress>> groups = new ArrayList<>();
        for (int from = 0; from < recipients.size(); from += length) {
            groups.add(recipients.subList(from, Math.min(recipients.size(), from + length)));
        }
        return groups;
    }
}
