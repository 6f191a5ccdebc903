/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.annotation.PreDestroy;
import javax.inject.Inject;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueItemDecoratorFactory;
import org.apache.james.queue.api.MailQueueName;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives James its mail queues, each of which is a transport of the one queue manager. Asking for a
 * queue again gives the same queue; a queue whose messages waited since the last start is there as
 * soon as it is asked for.
 *
 * <p>Safe for use by any thread, also while James is still being put together.
 */
public final class QmgrMailQueueFactory implements MailQueueFactory<QmgrMailQueue> {

    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrMailQueueFactory.class);

    private final QmgrMailQueue.Desk desk;
    private final GaugeRegistry gauges;
    private final QueueBeans beans = new QueueBeans();
    private final ConcurrentMap<MailQueueName, QmgrMailQueue> queues = new ConcurrentHashMap<>();

    /** As the other, with room for all mail and a double-bounce address that nobody has. */
    public QmgrMailQueueFactory(
            QueueManager queueManager,
            MessageStore store,
            Transports transports,
            MailQueueItemDecoratorFactory decorator,
            MetricFactory metrics,
            GaugeRegistry gauges,
            Clock clock) {
        this(
                queueManager,
                store,
                transports,
                NewMail.ANY,
                decorator,
                DoubleBounces.NONE,
                metrics,
                gauges,
                clock);
    }

    /**
     * @param transports those that the queue manager delivers for
     */
    @Inject
    public QmgrMailQueueFactory(
            QueueManager queueManager,
            MessageStore store,
            Transports transports,
            NewMail newMail,
            MailQueueItemDecoratorFactory decorator,
            DoubleBounces doubleBounces,
            MetricFactory metrics,
            GaugeRegistry gauges,
            Clock clock) {
        this.gauges = gauges;
        this.desk =
                new QmgrMailQueue.Desk(
                        queueManager,
                        store,
                        transports,
                        newMail,
                        new MailCodec(),
                        new PipelineRetries(queueManager),
                        queueManager.runs(),
                        decorator,
                        doubleBounces,
                        metrics,
                        clock);
    }

    @Override
    public Optional<QmgrMailQueue> getQueue(MailQueueName name, PrefetchCount count) {
        return Optional.ofNullable(queues.get(name));
    }

    @Override
    public QmgrMailQueue createQueue(MailQueueName name, PrefetchCount count) {
        return queues.computeIfAbsent(name, this::create);
    }

    private QmgrMailQueue create(MailQueueName name) {
        QmgrMailQueue queue = new QmgrMailQueue(desk, name);
        gauges.register(MailQueue.QUEUE_SIZE_METRIC_NAME_PREFIX + name.asString(), queue::getSize);
        beans.register(queue);
        return queue;
    }

    @Override
    public Set<MailQueueName> listCreatedMailQueues() {
        return Set.copyOf(queues.keySet());
    }

    /**
     * The end of the queue manager, and the last thing to happen at stop: everything that uses the
     * queues depends on this factory and is stopped before it.
     */
    @PreDestroy
    public void stop() {
        beans.unregisterAll();
        try {
            desk.queueManager().close();
        } catch (MessageStoreException e) {
            // James swallows what a component throws at its end.
            LOGGER.error("the queue manager did not stop cleanly", e);
        }
    }
}
