/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MaybeSender;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.HandOver;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What mail of the server itself is. */
class SystemMailTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final String TEXT = "Message-ID: <r@mail.example>\r\nSubject: x\r\n\r\nbody\r\n";
    private static final int MEGABYTE = 1 << 20;
    private static final int LARGE = 30 * MEGABYTE;

    private final SettableClock clock = new SettableClock(NOW);
    private final SystemMail mails = new SystemMail(clock);
    private final QueueId origin = new QueueId(1, 1);

    @TempDir private Path directory;
    private MessageStore store;
    private QueueManager queueManager;

    @BeforeEach
    void start() throws Exception {
        store = DirectoryMessageStore.open(directory.resolve("queue"), clock);
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ZERO);
        queueManager = QueueManager.start(store, settings, clock, QueueEventListener.NONE);
    }

    @AfterEach
    void stop() throws Exception {
        queueManager.close();
    }

    @Test
    void itShouldBeAMailForTheWholePipeline() throws Exception {
        queueManager.submit(List.of(mail(MaybeSender.nullSender(), TEXT)));

        QueuedMessage message = only();
        Mail mail = new MailCodec().mailOf(message, store.content(message));
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(mail.getMaybeSender().isNullSender()).isTrue();
        assertThat(mail.getRecipients()).containsExactly(address("sender@origin.example"));
        assertThat(mail.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName()))
                .contains(Mail.SENT_BY_MAILET_ATTRIBUTE);
        assertThat(mail.getMessage().getSubject()).isEqualTo("x");
        assertThat(message.envelope().arrival()).isEqualTo(NOW);
    }

    @Test
    void itShouldHaveTheSenderItIsGiven() throws Exception {
        MaybeSender sender = MaybeSender.of(address("double-bounce@mail.example"));

        queueManager.submit(List.of(mail(sender, TEXT)));

        assertThat(only().envelope().sender()).isEqualTo(sender);
    }

    @Test
    @Tag("X4")
    void theLogShouldLearnItsMessageIdAndWhatItTellsOf() throws Exception {
        HandOver mail = mail(MaybeSender.nullSender(), TEXT);

        mail.content().writeTo(OutputStream.nullOutputStream());

        assertThat(mail.provenance().get().messageId()).isEqualTo("<r@mail.example>");
        assertThat(mail.provenance().get().origin()).contains(origin);
        assertThat(mail.provenance().get().clientAddress()).isEmpty();
    }

    @Test
    @Tag("Q5")
    void aLargeOneShouldPassThroughTheHeapPieceByPiece() throws Exception {
        queueManager.submit(List.of(mail(MaybeSender.nullSender(), TEXT)));
        HandOver large =
                mails.of(
                        MaybeSender.nullSender(),
                        address("sender@origin.example"),
                        SystemMailTest::writeLarge,
                        Optional.of(origin));

        long allocated = allocated(() -> queueManager.submit(List.of(large)));

        assertThat(allocated).isLessThan(2L * MEGABYTE);
        assertThat(store.list(SPOOL).mapToLong(QueuedMessage::size).max()).hasValue(LARGE);
    }

    private static void writeLarge(OutputStream out) throws IOException {
        byte[] piece = new byte[8 * 1024];
        for (int written = 0; written < LARGE; written += piece.length) {
            out.write(piece);
        }
    }

    private static long allocated(Action action) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private HandOver mail(MaybeSender from, String text) throws Exception {
        return mails.of(
                from,
                address("sender@origin.example"),
                out -> out.write(text.getBytes(US_ASCII)),
                Optional.of(origin));
    }

    private QueuedMessage only() {
        List<QueuedMessage> messages = store.list(SPOOL).toList();
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }
}
