/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.delivered;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.Parallel;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String RECIPIENT = "recipient@target.example";
    private static final Envelope MAIL =
            EnvelopeBuilder.mail(new TransportName("spool"), NOW).to(RECIPIENT).build();

    private final MemoryMessageStore store = new MemoryMessageStore(new SettableClock(NOW));
    private Work work;

    @BeforeEach
    void claim() throws Exception {
        QueueId id = store.accept(MAIL, out -> out.write('x'));
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

    /** With ten thousand recipients, each a delivery of its own, it would be made ten thousand times. */
    @Test
    void messageShouldBeMadeAnewOnlyWhenItIsAskedFor() throws Exception {
        AtomicInteger made = new AtomicInteger();
        Work counted = new Work(counting(made));
        made.set(0);

        for (int i = 0; i < 10; i++) {
            counted.change(lease -> lease.record(List.of(delivered(NOW, RECIPIENT))));
        }

        assertThat(made).hasValue(0);
        assertThat(counted.message().pendingRecipients()).isEmpty();
        assertThat(counted.claimed().pendingRecipients()).hasSize(1);
        assertThat(counted.message().history()).hasSize(10);
        assertThat(made).hasValue(1);
    }

    private MessageLease counting(AtomicInteger made) throws Exception {
        MessageLease counted = store.claim(store.accept(MAIL, out -> out.write('x'))).orElseThrow();
        return (MessageLease)
                Proxy.newProxyInstance(
                        MessageLease.class.getClassLoader(),
                        new Class<?>[] {MessageLease.class},
                        (proxy, method, arguments) -> {
                            made.addAndGet(method.getName().equals("message") ? 1 : 0);
                            return method.invoke(counted, arguments);
                        });
    }
}
