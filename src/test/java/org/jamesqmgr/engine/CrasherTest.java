/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.schedule.CrashPolicy;
import org.jamesqmgr.store.MessageStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages during whose processing the server died. */
@Tag("Q11")
class CrasherTest extends QueueManagerFixture {

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
        assertThat(CrashPolicy.after(MessageStore.SUSPECT_CRASHES)).isEqualTo(CrashPolicy.ALONE);
        assertThat(CrashPolicy.after(MessageStore.SUSPECT_CRASHES - 1))
                .isEqualTo(CrashPolicy.NORMAL);
    }
}
