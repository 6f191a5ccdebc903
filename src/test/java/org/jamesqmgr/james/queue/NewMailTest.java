/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.mail.internet.MimeMessage;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.Mails;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.RecordingNoticeDesk;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What a queue does with mail while there is too little room on the disk. */
@Tag("Q4")
class NewMailTest {

    private static final long FLOOR = 1500;

    private final Clock clock = Clock.systemUTC();
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong nanos = new AtomicLong();
    private final RecordingNoticeDesk notices = new RecordingNoticeDesk();
    private FailingMessageStore store;
    private QmgrMailQueueFactory factory;
    private QmgrMailQueue spool;
    private QmgrMailQueue outgoing;

    @BeforeEach
    void start() {
        store = new FailingMessageStore(new MemoryMessageStore(clock));
        FreeSpace space =
                new FreeSpace(
                        List.of(new FreeSpace.Disk("mail queue", free::get)), 0, 1000, nanos::get);
        factory =
                new QmgrMailQueueFactory(
                        QueueManager.start(
                                store,
                                EngineSettings.defaults().withStopTimeout(Duration.ZERO),
                                clock,
                                QueueEventListener.NONE),
                        store,
                        Transports.NONE,
                        new NewMail(space, notices),
                        new RawMailQueueItemDecoratorFactory(),
                        DoubleBounces.NONE,
                        new RecordingMetricFactory(),
                        new NoopGaugeRegistry(),
                        clock);
        spool = factory.createQueue(MailQueueName.of("spool"));
        outgoing = factory.createQueue(MailQueueName.of("outgoing"));
    }

    @AfterEach
    void stop() {
        factory.stop();
    }

    private void leave(long bytes) {
        free.set(bytes);
        nanos.addAndGet(1_000_000_000);
    }

    private static Mail mail(String name) throws Exception {
        byte[] message = "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.UTF_8);
        return Mails.defaultMail()
                .name(name)
                .state("root")
                .mimeMessage(new MimeMessage(null, new ByteArrayInputStream(message)))
                .size(message.length)
                .build();
    }

    private MailQueueItem take() {
        return Flux.from(spool.deQueue()).blockFirst(Duration.ofSeconds(30));
    }

    @Test
    void newMailShouldBeRefusedWithTheReason() {
        leave(FLOOR);

        assertThatThrownBy(() -> spool.enQueue(mail("new")))
                .isInstanceOf(MailQueueException.class)
                .hasMessage(
                        "cannot queue new: not enough free space in mail queue: 1500 bytes <"
                                + " 1.5*message size limit (1500 bytes)");
        assertThatThrownBy(() -> spool.enQueue(mail("new"), Duration.ofHours(1)))
                .isInstanceOf(MailQueueException.class);
        assertThat(spool.getSize()).isZero();
    }

    @Test
    void sizeOfNewMailShouldCount() throws Exception {
        Mail mail = mail("new");
        leave(FLOOR + mail.getMessageSize() - 1);
        assertThatThrownBy(() -> spool.enQueue(mail)).isInstanceOf(MailQueueException.class);

        leave(FLOOR + mail.getMessageSize());
        spool.enQueue(mail);

        assertThat(spool.getSize()).isEqualTo(1);
    }

    @Test
    @Tag("N1")
    void refusalShouldBeTold() throws Exception {
        leave(0);

        assertThatThrownBy(() -> spool.enQueue(mail("new"))).isInstanceOf(MailQueueException.class);

        assertThat(notices.take())
                .satisfies(
                        notice -> {
                            assertThat(notice.noticeClass()).isEqualTo(NotifyClass.RESOURCE);
                            assertThat(notice.text().get(0)).contains("0 bytes < 1.5*message");
                        });
    }

    @Test
    @Tag("D10")
    void mailThatIsPutBackShouldBeDeferredWithoutRoom() throws Exception {
        spool.enQueue(mail("mail"));
        MailQueueItem item = take();
        Mail mail = item.getMail();
        leave(0);
        store.acceptOnly(0);

        mail.setAttribute(
                new Attribute(
                        AttributeName.of("mail-processing-error-count"), AttributeValue.of(1)));
        spool.enQueue(mail);
        item.done(CompletionStatus.SUCCESS);

        assertThat(store.counts()).containsEntry(QueueName.DEFERRED, 1L);
        assertThat(notices.notices()).isEmpty();
    }

    @Test
    void retryShouldBeDeferredWithoutRoom() throws Exception {
        spool.enQueue(mail("mail"));
        MailQueueItem item = take();
        item.getMail();
        leave(0);
        store.acceptOnly(0);

        item.done(CompletionStatus.RETRY);

        assertThat(store.counts()).containsEntry(QueueName.DEFERRED, 1L);
    }

    @Test
    void mailThatIsPassedOnToAnotherQueueShouldBeTakenWithoutRoom() throws Exception {
        spool.enQueue(mail("mail"));
        MailQueueItem item = take();
        item.getMail();
        leave(0);

        outgoing.enQueue(mail("mail-to-remote"));
        item.done(CompletionStatus.SUCCESS);

        assertThat(outgoing.getSize()).isEqualTo(1);
        assertThat(spool.getSize()).isZero();
    }

    @Test
    void mailThatAMailetMakesShouldBeRefusedWithoutRoom() throws Exception {
        spool.enQueue(mail("mail"));
        MailQueueItem item = take();
        item.getMail();
        leave(0);

        assertThatThrownBy(() -> spool.enQueue(mail("made-by-a-mailet")))
                .isInstanceOf(MailQueueException.class);
        assertThatCode(() -> item.done(CompletionStatus.RETRY)).doesNotThrowAnyException();
    }
}
