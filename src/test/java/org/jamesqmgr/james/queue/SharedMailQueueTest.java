/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.james.queue.api.DelayedManageableMailQueueContract;
import org.apache.james.queue.api.DelayedPriorityMailQueueContract;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueMetricContract;
import org.apache.james.queue.api.MailQueueMetricExtension;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.api.PriorityManageableMailQueueContract;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.mailet.Attribute;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.artemis.SharedQueues;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * James's own contracts of a mail queue, all of them, on the store at a broker. Only the
 * minimal backoff is tuned, to none.
 */
@Tag("Q1")
@Tag("X1")
@Tag("D9")
class SharedMailQueueTest
        implements DelayedManageableMailQueueContract,
                DelayedPriorityMailQueueContract,
                PriorityManageableMailQueueContract,
                MailQueueMetricContract {

    @RegisterExtension static final SharedQueues queues = SharedQueues.ofAllTests();

    private QmgrMailQueueFactory factory;
    private QmgrMailQueue queue;
    private final Collection<Object> items = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start(MailQueueMetricExtension.MailQueueMetricTestSystem metrics) throws Exception {
        Clock clock = Clock.systemUTC();
        MessageStore store = queues.open("mx1", clock);
        RetrySchedule retry =
                new RetrySchedule(Duration.ZERO, Duration.ofSeconds(4000), Duration.ofDays(5));
        EngineSettings settings =
                EngineSettings.defaults().withRetry(retry).withStopTimeout(Duration.ZERO);
        factory =
                new QmgrMailQueueFactory(
                        QueueManager.start(store, settings, clock, QueueEventListener.NONE),
                        store,
                        Transports.NONE,
                        new Kept(),
                        metrics.getMetricFactory(),
                        metrics.getSpyGaugeRegistry(),
                        clock);
        queue = factory.createQueue(MailQueueName.of("spool"));
    }

    @AfterEach
    void stop() {
        factory.stop();
    }

    /** Items that a test forgets to end would be given back when the garbage collector comes by. */
    private final class Kept extends RawMailQueueItemDecoratorFactory {

        @Override
        public MailQueueItemDecorator decorate(MailQueue.MailQueueItem item, MailQueueName name) {
            MailQueueItemDecorator decorated = super.decorate(item, name);
            items.add(decorated);
            return decorated;
        }
    }

    @Override
    public MailQueue getMailQueue() {
        return queue;
    }

    @Override
    public ManageableMailQueue getManageableMailQueue() {
        return queue;
    }

    @Override
    public Attribute mailPriority(Object priority) {
        return DelayedPriorityMailQueueContract.super.mailPriority(priority);
    }
}
