/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.Reporters.DOUBLE_BOUNCE;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.RecordingQueueEventListener;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of mail to the address from which postmasters are told. */
@Tag("B2")
class DoubleBouncesTest {

    private final MemoryMessageStore store = new MemoryMessageStore(Clock.systemUTC());
    private final RecordingQueueEventListener events = new RecordingQueueEventListener();
    private QmgrMailQueueFactory factory;

    @BeforeEach
    void start() {
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ZERO);
        factory =
                new QmgrMailQueueFactory(
                        QueueManager.start(store, settings, Clock.systemUTC(), events),
                        store,
                        Transports.NONE,
                        NewMail.ANY,
                        new RawMailQueueItemDecoratorFactory(),
                        new DoubleBounces(DOUBLE_BOUNCE, events),
                        new RecordingMetricFactory(),
                        new NoopGaugeRegistry(),
                        Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        factory.stop();
    }

    @Test
    void itShouldBeTakenAndThrownAway() throws Exception {
        enqueue("spool", "Double-Bounce@Mail.Example");

        assertThat(queued("spool")).isEmpty();
        assertThat(events.discarded()).containsExactly(DOUBLE_BOUNCE.asString());
    }

    @Test
    void otherRecipientsShouldGetIt() throws Exception {
        enqueue("spool", "a@x.example", DOUBLE_BOUNCE.asString());

        assertThat(queued("spool"))
                .singleElement()
                .satisfies(
                        message ->
                                assertThat(message.pendingRecipients())
                                        .containsExactly(address("a@x.example")));
        assertThat(events.discarded()).hasSize(1);
    }

    @Test
    void mailToOthersShouldBeLeftAlone() throws Exception {
        enqueue("spool", "a@x.example", "double-bounce@other.example");
        enqueue("spool");

        assertThat(queued("spool"))
                .extracting(message -> message.pendingRecipients().size())
                .containsExactlyInAnyOrder(2, 0);
        assertThat(events.discarded()).isEmpty();
    }

    @Test
    void otherQueuesShouldTakeWhatTheyAreGiven() throws Exception {
        enqueue("outgoing", DOUBLE_BOUNCE.asString());

        assertThat(queued("outgoing")).hasSize(1);
    }

    private void enqueue(String queue, String... recipients) throws Exception {
        MailImpl mail =
                MailImpl.builder()
                        .name("mail")
                        .sender("sender@origin.example")
                        .addRecipients(recipients)
                        .build();
        mail.setMessageContent(
                MimeMessageInputStreamSource.create(
                        "mail", new ByteArrayInputStream("Subject: x\r\n\r\n".getBytes(US_ASCII))));
        factory.createQueue(MailQueueName.of(queue)).enQueue(mail);
        mail.dispose();
    }

    private List<QueuedMessage> queued(String queue) {
        return store.list(new TransportName(queue)).toList();
    }
}
