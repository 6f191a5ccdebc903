/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.ActiveLimits;
import org.jamesqmgr.schedule.CrashPolicy;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.Parallel;
import org.jamesqmgr.testing.RecordingQueueEventListener;
import org.jamesqmgr.testing.RecordingQueueEventListener.Event;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class QueueManagerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final TransportName OUTGOING = new TransportName("outgoing");

    private final SettableClock clock = new SettableClock(NOW);
    private final RecordingQueueEventListener events = new RecordingQueueEventListener();
    private final TestConsumer consumer = new TestConsumer();
    private MemoryMessageStore memory = new MemoryMessageStore(clock);
    private FailingMessageStore store = new FailingMessageStore(memory);
    private EngineSettings settings =
            EngineSettings.defaults().withStopTimeout(Duration.ofMillis(100));
    private QueueManager queueManager;

    @AfterEach
    void close() throws Exception {
        store.fail(false);
        if (queueManager != null) {
            queueManager.close();
        }
    }

    private void start() {
        start(events);
    }

    private void start(QueueEventListener listener) {
        queueManager = QueueManager.start(store, settings, clock, listener);
    }

    private void noBackoff() {
        settings =
                settings.withRetry(
                        new RetrySchedule(
                                Duration.ZERO, Duration.ofSeconds(4000), Duration.ofDays(5)));
    }

    private PullSubscription subscribe(Consumer<PulledMessage> someone, long demand) {
        PullSubscription subscription = queueManager.pull(SPOOL).subscribe(someone);
        subscription.request(demand);
        return subscription;
    }

    private QueueId submit() throws MessageStoreException {
        return submit(mail().build());
    }

    private List<QueueId> submit(int messages) throws MessageStoreException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            ids.add(submit());
        }
        return ids;
    }

    private QueueId submit(Envelope envelope) throws MessageStoreException {
        return queueManager.submit(envelope, out -> out.write("body\r\n".getBytes(US_ASCII)));
    }

    private EnvelopeBuilder mail() {
        return EnvelopeBuilder.mail(SPOOL, clock.instant());
    }

    private QueuedMessage found(QueueId id) throws MessageStoreException {
        return memory.find(id).orElseThrow();
    }

    /** A message during whose processing the server died so often, before the test starts it. */
    private QueueId crasher(int crashes) throws MessageStoreException {
        QueueId id = memory.accept(mail().build(), out -> out.write('x'));
        for (int i = 0; i < crashes; i++) {
            MessageLease lease = memory.claim(id).orElseThrow();
            lease.begin(NOW);
            memory = memory.afterKill();
        }
        store = new FailingMessageStore(memory);
        return id;
    }

    @Nested
    class Delivering {

        @Test
        @Tag("Q1")
        void submittedMessageShouldReachItsConsumer() throws Exception {
            start();
            subscribe(consumer, 1);

            QueueId id = submit();

            PulledMessage message = consumer.next();
            assertThat(message.message().id()).isEqualTo(id);
            assertThat(message.content().open()).hasBinaryContent("body\r\n".getBytes(US_ASCII));
        }

        @Test
        void messageThatWasThereBeforeItsConsumerShouldReachIt() throws Exception {
            start();
            QueueId id = submit();

            subscribe(consumer, 1);

            assertThat(consumer.nextId()).isEqualTo(id);
        }

        @Test
        void messagesShouldArriveInTheOrderOfTheirAcceptance() throws Exception {
            start();
            List<QueueId> ids = submit(3);

            subscribe(consumer, 3);

            assertThat(consumer.nextIds(3)).isEqualTo(ids);
        }

        @Test
        @Tag("Q5")
        void noMoreThanDemandedShouldBeDelivered() throws Exception {
            start();
            submit(5);
            PullSubscription subscription = subscribe(consumer, 2);

            consumer.next();
            consumer.next();
            consumer.getsNothing();
            assertThat(memory.counts()).containsEntry(QueueName.ACTIVE, 2L);
            subscription.request(1);
            consumer.next();
            consumer.getsNothing();
        }

        @Test
        @Tag("Q5")
        void noMoreThanTheShareOfATransportShouldBeInWork() throws Exception {
            settings = settings.withLimits(new ActiveLimits(4, 1000));
            start();
            submit(5);
            subscribe(consumer, Long.MAX_VALUE);

            PulledMessage first = consumer.next();
            consumer.next();
            consumer.getsNothing();
            first.complete();
            consumer.next();
            consumer.getsNothing();
        }

        @Test
        void messageOfAnotherTransportShouldNotBeDelivered() throws Exception {
            start();
            subscribe(consumer, 10);

            submit(EnvelopeBuilder.mail(OUTGOING, NOW).build());

            consumer.getsNothing();
        }

        @Test
        void severalConsumersShouldShare() throws Exception {
            start();
            TestConsumer other = new TestConsumer();
            subscribe(consumer, 1);
            subscribe(other, 1);

            Set<QueueId> ids = Set.copyOf(submit(2));

            assertThat(Set.of(consumer.nextId(), other.nextId())).isEqualTo(ids);
        }

        @Test
        void blockedConsumerShouldHarmOnlyItself() throws Exception {
            start();
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(1);
            subscribe(
                    message -> {
                        blocked.countDown();
                        awaitQuietly(release);
                    },
                    10);
            QueueId stuck = submit();
            blocked.await();
            subscribe(consumer, 10);

            List<QueueId> others = submit(3);

            assertThat(consumer.nextIds(3)).isEqualTo(others).doesNotContain(stuck);
            release.countDown();
        }

        @Test
        void cancelledConsumerShouldGetNothingMoreButKeepWhatItHas() throws Exception {
            start();
            PullSubscription subscription = subscribe(consumer, 10);
            QueueId first = submit();
            PulledMessage message = consumer.next();

            subscription.cancel();
            submit();

            consumer.getsNothing();
            message.complete();
            assertThat(events.eventsOf(first)).containsExactly("accepted", "claimed", "done");
        }

        @Test
        void messageClaimedForACancelledConsumerShouldGoToAnother() throws Exception {
            AtomicReference<PullSubscription> leaving = new AtomicReference<>();
            QueueEventListener cancelling =
                    new QueueEventListener() {
                        @Override
                        public void claimed(QueuedMessage message) {
                            leaving.get().cancel();
                        }
                    };
            start(QueueEventListener.all(List.of(events, cancelling)));
            TestConsumer gone = new TestConsumer();
            leaving.set(queueManager.pull(SPOOL).subscribe(gone));
            leaving.get().request(5);

            QueueId id = submit();

            await().until(() -> events.eventsOf(id).contains("givenBack"));
            subscribe(consumer, 1);
            assertThat(consumer.nextId()).isEqualTo(id);
            gone.getsNothing();
        }

        @Test
        void consumerThatThrowsShouldLoseItsSubscriptionButNoMail() throws Exception {
            start();
            subscribe(
                    message -> {
                        throw new IllegalStateException("a defect of the consumer, as planned");
                    },
                    10);

            QueueId id = submit();

            await().until(() -> events.eventsOf(id).contains("givenBack"));
            subscribe(consumer, 10);
            assertThat(consumer.nextId()).isEqualTo(id);
            assertThat(events.eventsOf(id))
                    .containsExactly("accepted", "claimed", "givenBack", "claimed");
        }

        @Test
        @Tag("Q7")
        void noMessageShouldBeLostOrDeliveredTwiceAmongManyThreads() throws Exception {
            start();
            Map<QueueId, Integer> deliveries = new ConcurrentHashMap<>();
            for (int i = 0; i < 3; i++) {
                completeAll(deliveries);
            }
            Set<QueueId> ids = ConcurrentHashMap.newKeySet();

            Parallel.run(
                    8,
                    thread -> {
                        for (int i = 0; i < 1250; i++) {
                            ids.add(submit());
                        }
                    });

            await().atMost(Duration.ofSeconds(60)).until(() -> deliveries.size() == 10_000);
            assertThat(deliveries.keySet()).isEqualTo(ids);
            assertThat(deliveries.values()).containsOnly(1);
            await().until(() -> queueManager.inWork().isEmpty());
            assertThat(memory.count(SPOOL)).isZero();
        }

        /** Asks for one message after the other: each needs a wake-up of its own. */
        private void completeAll(Map<QueueId, Integer> deliveries) {
            AtomicReference<PullSubscription> own = new AtomicReference<>();
            own.set(
                    queueManager
                            .pull(SPOOL)
                            .subscribe(
                                    message -> {
                                        deliveries.merge(message.message().id(), 1, Integer::sum);
                                        complete(message);
                                        own.get().request(1);
                                    }));
            own.get().request(1);
        }

        @Test
        void throwingListenerShouldHarmNothing() throws Exception {
            start(
                    new QueueEventListener() {
                        @Override
                        public void claimed(QueuedMessage message) {
                            throw new IllegalStateException("a defect of a listener, as planned");
                        }
                    });
            subscribe(consumer, 1);

            QueueId id = submit();

            assertThat(consumer.nextId()).isEqualTo(id);
        }
    }

    @Nested
    class Ending {

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
                                    NOW.plusSeconds(1000),
                                    false,
                                    1,
                                    0,
                                    0,
                                    "the directory is down"));
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

    @Nested
    @Tag("Q11")
    class Crashers {

        @Test
        void suspectShouldBeAloneInWork() throws Exception {
            QueueId neighbour = memory.accept(mail().build(), out -> out.write('x'));
            QueueId suspect = crasher(2);
            start();
            await().until(() -> events.eventsOf(suspect).contains("suspect"));
            subscribe(consumer, 10);

            PulledMessage message = consumer.next();

            assertThat(message.message().id()).isEqualTo(suspect);
            consumer.getsNothing();
            message.complete();
            assertThat(consumer.nextId()).isEqualTo(neighbour);
        }

        @Test
        void suspectThatIsGivenBackShouldStayASuspect() throws Exception {
            QueueId suspect = crasher(2);
            start();
            await().until(() -> events.eventsOf(suspect).contains("suspect"));
            subscribe(consumer, 10);

            consumer.next().giveBack();

            assertThat(consumer.nextId()).isEqualTo(suspect);
        }

        @Test
        void messageThatCrashedTheServerThreeTimesShouldBeHeld() throws Exception {
            QueueId id = crasher(3);
            start();
            subscribe(consumer, 10);

            await().until(() -> events.eventsOf(id).contains("held"));

            assertThat(found(id).queue()).isEqualTo(QueueName.HOLD);
            assertThat(found(id).status().reason()).isEqualTo("crashed the server 3 times");
            consumer.getsNothing();
        }

        @Test
        void messageThatCrashedTheServerOnceShouldBeTreatedLikeOthers() throws Exception {
            QueueId id = crasher(1);
            start();
            QueueId neighbour = submit();
            subscribe(consumer, 10);

            assertThat(consumer.nextIds(2)).containsExactlyInAnyOrder(id, neighbour);
        }

        @Test
        void storeThatFailsAtTheStartShouldBeAskedAgain() throws Exception {
            QueueId id = crasher(3);
            store.fail(true);
            start();
            await().until(() -> !events.failures().isEmpty());

            store.fail(false);

            await().until(() -> events.eventsOf(id).contains("held"));
        }

        @Test
        void storeAndScheduleShouldAgreeOnWhoIsASuspect() {
            assertThat(CrashPolicy.after(MessageStore.SUSPECT_CRASHES))
                    .isEqualTo(CrashPolicy.ALONE);
            assertThat(CrashPolicy.after(MessageStore.SUSPECT_CRASHES - 1))
                    .isEqualTo(CrashPolicy.NORMAL);
        }
    }

    @Nested
    class Stopping {

        @Test
        @Tag("Q7")
        void drainShouldWaitForWhatIsInWork() throws Exception {
            start();
            subscribe(consumer, 1);
            submit();
            PulledMessage message = consumer.next();
            Thread worker =
                    new Thread(
                            () -> {
                                await().pollDelay(Duration.ofMillis(200)).until(() -> true);
                                complete(message);
                            });
            worker.start();

            assertThat(queueManager.drain(Duration.ofSeconds(20))).isZero();
            assertThat(message.ended()).isTrue();
            worker.join();
        }

        @Test
        @Tag("Q7")
        void drainShouldTellWhatIsStillInWork() throws Exception {
            start();
            subscribe(consumer, 2);
            submit();
            submit();
            PulledMessage first = consumer.next();
            PulledMessage second = consumer.next();

            assertThat(queueManager.drain(Duration.ofMillis(50))).isEqualTo(2);

            first.complete();
            assertThat(queueManager.drain(Duration.ofMillis(50))).isEqualTo(1);
            assertThat(second.ended()).isFalse();
        }

        @Test
        @Tag("Q7")
        void drainShouldFeedNobodyButAcceptMail() throws Exception {
            start();
            subscribe(consumer, 10);
            queueManager.drain(Duration.ZERO);

            QueueId id = submit();

            consumer.getsNothing();
            assertThat(found(id).queue()).isEqualTo(QueueName.INCOMING);
        }

        @Test
        @Tag("Q7")
        void drainShouldFindMessagesThatWereDropped() throws Exception {
            start();
            CountDownLatch dropped = new CountDownLatch(1);
            subscribe(message -> dropped.countDown(), 1);
            QueueId id = submit();
            dropped.await();

            assertThat(queueManager.drain(Duration.ofSeconds(20))).isZero();
            assertThat(events.eventsOf(id)).containsExactly("accepted", "claimed", "givenBack");
        }

        @Test
        @Tag("Q7")
        void closeShouldGiveBackWhatIsInWorkAndBlameNobody() throws Exception {
            start();
            subscribe(consumer, 1);
            QueueId id = submit();
            PulledMessage message = consumer.next();
            message.begin();

            queueManager.close();

            assertThat(events.events()).contains(new Event("givenBack", id, "the server stops"));
            message.complete();
            memory = memory.afterKill();
            assertThat(found(id).queue()).isEqualTo(QueueName.INCOMING);
            assertThat(found(id).status().crashes()).isZero();
        }

        @Test
        void closeShouldNotWaitForABlockedConsumer() throws Exception {
            start();
            CountDownLatch blocked = new CountDownLatch(1);
            subscribe(
                    message -> {
                        blocked.countDown();
                        awaitQuietly(new CountDownLatch(1));
                    },
                    1);
            QueueId id = submit();
            blocked.await();

            queueManager.close();

            assertThat(events.eventsOf(id)).contains("givenBack");
        }

        @Test
        void closingAgainShouldDoNothing() throws Exception {
            start();
            queueManager.close();
            queueManager.close();

            assertThatThrownBy(QueueManagerTest.this::submit)
                    .isInstanceOf(MessageStoreException.class);
        }

        @Test
        void closeShouldEndItsThreads() throws Exception {
            start();
            subscribe(consumer, 1);
            submit();
            Thread puller = consumerThread();

            queueManager.close();

            await().until(() -> !puller.isAlive());
        }

        private Thread consumerThread() throws InterruptedException {
            consumer.next();
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("qmgr-pull-spool-"))
                    .filter(Thread::isAlive)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Nested
    class Trouble {

        @Test
        void deliveryShouldGoOnWhenTheStoreRecovers() throws Exception {
            start();
            QueueId id = submit();
            store.fail(true);
            subscribe(consumer, 1);
            await().until(() -> queueManager.storeTrouble().isPresent());
            assertThat(queueManager.storeTrouble().orElseThrow().since()).isEqualTo(NOW);
            consumer.getsNothing();
            int asked = store.refusals();

            store.fail(false);
            clock.pass(Duration.ofSeconds(1));

            assertThat(consumer.nextId()).isEqualTo(id);
            await().until(() -> queueManager.storeTrouble().isEmpty());
            assertThat(events.failures()).hasSize(1);
            assertThat(events.recoveries()).hasSize(1);
            assertThat(asked).as("no hot loop").isLessThan(5);
        }

        @Test
        void refusedMailShouldBeToldAndReported() throws Exception {
            start();
            store.fail(true);

            assertThatThrownBy(QueueManagerTest.this::submit)
                    .isInstanceOf(MessageStoreException.class);

            assertThat(events.failures())
                    .extracting(StoreTrouble::activity)
                    .contains(StoreTrouble.Activity.ACCEPT);
            store.fail(false);
            submit();
            await().until(() -> queueManager.storeTrouble().isEmpty());
        }

        @Test
        void damagedMessageShouldBeReportedAndStopNothing() throws Exception {
            start();
            QueueId bad = submit();
            QueueId good = submit();
            memory.damage(bad);

            subscribe(consumer, 2);

            assertThat(consumer.nextId()).isEqualTo(good);
            assertThat(events.eventsOf(bad)).containsExactly("accepted", "corrupt");
        }

        @Test
        @Tag("Q9")
        void clockSetBackShouldBeNoticedAndStopNothing() throws Exception {
            start();
            subscribe(consumer, 10);
            clock.pass(Duration.ofDays(-1));

            await().until(() -> !events.jumps().isEmpty());
            QueueId id = submit();

            assertThat(events.jumps().get(0))
                    .isBetween(Duration.ofHours(-25), Duration.ofHours(-23));
            assertThat(consumer.nextId()).isEqualTo(id);
        }

        @Test
        @Tag("Q9")
        void delayedMailShouldComeInTimeAfterTheClockWasSetBack() throws Exception {
            start();
            subscribe(consumer, 10);
            clock.pass(Duration.ofHours(-1));
            await().until(() -> !events.jumps().isEmpty());
            QueueId id = submit(mail().notBefore(clock.instant().plusSeconds(5)).build());
            consumer.getsNothing();

            clock.pass(Duration.ofSeconds(5));

            assertThat(consumer.nextId()).isEqualTo(id);
        }
    }

    private static void complete(PulledMessage message) {
        try {
            message.complete();
        } catch (MessageStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
