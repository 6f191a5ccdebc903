/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.Parallel;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private Work work;

    @BeforeEach
    void claim() throws Exception {
        MemoryMessageStore store = new MemoryMessageStore(new SettableClock(NOW));
        QueueId id =
                store.accept(
                        EnvelopeBuilder.mail(new TransportName("spool"), NOW).build(),
                        out -> out.write('x'));
        work = new Work(store.claim(id).orElseThrow());
    }

    @Test
    void oneOfManyThreadsShouldEndIt() throws Exception {
        AtomicInteger endings = new AtomicInteger();
        AtomicInteger winners = new AtomicInteger();

        Parallel.run(
                8,
                thread -> {
                    if (work.end(lease -> endings.incrementAndGet())) {
                        winners.incrementAndGet();
                    }
                });

        assertThat(endings).hasValue(1);
        assertThat(winners).hasValue(1);
    }

    @Test
    void endingThatFailsShouldLeaveItOpen() {
        assertThatThrownBy(
                        () ->
                                work.end(
                                        lease -> {
                                            throw new MessageStoreException("as planned");
                                        }))
                .isInstanceOf(MessageStoreException.class);

        assertThat(work.ended()).isFalse();
    }

    @Test
    void beginningShouldBeNotedOnce() throws Exception {
        AtomicInteger notes = new AtomicInteger();

        work.begin(lease -> notes.incrementAndGet());
        work.begin(lease -> notes.incrementAndGet());

        assertThat(notes).hasValue(1);
    }

    @Test
    void endingShouldNotSeeAnInterruptButLeaveItForTheCaller() throws Exception {
        AtomicReference<Boolean> seen = new AtomicReference<>();
        Thread.currentThread().interrupt();

        work.end(lease -> seen.set(Thread.currentThread().isInterrupted()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).hasValue(false);
    }
}
