/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.apache.james.queue.api.MailQueue.DEQUEUED_METRIC_NAME_PREFIX;
import static org.apache.james.queue.api.MailQueue.ENQUEUED_METRIC_NAME_PREFIX;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.transport.Transports;

/**
 * Counts what goes into and out of the transports that the queue manager delivers for, under the
 * names that James's own mail queues count with: that mail passes no James mail queue. Out is each
 * time a message becomes active.
 *
 * <p>Safe for use by any thread.
 */
public final class DeliveryMetrics implements QueueEventListener {

    private final Map<TransportName, Metric> enqueued = new HashMap<>();
    private final Map<TransportName, Metric> dequeued = new HashMap<>();

    public DeliveryMetrics(Transports transports, MetricFactory metrics) {
        for (TransportName name : transports.agents().keySet()) {
            enqueued.put(name, metrics.generate(ENQUEUED_METRIC_NAME_PREFIX + name.asString()));
            dequeued.put(name, metrics.generate(DEQUEUED_METRIC_NAME_PREFIX + name.asString()));
        }
    }

    @Override
    public void accepted(QueueId id, Envelope envelope, Provenance provenance) {
        count(enqueued, envelope);
    }

    @Override
    public void handedOver(QueuedMessage message, Provenance provenance) {
        count(enqueued, message.envelope());
    }

    @Override
    public void claimed(QueuedMessage message) {
        count(dequeued, message.envelope());
    }

    private static void count(Map<TransportName, Metric> metrics, Envelope envelope) {
        Optional.ofNullable(metrics.get(envelope.transport())).ifPresent(Metric::increment);
    }
}
