/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;

/**
 * What one queue has for one transport.
 *
 * @param bytes of the contents, each rounded up to a kibibyte
 * @param oldest when the oldest of them was taken under its present id
 */
public record QueueTotal(
        TransportName transport, QueueName queue, long messages, long bytes, Instant oldest) {

    private static final int KIBIBYTE = 1024;

    /** By transport and queue. */
    static List<QueueTotal> of(Stream<QueuedMessage> messages) {
        Map<TransportName, Map<QueueName, QueueTotal>> totals = new TreeMap<>();
        messages.forEach(
                message ->
                        totals.computeIfAbsent(
                                        message.envelope().transport(), any -> new TreeMap<>())
                                .merge(message.queue(), of(message), QueueTotal::plus));
        return totals.values().stream().flatMap(queues -> queues.values().stream()).toList();
    }

    private static QueueTotal of(QueuedMessage message) {
        return new QueueTotal(
                message.envelope().transport(),
                message.queue(),
                1,
                (long) kibibytes(message.size()) * KIBIBYTE,
                message.id().time());
    }

    /** Rounded up, as totals count a size. */
    public static int kibibytes(long size) {
        return (int) Math.min(Integer.MAX_VALUE, (size + KIBIBYTE - 1) / KIBIBYTE);
    }

    /** Both of the same transport and queue. */
    private QueueTotal plus(QueueTotal other) {
        return new QueueTotal(
                transport,
                queue,
                messages + other.messages,
                bytes + other.bytes,
                oldest.isBefore(other.oldest) ? oldest : other.oldest);
    }
}
