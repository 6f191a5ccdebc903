/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.former;

import com.google.inject.Guice;
import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.activemq.store.PersistenceAdapter;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.activemq.ActiveMQMailQueueFactory;
import org.apache.james.queue.activemq.EmbeddedActiveMQ;
import org.apache.james.queue.activemq.metric.ActiveMQMetricCollectorNoop;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.mailet.Mail;

/** James's own queues on ActiveMQ, as a James without us has them in its home. */
public final class FormerJames implements AutoCloseable {

    private final EmbeddedActiveMQ broker;
    private final ActiveMQMailQueueFactory queues;

    private FormerJames(EmbeddedActiveMQ broker, ActiveMQMailQueueFactory queues) {
        this.broker = broker;
        this.queues = queues;
    }

    public static FormerJames start(Path home, boolean contentsInFiles) {
        EmbeddedActiveMQ broker =
                Guice.createInjector(
                                binder -> {
                                    binder.bind(FileSystem.class).toInstance(new Home(home));
                                    binder.bind(PersistenceAdapter.class)
                                            .toInstance(new KahaDBPersistenceAdapter());
                                })
                        .getInstance(EmbeddedActiveMQ.class);
        ActiveMQMailQueueFactory queues =
                new ActiveMQMailQueueFactory(
                        broker.getConnectionFactory(),
                        new RawMailQueueItemDecoratorFactory(),
                        new RecordingMetricFactory(),
                        new NoopGaugeRegistry(),
                        new ActiveMQMetricCollectorNoop());
        queues.setUseBlobMessages(contentsInFiles);
        queues.setUseJMX(false);
        return new FormerJames(broker, queues);
    }

    public void enqueue(String queue, Mail mail) throws Exception {
        queue(queue).enQueue(mail);
    }

    public void enqueue(String queue, Mail mail, Duration delay) throws Exception {
        queue(queue).enQueue(mail, delay);
    }

    public long size(String queue) throws Exception {
        return queue(queue).getSize();
    }

    private ManageableMailQueue queue(String name) {
        return queues.createQueue(MailQueueName.of(name));
    }

    @Override
    public void close() {
        queues.destroy();
        try {
            broker.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the broker cannot be stopped", e);
        }
    }

    /** Resolves what the broker asks for, no more. */
    private record Home(Path directory) implements FileSystem {

        @Override
        public File getFile(String url) {
            return url.startsWith("file://")
                    ? directory.resolve(url.substring("file://".length())).toFile()
                    : new File(URI.create(url));
        }

        @Override
        public InputStream getResource(String url) {
            throw new UnsupportedOperationException(url);
        }

        @Override
        public File getBasedir() {
            return directory.toFile();
        }
    }
}
