/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.nio.file.Path;
import java.time.Clock;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.queue.QmgrMailQueueFactory;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.transport.Transports;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** James's mail queue on our queue manager and directory store, as James uses it. */
@State(Scope.Benchmark)
public class QmgrQueue {

    @Param({Sizes.SMALL, Sizes.LARGE})
    public int size;

    private Path root;
    private QmgrMailQueueFactory factory;
    private JamesQueueTraffic traffic;

    @Setup
    public void open(BenchmarkParams params) throws Exception {
        Clock clock = Clock.systemUTC();
        root = BenchmarkDirectory.open().subdirectory("qmgr");
        factory = factory(DirectoryMessageStore.open(root, clock), clock);
        traffic =
                new JamesQueueTraffic(
                        factory.createQueue(MailQueueName.of("spool")), size, params.getThreads());
    }

    /** James's queues on a store. */
    static QmgrMailQueueFactory factory(MessageStore store, Clock clock) {
        return new QmgrMailQueueFactory(
                QueueManager.start(
                        store, EngineSettings.defaults(), clock, QueueEventListener.NONE),
                store,
                Transports.NONE,
                new RawMailQueueItemDecoratorFactory(),
                new NoMetrics(),
                new NoopGaugeRegistry(),
                clock);
    }

    @TearDown
    public void close() throws Exception {
        traffic.stop();
        factory.stop();
        BenchmarkDirectory.remove(root);
    }

    @Benchmark
    public void enqueueClaimRemove() throws Exception {
        traffic.enqueueClaimRemove();
    }
}
