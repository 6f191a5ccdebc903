/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.RecordingQueueEventListener.Event;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Draining and closing. */
class StopTest extends QueueManagerFixture {

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

        assertThatThrownBy(this::submit).isInstanceOf(MessageStoreException.class);
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
