/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Scopes;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.activemq.store.PersistenceAdapter;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.queue.activemq.ActiveMQMailQueueFactory;
import org.apache.james.queue.activemq.EmbeddedActiveMQ;
import org.apache.james.queue.activemq.metric.ActiveMQMetricCollector;
import org.apache.james.queue.activemq.metric.ActiveMQMetricCollectorNoop;
import org.apache.james.queue.api.MailQueueItemDecoratorFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** James's own mail queue on its embedded ActiveMQ, put together as James's Guice module does. */
@State(Scope.Benchmark)
public class ActiveMqQueue {

    /** Where the content of a message goes. */
    public enum Placement {
        /** Into a file of its own, which is not forced to disk: what James does unless told otherwise. */
        IN_FILES,
        /** Into the broker's journal, which is forced to disk: as safe as ours. */
        IN_JOURNAL
    }

    @Param({Sizes.SMALL, Sizes.LARGE})
    public int size;

    @Param public Placement content;

    private Path root;
    private EmbeddedActiveMQ broker;
    private ActiveMQMailQueueFactory factory;
    private JamesQueueTraffic traffic;

    @Setup
    public void open(BenchmarkParams params) throws Exception {
        root = BenchmarkDirectory.open().subdirectory("activemq");
        Injector injector = Guice.createInjector(new BrokerModule(root));
        broker = injector.getInstance(EmbeddedActiveMQ.class);
        factory = injector.getInstance(ActiveMQMailQueueFactory.class);
        factory.setUseJMX(false);
        factory.setUseBlobMessages(content == Placement.IN_FILES);
        traffic =
                new JamesQueueTraffic(
                        factory.createQueue(MailQueueName.of("spool")), size, params.getThreads());
    }

    @TearDown
    public void close() throws Exception {
        traffic.stop();
        factory.destroy();
        broker.stop();
        BenchmarkDirectory.remove(root);
    }

    @Benchmark
    public void enqueueClaimRemove() throws Exception {
        traffic.enqueueClaimRemove();
    }

    private static final class BrokerModule extends AbstractModule {
        private final Path home;

        BrokerModule(Path home) {
            this.home = home;
        }

        @Override
        protected void configure() {
            bind(FileSystem.class).toInstance(new HomeDirectory(home));
            bind(PersistenceAdapter.class).to(KahaDBPersistenceAdapter.class);
            bind(KahaDBPersistenceAdapter.class).in(Scopes.SINGLETON);
            bind(EmbeddedActiveMQ.class).in(Scopes.SINGLETON);
            bind(ActiveMQMailQueueFactory.class).in(Scopes.SINGLETON);
            bind(ActiveMQMetricCollector.class).toInstance(new ActiveMQMetricCollectorNoop());
            bind(MailQueueItemDecoratorFactory.class).to(RawMailQueueItemDecoratorFactory.class);
            bind(MetricFactory.class).toInstance(new NoMetrics());
            bind(GaugeRegistry.class).toInstance(new NoopGaugeRegistry());
        }
    }

    /** Where the broker's {@code file://} names lead. */
    private record HomeDirectory(Path home) implements FileSystem {

        @Override
        public File getFile(String url) throws FileNotFoundException {
            if (url.startsWith("file://")) {
                return home.resolve(url.substring("file://".length())).toFile();
            }
            if (url.startsWith("file:/")) {
                return new File(url.substring("file:".length()));
            }
            throw new FileNotFoundException(url);
        }

        @Override
        public InputStream getResource(String url) throws FileNotFoundException {
            throw new FileNotFoundException(url);
        }

        @Override
        public File getBasedir() {
            return home.toFile();
        }
    }
}
