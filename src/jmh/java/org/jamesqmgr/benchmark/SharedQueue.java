/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.james.queue.api.MailQueueName;
import org.jamesqmgr.james.queue.QmgrMailQueueFactory;
import org.jamesqmgr.store.artemis.ArtemisMessageStore;
import org.jamesqmgr.store.artemis.ArtemisSettings;
import org.jamesqmgr.testing.ArtemisBroker;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * As {@link QmgrQueue}, on the shared store: its broker is a process of its own, on the same machine
 * and disk.
 */
@State(Scope.Benchmark)
public class SharedQueue {

    @Param({Sizes.SMALL, Sizes.LARGE})
    public int size;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ArtemisBroker broker;
    private QmgrMailQueueFactory factory;
    private JamesQueueTraffic traffic;

    @Setup
    public void open(BenchmarkParams params) throws Exception {
        Clock clock = Clock.systemUTC();
        broker = ArtemisBroker.start();
        ArtemisSettings settings =
                new ArtemisSettings(
                        broker.url(),
                        ArtemisBroker.USER,
                        ArtemisBroker.PASSWORD,
                        "qmgr.test",
                        "mx1",
                        Duration.ofSeconds(30));
        factory = QmgrQueue.factory(ArtemisMessageStore.open(settings, clock, threads), clock);
        traffic =
                new JamesQueueTraffic(
                        factory.createQueue(MailQueueName.of("spool")), size, params.getThreads());
    }

    @TearDown
    public void close() throws Exception {
        traffic.stop();
        factory.stop();
        threads.shutdown();
        broker.stop();
    }

    @Benchmark
    public void enqueueClaimRemove() throws Exception {
        traffic.enqueueClaimRemove();
    }
}
