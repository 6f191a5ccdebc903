/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What the log is told of a mail that James puts into a queue. */
@Tag("X4")
class MailOriginTest {

    private record Accepted(QueueId id, Provenance provenance) {}

    private final List<Accepted> accepted = new CopyOnWriteArrayList<>();
    private QmgrMailQueueFactory factory;
    private QmgrMailQueue queue;

    @BeforeEach
    void start() {
        MemoryMessageStore store = new MemoryMessageStore(Clock.systemUTC());
        QueueEventListener listener =
                new QueueEventListener() {
                    @Override
                    public void accepted(QueueId id, Envelope envelope, Provenance provenance) {
                        accepted.add(new Accepted(id, provenance));
                    }
                };
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ZERO);
        factory =
                new QmgrMailQueueFactory(
                        QueueManager.start(store, settings, Clock.systemUTC(), listener),
                        store,
                        Transports.NONE,
                        new RawMailQueueItemDecoratorFactory(),
                        new RecordingMetricFactory(),
                        new NoopGaugeRegistry(),
                        Clock.systemUTC());
        queue = factory.createQueue(MailQueueName.of("spool"));
    }

    @AfterEach
    void stop() {
        factory.stop();
    }

    @Test
    void mailFromASessionShouldNameItsClient() throws Exception {
        queue.enQueue(received());

        assertThat(accepted.get(0).provenance())
                .isEqualTo(
                        new Provenance(
                                "client.example",
                                "192.0.2.7",
                                "mail",
                                "<1@x.example>",
                                Optional.empty()));
    }

    @Test
    void mailThatNoSessionBroughtShouldNameNoClient() throws Exception {
        MailImpl mail = received();
        mail.removeAttribute(Mail.SMTP_SESSION_ID);

        queue.enQueue(mail);

        assertThat(accepted.get(0).provenance().clientName()).isEmpty();
        assertThat(accepted.get(0).provenance().clientAddress()).isEmpty();
        assertThat(accepted.get(0).provenance().mailName()).isEqualTo("mail");
    }

    @Test
    void mailThatIsPutInDuringARunShouldNameTheMessageItCameFrom() throws Exception {
        queue.enQueue(received());
        Flux.from(queue.deQueue()).blockFirst(Duration.ofSeconds(30)).getMail();

        queue.enQueue(received());

        assertThat(accepted.get(1).provenance().origin()).contains(accepted.get(0).id());
        assertThat(accepted.get(1).provenance().clientName()).isEmpty();
    }

    private static MailImpl received() throws Exception {
        MailImpl mail =
                MailImpl.builder()
                        .name("mail")
                        .addRecipient("a@x.example")
                        .remoteHost("client.example")
                        .remoteAddr("192.0.2.7")
                        .addAttribute(new Attribute(Mail.SMTP_SESSION_ID, AttributeValue.of("7")))
                        .build();
        mail.setMessageContent(
                MimeMessageInputStreamSource.create(
                        "mail",
                        new ByteArrayInputStream(
                                "Message-ID: <1@x.example>\r\n\r\nbody\r\n".getBytes(US_ASCII))));
        return mail;
    }
}
