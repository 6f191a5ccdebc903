/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
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
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** What becomes of a mail that its consumer puts into its own queue again. */
@Tag("D10")
class MailPutBackTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final AttributeName FAILURES = AttributeName.of("mail-processing-error-count");
    private static final TransportName SPOOL = new TransportName("spool");

    @TempDir private Path directory;
    private final SettableClock clock = new SettableClock(START);
    private final AtomicLong passed = new AtomicLong();
    private DirectoryMessageStore store;
    private QmgrMailQueueFactory factory;
    private QmgrMailQueue queue;

    @BeforeEach
    void start() throws Exception {
        store = DirectoryMessageStore.open(directory.resolve("qmgr"), clock);
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ZERO);
        factory =
                new QmgrMailQueueFactory(
                        QueueManager.start(
                                store, settings, clock, passed::get, QueueEventListener.NONE),
                        store,
                        Transports.NONE,
                        new RawMailQueueItemDecoratorFactory(),
                        new RecordingMetricFactory(),
                        new NoopGaugeRegistry(),
                        clock);
        queue = factory.createQueue(MailQueueName.of("spool"));
    }

    @AfterEach
    void stop() {
        factory.stop();
    }

    @Test
    void failedPipelineShouldDeferTheSameMessageWithBackoff() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").state("root").build());
        QueuedMessage before = onlyMessage();

        fail(take());

        QueuedMessage after = onlyMessage();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(after.status().due()).isEqualTo(START.plusSeconds(1000));
        assertThat(after.status().attempts()).isEqualTo(1);
        assertThat(after.status().reason()).contains("pipeline").contains("root");
        assertThat(after.envelope().created()).isEqualTo(before.envelope().created());
    }

    @Test
    void failuresShouldNotAddUpBeforeTheLifetimeIsOver() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        for (int attempt = 0; attempt < 10; attempt++) {
            fail(take());
            pass(Duration.ofSeconds(4001));
            queue.flush();
        }

        Mail mail = take().getMail();

        assertThat(mail.getAttribute(FAILURES)).isEmpty();
        assertThat(onlyMessage().status().attempts()).isEqualTo(10);
    }

    @Test
    @Tag("D4")
    void failureAfterTheLifetimeShouldBeTheLastOneJamesAllows() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        fail(take());
        pass(Duration.ofDays(5));
        queue.flush();

        Mail mail = take().getMail();

        assertThat(failures(mail)).isEqualTo(5);
    }

    @Test
    @Tag("Q9")
    void clockSetForwardShouldExpireNothing() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        fail(take());
        clock.pass(Duration.ofDays(3650));
        queue.flush();

        Mail mail = take().getMail();

        assertThat(failures(mail)).isZero();
    }

    @Test
    void changedContentShouldBecomeAMessageOfItsOwnWithTheAgeOfTheOld() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        QueuedMessage before = onlyMessage();
        pass(Duration.ofSeconds(2000));
        MailQueueItem item = take();
        item.getMail().getMessage().setHeader("X-Changed", "yes");

        fail(item);

        QueuedMessage after = onlyMessage();
        assertThat(after.id()).isNotEqualTo(before.id());
        assertThat(after.envelope().created()).isEqualTo(START);
        assertThat(after.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(after.status().due()).isEqualTo(START.plusSeconds(4000));
        assertThat(browsed().getMessage().getHeader("X-Changed")).containsExactly("yes");
    }

    @Test
    @Tag("D9")
    void mailPutBackWithADelayShouldBeScheduledInPlace() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        QueuedMessage before = onlyMessage();
        MailQueueItem item = take();
        Mail mail = item.getMail();
        mail.setRecipients(List.copyOf(mail.getRecipients()).subList(0, 1));

        queue.enQueue(mail, Duration.ofMinutes(7));
        item.done(CompletionStatus.SUCCESS);

        QueuedMessage after = onlyMessage();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.status().scheduled()).isTrue();
        assertThat(after.status().due()).isEqualTo(START.plus(Duration.ofMinutes(7)));
        assertThat(after.envelope().recipients()).hasSize(1);
    }

    @Test
    void messageShouldStayAsItWasUntilTheRunIsOver() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        MailQueueItem item = take();
        item.getMail().setRecipients(List.of());

        queue.enQueue(item.getMail(), Duration.ofMinutes(7));

        QueuedMessage during = onlyMessage();
        assertThat(during.queue()).isEqualTo(QueueName.ACTIVE);
        assertThat(during.envelope().recipients()).hasSize(2);
    }

    @Test
    void anotherMailPutInDuringARunShouldBeANewMessage() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        MailQueueItem item = take();

        queue.enQueue(Mails.defaultMail().name("bounce").build(), Duration.ofMinutes(1));
        item.done(CompletionStatus.SUCCESS);

        assertThat(browsed().getName()).isEqualTo("bounce");
    }

    @Test
    void ownMailForAnotherQueueShouldBeANewMessage() throws Exception {
        QmgrMailQueue outgoing = factory.createQueue(MailQueueName.of("outgoing"));
        queue.enQueue(Mails.defaultMail().name("mail").build());
        MailQueueItem item = take();

        outgoing.enQueue(item.getMail());
        item.done(CompletionStatus.SUCCESS);

        assertThat(queue.getSize()).isZero();
        assertThat(outgoing.getSize()).isEqualTo(1);
    }

    @Test
    void mailPutBackAfterItsEndShouldBeANewMessage() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        QueuedMessage before = onlyMessage();
        MailQueueItem item = take();
        Mail mail = item.getMail();
        Mail copy = Mails.defaultMail().name(mail.getName()).build();
        item.done(CompletionStatus.SUCCESS);

        queue.enQueue(copy, Duration.ofMinutes(1));

        assertThat(onlyMessage().id()).isNotEqualTo(before.id());
    }

    @Test
    void refusedThreeTimesShouldBeHeld() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").build());
        for (int attempt = 0; attempt < 3; attempt++) {
            MailQueueItem item = take();
            item.getMail();
            item.done(CompletionStatus.REJECT);
            pass(Duration.ofSeconds(4001));
            queue.flush();
        }

        assertThat(onlyMessage().queue()).isEqualTo(QueueName.HOLD);
        assertThat(queue.clear()).isZero();
    }

    private void pass(Duration time) {
        clock.pass(time);
        passed.addAndGet(time.toNanos());
    }

    /** As James's spooler does when the pipeline throws. */
    private void fail(MailQueueItem item) throws Exception {
        Mail mail = item.getMail();
        mail.setAttribute(new Attribute(FAILURES, AttributeValue.of(failures(mail) + 1)));
        queue.enQueue(mail);
        item.done(CompletionStatus.SUCCESS);
    }

    private static int failures(Mail mail) {
        return mail.getAttribute(FAILURES)
                .flatMap(attribute -> attribute.getValue().valueAs(Integer.class))
                .orElse(0);
    }

    private MailQueueItem take() {
        return Flux.from(queue.deQueue()).blockFirst(Duration.ofSeconds(30));
    }

    private QueuedMessage onlyMessage() {
        List<QueuedMessage> messages = store.list(SPOOL).toList();
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private Mail browsed() throws Exception {
        return queue.browse().next().getMail();
    }
}
