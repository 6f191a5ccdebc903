/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.queue.QmgrMailQueue;
import org.jamesqmgr.james.queue.QmgrMailQueueFactory;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** James's spool on a real queue manager; the test plays the spooler. */
@Timeout(60)
abstract class PipelineFixture {

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final TransportName SPOOL = new TransportName("spool");
    static final TransportName SMTP = new TransportName("smtp");
    static final TransportName LOCAL = new TransportName("local");
    static final String RAW =
            "Message-ID: <1@origin.example>\r\nSubject: caf\u00e9\r\n\r\nbody \u00ff\r\n";

    private static final AttributeName FAILURES = AttributeName.of("mail-processing-error-count");

    final SettableClock clock = new SettableClock(START);
    final Map<QueueId, Provenance> provenances = new ConcurrentHashMap<>();
    final Transports transports =
            new Transports(Map.of(SMTP, AgentKind.SMTP, LOCAL, AgentKind.LOCAL));
    private final List<MailImpl> mails = new ArrayList<>();
    private final AtomicLong passed = new AtomicLong();

    /** The store as it is, for the test to look at. */
    MessageStore kept;

    /** The same store as the queue manager sees it. */
    FailingMessageStore store;

    QueueManager queueManager;
    MailParts parts;
    QmgrMailQueue queue;
    private QmgrMailQueueFactory factory;

    MessageStore open() throws MessageStoreException {
        return new MemoryMessageStore(clock);
    }

    @BeforeEach
    void start() throws Exception {
        kept = open();
        store = new FailingMessageStore(kept);
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ZERO);
        QueueEventListener listener =
                new QueueEventListener() {
                    @Override
                    public void accepted(QueueId id, Envelope envelope, Provenance provenance) {
                        provenances.put(id, provenance);
                    }

                    @Override
                    public void handedOver(QueuedMessage message, Provenance provenance) {
                        provenances.put(message.id(), provenance);
                    }
                };
        queueManager = QueueManager.start(store, settings, clock, passed::get, listener);
        factory =
                new QmgrMailQueueFactory(
                        queueManager,
                        store,
                        transports,
                        new RawMailQueueItemDecoratorFactory(),
                        new RecordingMetricFactory(),
                        new NoopGaugeRegistry(),
                        clock);
        parts = new MailParts(queueManager, clock);
        queue = factory.createQueue(MailQueueName.of("spool"));
    }

    @AfterEach
    void stop() {
        mails.forEach(MailImpl::dispose);
        factory.stop();
    }

    <T extends Mailet> T initialised(T mailet, String... parameters) throws MessagingException {
        FakeMailetConfig.Builder config = FakeMailetConfig.builder();
        for (int i = 0; i < parameters.length; i += 2) {
            config.setProperty(parameters[i], parameters[i + 1]);
        }
        mailet.init(config.build());
        return mailet;
    }

    MailImpl mail(String... recipients) throws Exception {
        MailImpl mail =
                MailImpl.builder()
                        .name("mail")
                        .sender("sender@origin.example")
                        .addRecipients(recipients)
                        .state("relay")
                        .build();
        mail.setMessageContent(
                MimeMessageInputStreamSource.create(
                        "mail", new ByteArrayInputStream(RAW.getBytes(ISO_8859_1))));
        mails.add(mail);
        return mail;
    }

    static MimeMessage message(String raw) throws MessagingException {
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(raw.getBytes(ISO_8859_1)));
    }

    MailQueueItem take() {
        return Flux.from(queue.deQueue()).blockFirst(Duration.ofSeconds(30));
    }

    /** As James's spooler does when the pipeline throws. */
    void fail(MailQueueItem item, List<org.apache.james.core.MailAddress> recipients)
            throws Exception {
        Mail mail = item.getMail();
        int failures =
                mail.getAttribute(FAILURES)
                        .flatMap(attribute -> attribute.getValue().valueAs(Integer.class))
                        .orElse(0);
        mail.setRecipients(recipients);
        mail.setAttribute(new Attribute(FAILURES, AttributeValue.of(failures + 1)));
        queue.enQueue(mail);
        item.done(CompletionStatus.SUCCESS);
    }

    void pass(Duration time) {
        clock.pass(time);
        passed.addAndGet(time.toNanos());
    }

    List<QueuedMessage> messages(TransportName transport) {
        return kept.list(transport).toList();
    }

    QueuedMessage only(TransportName transport) {
        List<QueuedMessage> messages = messages(transport);
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    String content(QueuedMessage message) throws IOException {
        try (InputStream in = kept.content(message).open()) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }
}
