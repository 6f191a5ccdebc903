/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The store fails, mail is damaged, the clock is set. */
class TroubleTest extends QueueManagerFixture {

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
    void backlogShouldBeLoadedOnceTheStoreCanReadIt() throws Exception {
        store.failLoads(true);
        start();
        await().until(() -> queueManager.storeTrouble().isPresent());
        assertThat(queueManager.storeTrouble().orElseThrow().activity())
                .isEqualTo(StoreTrouble.Activity.LOAD);
        QueueId id = submit();
        subscribe(consumer, 1);
        assertThat(consumer.nextId()).as("mail flows meanwhile").isEqualTo(id);

        store.failLoads(false);

        await().until(() -> queueManager.storeTrouble().isEmpty());
        assertThat(store.loads()).isEqualTo(1);
    }

    @Test
    void stopShouldNotWaitForABacklogThatCannotBeLoaded() throws Exception {
        store.failLoads(true);
        start();
        await().until(() -> queueManager.storeTrouble().isPresent());

        queueManager.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("qmgr-load");
    }

    @Test
    void messageDroppedWhileTheStoreFailsShouldComeBackWhenItRecovers() throws Exception {
        start();
        PullSubscription careless = subscribe(message -> store.fail(true), 1);
        QueueId id = submit();
        await().until(
                        () -> {
                            System.gc();
                            return events.eventsOf(id).contains("endingFailed");
                        });
        careless.cancel();

        store.fail(false);

        await().until(() -> events.eventsOf(id).contains("givenBack"));
        subscribe(consumer, 1);
        assertThat(consumer.nextId()).isEqualTo(id);
    }

    @Test
    @Tag("Q7")
    void closeShouldEndThoughTheStoreFails() throws Exception {
        start();
        subscribe(consumer, 1);
        QueueId id = submit();
        PulledMessage message = consumer.next();
        store.fail(true);

        queueManager.close();

        assertThat(message.ended()).isTrue();
        memory = memory.afterKill();
        assertThat(found(id).queue()).isEqualTo(QueueName.INCOMING);
    }

    @Test
    void refusedMailShouldBeToldAndReported() throws Exception {
        start();
        store.fail(true);

        assertThatThrownBy(this::submit).isInstanceOf(MessageStoreException.class);

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

        assertThat(events.jumps().get(0)).isBetween(Duration.ofHours(-25), Duration.ofHours(-23));
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
