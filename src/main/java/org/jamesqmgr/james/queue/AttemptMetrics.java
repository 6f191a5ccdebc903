/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;

/**
 * Counts what became of recipients, for each transport that tried, or {@code error} if nobody did:
 *
 * <pre>
 *   qmgr.delivered.smtp               recipients
 *   qmgr.deferred.smtp                recipients, each time
 *   qmgr.bounced.smtp                 recipients
 *   qmgr.delay_milliseconds.smtp      sum over the delivered, since their message arrived
 *   qmgr.attempt_milliseconds.smtp    sum over all attempts, of the attempt alone
 * </pre>
 *
 * A sum by the number it is of is the mean, over any span of time. James's own timers measure what
 * they were started for, and nobody starts one for days. Safe for use by any thread.
 */
public final class AttemptMetrics implements QueueEventListener {

    private static final String PREFIX = "qmgr.";

    private final MetricFactory factory;
    private final ConcurrentMap<String, Metric> metrics = new ConcurrentHashMap<>();

    public AttemptMetrics(MetricFactory factory) {
        this.factory = factory;
    }

    @Override
    public void attempted(
            QueuedMessage message,
            TransportName transport,
            Instant activated,
            Attempt attempt,
            boolean softBounce) {
        String became =
                attempt.outcome()
                        .fold(
                                delivered -> "delivered",
                                deferred -> "deferred",
                                bounced -> "bounced");
        metric(became, transport).increment();
        Duration took = attempt.conversation().duration();
        metric("attempt_milliseconds", transport).add(milliseconds(took));
        if (became.equals("delivered")) {
            Instant end = attempt.time().plus(took);
            Duration delay = Duration.between(message.envelope().arrival(), end);
            metric("delay_milliseconds", transport).add(milliseconds(delay));
        }
    }

    private Metric metric(String what, TransportName transport) {
        return metrics.computeIfAbsent(PREFIX + what + "." + transport, factory::generate);
    }

    /** Of a span that a clock which was set may have made negative. */
    private static int milliseconds(Duration span) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, span.toMillis()));
    }
}
