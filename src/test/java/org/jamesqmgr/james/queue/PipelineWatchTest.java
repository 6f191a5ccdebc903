/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
import org.apache.mailet.base.GenericMailet;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** What is known of a pipeline that failed; the test plays the spooler. */
@Tag("N1")
@Timeout(60)
class PipelineWatchTest {

    private static final AttributeName FAILURES = AttributeName.of("mail-processing-error-count");

    private record Failure(String where, String what, Optional<Throwable> cause) {}

    private static final class SomeMailet extends GenericMailet {
        @Override
        public void service(Mail mail) {}
    }

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final AtomicLong passed = new AtomicLong();
    private final MemoryMessageStore store = new MemoryMessageStore(clock);
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final QueueManager queueManager =
            QueueManager.start(
                    store,
                    EngineSettings.defaults().withStopTimeout(Duration.ZERO),
                    clock,
                    passed::get,
                    new QueueEventListener() {
                        @Override
                        public void consumerFailed(
                                QueuedMessage message,
                                String where,
                                String what,
                                Optional<Throwable> cause) {
                            failures.add(new Failure(where, what, cause));
                        }
                    });
    private final QmgrMailQueueFactory factory =
            new QmgrMailQueueFactory(
                    queueManager,
                    store,
                    Transports.NONE,
                    new RawMailQueueItemDecoratorFactory(),
                    new RecordingMetricFactory(),
                    new NoopGaugeRegistry(),
                    clock);
    private final QmgrMailQueue queue = factory.createQueue(MailQueueName.of("spool"));
    private final PipelineWatch watch = new PipelineWatch(queueManager);

    @AfterEach
    void stop() {
        factory.stop();
    }

    @Test
    void anExceptionShouldBeToldWithTheMailetItCameFrom() throws Exception {
        MailQueueItem item = taken();
        IllegalStateException thrown = new IllegalStateException("bug");

        watch.afterMailet(new SomeMailet(), "mail", "transport", 1, thrown);
        fail(item);

        assertThat(failures)
                .containsExactly(
                        new Failure(
                                "mailet SomeMailet",
                                "the mailet pipeline failed in processor transport",
                                Optional.of(thrown)));
    }

    @Test
    void aFailureOfWhichNothingIsKnownShouldBeToldToo() throws Exception {
        MailQueueItem item = taken();

        watch.afterMailet(new SomeMailet(), "mail", "transport", 1, null);
        fail(item);

        assertThat(failures)
                .containsExactly(
                        new Failure(
                                "pipeline",
                                "the mailet pipeline failed in processor transport",
                                Optional.empty()));
    }

    @Test
    void workThatIsBrokenOffShouldBeNobodysFault() throws Exception {
        MailQueueItem item = taken();

        watch.afterMailet(
                new SomeMailet(),
                "mail",
                "transport",
                1,
                new IllegalStateException(new InterruptedException()));
        fail(item);

        assertThat(failures).isEmpty();
    }

    @Test
    void whatAnotherThreadThrowsShouldNotBeBlamedOnTheMessage() throws Exception {
        MailQueueItem item = taken();
        Thread other =
                new Thread(
                        () ->
                                watch.afterMailet(
                                        new SomeMailet(),
                                        "mail",
                                        "transport",
                                        1,
                                        new IllegalStateException()));
        other.start();
        other.join();
        fail(item);

        assertThat(failures).extracting(Failure::cause).containsExactly(Optional.empty());
    }

    @Test
    void aMailThatWaitsForALaterTimeHasNotFailed() throws Exception {
        MailQueueItem item = taken();

        queue.enQueue(item.getMail(), Duration.ofHours(1));
        item.done(CompletionStatus.SUCCESS);

        assertThat(failures).isEmpty();
    }

    @Test
    @Tag("D4")
    void givingUpShouldBeTold() throws Exception {
        fail(taken());
        failures.clear();
        clock.pass(Duration.ofDays(6));
        passed.addAndGet(Duration.ofDays(6).toNanos());
        queue.flush();
        MailQueueItem item = take();
        watch.afterMailet(
                new SomeMailet(), "mail", "transport", 1, new IllegalStateException("again"));

        item.done(CompletionStatus.SUCCESS);

        assertThat(failures)
                .singleElement()
                .satisfies(
                        failure ->
                                assertThat(failure.what())
                                        .startsWith("given up, it is in James's error repository"));
    }

    private MailQueueItem taken() throws Exception {
        queue.enQueue(Mails.defaultMail().name("mail").state("transport").build());
        return take();
    }

    private MailQueueItem take() {
        MailQueueItem item = Flux.from(queue.deQueue()).blockFirst(Duration.ofSeconds(30));
        item.getMail();
        return item;
    }

    /** As James's spooler does when the pipeline throws. */
    private void fail(MailQueueItem item) throws Exception {
        Mail mail = item.getMail();
        mail.setAttribute(new Attribute(FAILURES, AttributeValue.of(1)));
        queue.enQueue(mail);
        item.done(CompletionStatus.SUCCESS);
    }
}
