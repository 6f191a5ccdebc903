/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.nio.file.Path;
import java.time.Clock;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueFactoryContract;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueueFactoryContract;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** James's own contracts of a mail queue factory. */
@Tag("Q1")
class QmgrMailQueueFactoryTest
        implements MailQueueFactoryContract<QmgrMailQueue>,
                ManageableMailQueueFactoryContract<QmgrMailQueue> {

    /** Both contracts have a constant of this name. */
    static final MailQueueName NAME_1 = MailQueueFactoryContract.NAME_1;

    @TempDir private Path directory;
    private QmgrMailQueueFactory factory;

    @BeforeEach
    void start() throws Exception {
        Clock clock = Clock.systemUTC();
        DirectoryMessageStore store = DirectoryMessageStore.open(directory.resolve("qmgr"), clock);
        factory =
                new QmgrMailQueueFactory(
                        QueueManager.start(
                                store, EngineSettings.defaults(), clock, QueueEventListener.NONE),
                        store,
                        Transports.NONE,
                        new RawMailQueueItemDecoratorFactory(),
                        new RecordingMetricFactory(),
                        new NoopGaugeRegistry(),
                        clock);
    }

    @AfterEach
    void stop() {
        factory.stop();
    }

    @Override
    public MailQueueFactory<QmgrMailQueue> getMailQueueFactory() {
        return factory;
    }
}
