/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.RecordingQueueEventListener;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A queue manager with its real threads on a store in memory, with a clock that stands still. */
@Timeout(120)
abstract class QueueManagerFixture {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final TransportName SPOOL = new TransportName("spool");
    static final TransportName OUTGOING = new TransportName("outgoing");

    final SettableClock clock = new SettableClock(NOW);
    final RecordingQueueEventListener events = new RecordingQueueEventListener();
    final TestConsumer consumer = new TestConsumer();
    MemoryMessageStore memory = new MemoryMessageStore(clock);
    FailingMessageStore store = new FailingMessageStore(memory);
    EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ofMillis(100));
    QueueManager queueManager;

    @AfterEach
    void close() throws Exception {
        store.fail(false);
        if (queueManager != null) {
            queueManager.close();
        }
    }

    void start() {
        start(events);
    }

    void start(QueueEventListener listener) {
        queueManager = QueueManager.start(store, settings, clock, listener);
    }

    void noBackoff() {
        settings =
                settings.withRetry(
                        new RetrySchedule(
                                Duration.ZERO, Duration.ofSeconds(4000), Duration.ofDays(5)));
    }

    PullSubscription subscribe(Consumer<PulledMessage> someone, long demand) {
        PullSubscription subscription = queueManager.pull(SPOOL).subscribe(someone);
        subscription.request(demand);
        return subscription;
    }

    QueueId submit() throws MessageStoreException {
        return submit(mail().build());
    }

    List<QueueId> submit(int messages) throws MessageStoreException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            ids.add(submit());
        }
        return ids;
    }

    QueueId submit(Envelope envelope) throws MessageStoreException {
        return queueManager.submit(
                envelope, out -> out.write("body\r\n".getBytes(US_ASCII)), Provenance.UNKNOWN);
    }

    EnvelopeBuilder mail() {
        return EnvelopeBuilder.mail(SPOOL, clock.instant());
    }

    QueuedMessage found(QueueId id) throws MessageStoreException {
        return memory.find(id).orElseThrow();
    }

    /** A message during whose processing the server died so often, before the test starts it. */
    QueueId crasher(int crashes) throws MessageStoreException {
        QueueId id = memory.accept(mail().build(), out -> out.write('x'));
        for (int i = 0; i < crashes; i++) {
            MessageLease lease = memory.claim(id).orElseThrow();
            lease.begin(NOW);
            memory = memory.afterKill();
        }
        store = new FailingMessageStore(memory);
        return id;
    }

    static void complete(PulledMessage message) {
        try {
            message.complete();
        } catch (MessageStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
