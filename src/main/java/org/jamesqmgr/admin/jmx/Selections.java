/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jamesqmgr.admin.MessageFilter;
import org.jamesqmgr.admin.QueueSelector;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;

/** Reads what a client selects; what is not understood is an {@link IllegalArgumentException}. */
final class Selections {

    private Selections() {}

    static QueueSelector selector(Selection selection) {
        if (selection == null) {
            throw new IllegalArgumentException("no selection");
        }
        return new QueueSelector(
                Optional.ofNullable(selection.getIds())
                        .map(ids -> ids.stream().map(Selections::id).toList()),
                filter(selection));
    }

    private static MessageFilter filter(Selection selection) {
        return new MessageFilter(
                Optional.ofNullable(selection.getQueues()).map(Selections::queues).orElse(Set.of()),
                Optional.ofNullable(selection.getTransport()).map(TransportName::new),
                Optional.ofNullable(selection.getSender()),
                Optional.ofNullable(selection.getRecipient()),
                Optional.ofNullable(selection.getEither()),
                Optional.ofNullable(selection.getDomain()),
                Optional.ofNullable(selection.getReason()),
                age(selection.getOlderThan()),
                selection.getLargerThan());
    }

    private static Optional<Duration> age(long seconds) {
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    static QueueId id(String text) {
        return QueueId.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a queue id: " + text));
    }

    /** An empty list is no condition, as if none were given. */
    static Set<QueueName> queues(List<String> names) {
        return names.stream().map(Selections::queue).collect(Collectors.toSet());
    }

    static Shape.By by(String name) {
        return Shape.By.parse(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "not recipient, sender or reason: " + name));
    }

    private static QueueName queue(String name) {
        return Arrays.stream(QueueName.values())
                .filter(queue -> queue.asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a queue: " + name));
    }
}
