/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.RecordingQueueEventListener.Event;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ways in which work on a message ends. */
class EndingTest extends QueueManagerFixture {

    @Test
    void completedMessageShouldLeaveTheStore() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();

        consumer.next().complete();

        assertThat(memory.find(id)).isEmpty();
        assertThat(queueManager.inWork()).isEmpty();
    }

    @Test
    @Tag("D2")
    @Tag("D3")
    void retriedMessageShouldWaitForItsBackoffAndAQueueRun() throws Exception {
        settings =
                settings.withQueueRunDelay(Duration.ofSeconds(60))
                        .withRetry(
                                new RetrySchedule(
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(100),
                                        Duration.ofDays(5)));
        start();
        subscribe(consumer, 10);
        QueueId id = submit();
        consumer.next().retry("4.3.0 later");
        MessageStatus status = found(id).status();
        assertThat(status.due()).isEqualTo(NOW.plusSeconds(10));
        assertThat(status.reason()).isEqualTo("4.3.0 later");
        assertThat(status.scheduled()).isFalse();

        clock.pass(Duration.ofSeconds(59));
        consumer.getsNothingFor(Duration.ofMillis(1500));
        clock.pass(Duration.ofSeconds(1));

        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    void withoutBackoffARetryShouldNotWaitForTheQueueRun() throws Exception {
        noBackoff();
        start();
        subscribe(consumer, 10);
        QueueId id = submit(mail().createdAt(NOW.minusSeconds(30)).build());
        consumer.next().retry("later");

        clock.pass(Duration.ofSeconds(29));
        consumer.getsNothingFor(Duration.ofMillis(1500));
        clock.pass(Duration.ofSeconds(1));

        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    void thirdRefusalInARowShouldPutTheMessageOnHold() throws Exception {
        noBackoff();
        start();
        subscribe(consumer, 10);
        QueueId id = submit();

        consumer.next().reject("no");
        consumer.next().reject("no");
        consumer.next().reject("never");

        assertThat(found(id).queue()).isEqualTo(QueueName.HOLD);
        assertThat(events.events())
                .contains(new Event("held", id, "refused 3 times: never"))
                .filteredOn(event -> event.name().equals("rejected"))
                .hasSize(2);
        consumer.getsNothing();
    }

    @Test
    void retryBetweenRefusalsShouldStartTheCountAgain() throws Exception {
        noBackoff();
        start();
        subscribe(consumer, 10);
        QueueId id = submit();

        consumer.next().reject("no");
        consumer.next().reject("no");
        consumer.next().retry("later");
        consumer.next().reject("no");

        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    @Tag("D10")
    void reenqueuedMessageShouldBeDeferredWithItsNewEnvelope() throws Exception {
        start();
        subscribe(consumer, 10);
        QueueId id = submit();
        Envelope changed = mail().to("somebody@else.example").build();

        consumer.next().reenqueue(changed, "the directory is down");

        QueuedMessage message = found(id);
        assertThat(message.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(message.envelope()).isEqualTo(changed);
        assertThat(message.status())
                .isEqualTo(
                        new MessageStatus(
                                NOW.plusSeconds(1000), false, 1, 0, 0, "the directory is down"));
    }

    @Test
    @Tag("D9")
    void messageReenqueuedForATimeShouldComeAtThatTimeWithoutAQueueRun() throws Exception {
        start();
        subscribe(consumer, 10);
        QueueId id = submit();

        consumer.next().reenqueueAt(mail().build(), NOW.plusSeconds(60));

        assertThat(found(id).status().scheduled()).isTrue();
        clock.pass(Duration.ofSeconds(59));
        consumer.getsNothingFor(Duration.ofMillis(1500));
        clock.pass(Duration.ofSeconds(1));
        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    @Tag("D9")
    void delayedMessageShouldComeAtItsTimeWithoutAQueueRun() throws Exception {
        start();
        subscribe(consumer, 10);
        QueueId id = submit(mail().notBefore(NOW.plusSeconds(60)).build());

        clock.pass(Duration.ofSeconds(59));
        consumer.getsNothingFor(Duration.ofMillis(1500));
        clock.pass(Duration.ofSeconds(1));

        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    @Tag("D9")
    void delayedMessageShouldComeByTheExactTimerOfARealClock() throws Exception {
        Clock real = Clock.systemUTC();
        try (QueueManager exact =
                QueueManager.start(
                        new MemoryMessageStore(real), settings, real, QueueEventListener.NONE)) {
            exact.pull(SPOOL).subscribe(consumer).request(1);
            Instant due = real.instant().plusMillis(300);
            exact.submit(
                    EnvelopeBuilder.mail(SPOOL, real.instant()).notBefore(due).build(),
                    out -> out.write('x'),
                    Provenance.UNKNOWN);

            consumer.next().complete();

            // The engine looks around every second anyway; this is sooner.
            assertThat(real.instant()).isBetween(due, due.plusMillis(500));
        }
    }

    @Test
    @Tag("D9")
    void delayedMessageShouldNotWaitForOneThatNobodyFetches() throws Exception {
        start();
        Instant due = NOW.plusSeconds(10);
        submit(EnvelopeBuilder.mail(OUTGOING, NOW).notBefore(due).build());
        QueueId id = submit(mail().notBefore(due.plusSeconds(10)).build());
        subscribe(consumer, 10);

        clock.pass(Duration.ofSeconds(10));
        consumer.getsNothingFor(Duration.ofMillis(1500));
        clock.pass(Duration.ofSeconds(10));

        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    void messageGivenBackShouldComeAgainAsIfNeverClaimed() throws Exception {
        start();
        subscribe(consumer, 10);
        QueueId id = submit();

        consumer.next().giveBack();

        PulledMessage again = consumer.next();
        assertThat(again.message().id()).isEqualTo(id);
        assertThat(again.message().status().attempts()).isZero();
    }

    @Test
    void secondEndingShouldBeIgnored() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();
        PulledMessage message = consumer.next();

        message.retry("later");
        message.complete();
        message.begin();

        assertThat(message.ended()).isTrue();
        assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(events.eventsOf(id)).containsExactly("accepted", "claimed", "deferred");
    }

    @Test
    void endingThatFailsShouldLeaveTheMessageInWork() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();
        PulledMessage message = consumer.next();
        store.fail(true);

        assertThatThrownBy(message::complete).isInstanceOf(MessageStoreException.class);

        assertThat(message.ended()).isFalse();
        assertThat(queueManager.inWork()).containsEntry(SPOOL, 1);
        store.fail(false);
        message.complete();
        assertThat(events.eventsOf(id))
                .containsExactly("accepted", "claimed", "endingFailed", "done");
    }

    @Test
    void messageThatIsDroppedShouldComeBack() throws Exception {
        start();
        CountDownLatch dropped = new CountDownLatch(1);
        PullSubscription careless = subscribe(message -> dropped.countDown(), 1);
        QueueId id = submit();
        dropped.await();
        careless.cancel();

        await().until(
                        () -> {
                            System.gc();
                            return events.eventsOf(id).contains("givenBack");
                        });

        subscribe(consumer, 1);
        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    void messageThatIsKeptShouldNotBeTakenAway() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();
        PulledMessage kept = consumer.next();

        System.gc();

        consumer.getsNothingFor(Duration.ofMillis(500));
        kept.complete();
        assertThat(events.eventsOf(id)).containsExactly("accepted", "claimed", "done");
    }
}
