/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;

/**
 * Which messages are meant.
 *
 * @param ids these alone, none if the list is empty; without it, all
 * @param filter what they must have in common besides
 */
public record QueueSelector(Optional<List<QueueId>> ids, MessageFilter filter) {

    public QueueSelector {
        ids = ids.map(list -> List.copyOf(new LinkedHashSet<>(list)));
    }

    /** Every message. */
    public static QueueSelector all() {
        return new QueueSelector(Optional.empty(), MessageFilter.ANY);
    }

    /** These messages; none if there are no ids. */
    public static QueueSelector ids(List<QueueId> ids) {
        return new QueueSelector(Optional.of(ids), MessageFilter.ANY);
    }

    public static QueueSelector matching(MessageFilter filter) {
        return new QueueSelector(Optional.empty(), filter);
    }

    /** The same, in these queues unless it names queues itself. */
    QueueSelector inQueuesByDefault(Set<QueueName> queues) {
        return filter.queues().isEmpty() ? new QueueSelector(ids, filter.inQueues(queues)) : this;
    }
}
