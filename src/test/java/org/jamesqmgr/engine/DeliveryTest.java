/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.schedule.ActiveLimits;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.Parallel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who gets which message, and how many. */
class DeliveryTest extends QueueManagerFixture {

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
