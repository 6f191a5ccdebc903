/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jamesqmgr.model.QueueId;

/** Keeps what it was given until the test asks for it. */
final class TestConsumer implements Consumer<PulledMessage> {

    private final BlockingQueue<PulledMessage> delivered = new LinkedBlockingQueue<>();

    @Override
    public void accept(PulledMessage message) {
        delivered.add(message);
    }

    PulledMessage next() throws InterruptedException {
        PulledMessage next = delivered.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("a message delivered in time").isNotNull();
        return next;
    }

    QueueId nextId() throws InterruptedException {
        return next().message().id();
    }

    List<QueueId> nextIds(int messages) throws InterruptedException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            ids.add(nextId());
        }
        return ids;
    }

    /** Nothing (more) is delivered, although there was time enough. */
    void getsNothing() {
        getsNothingFor(Duration.ofMillis(250));
    }

    void getsNothingFor(Duration time) {
        Awaitility.await().during(time).atMost(time.plusSeconds(5)).until(delivered::isEmpty);
    }
}
