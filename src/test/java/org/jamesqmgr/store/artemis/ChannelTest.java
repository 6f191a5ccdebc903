/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked of a broker. */
@Tag("X1")
class ChannelTest {

    @RegisterExtension static final SharedQueues queues = SharedQueues.ofAllTests();

    /** Another server may look after what a run has left just when its server starts again. */
    @Test
    @Tag("Q7")
    void queueThatSomebodyLooksIntoShouldStayUntilItIsTakenAwayLater() throws Exception {
        try (Channel channel = queues.broker().open()) {
            String queue = "qmgr.test.looked.into";
            channel.create(queue);
            ClientConsumer somebody = channel.consumer(queue, Run.NOTHING);

            channel.delete(queue);

            assertThat(channel.consumers(queue)).isEqualTo(1);
            somebody.close();
            channel.delete(queue);
            channel.delete(queue);
            assertThat(channel.count(queue)).isZero();
        }
    }
}
