/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineLoopTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(10);

    private final AtomicInteger looksAtTheTime = new AtomicInteger();
    private final SettableClock clock = new SettableClock(START);
    private final EngineSettings settings = EngineSettings.defaults();
    private final EngineLoop engine =
            new EngineLoop(
                    new MemoryMessageStore(clock),
                    clock,
                    settings,
                    new QueueEventListener() {},
                    new QueueRuns(clock, settings),
                    new ClockWatch(clock, System::nanoTime),
                    this::nanoTime);
    private final Thread own = new Thread(engine, "engine under test");

    @BeforeEach
    void start() {
        own.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        engine.stop();
        own.join(SOON.toMillis());
        assertThat(own.isAlive()).isFalse();
    }

    @Test
    void oneThreadAtATimeShouldRunTheEngine() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger total = new AtomicInteger();

        Runnable event =
                () -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    total.incrementAndGet();
                    inside.decrementAndGet();
                };
        inParallel(8, guest -> IntStream.range(0, 5_000).forEach(i -> engine.run(event)));

        Awaitility.await().atMost(SOON).until(() -> total.get() == 40_000);
        assertThat(most).hasValue(1);
    }

    @Test
    void eventsOfOneThreadShouldHappenInTheirOrder() throws InterruptedException {
        // Changed by whoever runs the engine, without a lock: that is what the engine promises.
        List<List<Integer>> seen = new ArrayList<>();
        IntStream.range(0, 4).forEach(guest -> seen.add(new ArrayList<>()));
        AtomicInteger total = new AtomicInteger();

        inParallel(
                4,
                guest ->
                        IntStream.range(0, 2_000)
                                .forEach(
                                        i ->
                                                engine.run(
                                                        () -> {
                                                            seen.get(guest).add(i);
                                                            total.incrementAndGet();
                                                        })));

        Awaitility.await().atMost(SOON).until(() -> total.get() == 8_000);
        seen.forEach(
                events -> assertThat(events).isEqualTo(IntStream.range(0, 2_000).boxed().toList()));
    }

    @Test
    void whatAnEventBringsShouldHappenAfterIt() {
        List<String> order = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);

        engine.run(
                () -> {
                    engine.run(
                            () -> {
                                order.add("second");
                                done.countDown();
                            });
                    order.add("first");
                });

        Awaitility.await().atMost(SOON).until(() -> done.getCount() == 0);
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void aGuestShouldBeLetGoHoweverMuchComesMeanwhile() throws InterruptedException {
        AtomicInteger rounds = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(1);
        Thread guest = new Thread(() -> engine.run(() -> again(rounds, enough)), "guest");

        guest.start();
        guest.join(SOON.toMillis());

        assertThat(guest.isAlive()).isFalse();
        assertThat(enough.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** An event that brings the next one, for longer than a guest has to stay. */
    private void again(AtomicInteger rounds, CountDownLatch enough) {
        if (rounds.incrementAndGet() < 10_000) {
            engine.run(() -> again(rounds, enough));
        } else {
            enough.countDown();
        }
    }

    @Test
    void theEngineShouldRestWhereNothingIsToBeDone() {
        engine.run(() -> {});

        int before = looksAtTheTime.get();

        Awaitility.await()
                .during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> looksAtTheTime.get() < before + 50);
    }

    @Test
    void anEventThatFailsShouldNotStopTheEngine() {
        AtomicInteger after = new AtomicInteger();

        engine.run(
                () -> {
                    throw new IllegalStateException("on purpose");
                });
        engine.run(after::incrementAndGet);

        Awaitility.await().atMost(SOON).until(() -> after.get() == 1);
    }

    @Test
    void aFailureThatCannotEvenBeLoggedShouldNotStopTheEngine() {
        AtomicInteger after = new AtomicInteger();

        engine.run(
                () -> {
                    throw new Unspeakable();
                });
        engine.run(after::incrementAndGet);

        Awaitility.await().atMost(SOON).until(() -> after.get() == 1);
    }

    @Test
    void anInterruptShouldNotKeepTheEngineFromResting() {
        own.interrupt();

        theEngineShouldRestWhereNothingIsToBeDone();
    }

    /** Makes whoever logs it fail, as want of memory would. */
    private static final class Unspeakable extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("as planned");
        }
    }

    private long nanoTime() {
        looksAtTheTime.incrementAndGet();
        return System.nanoTime();
    }

    private interface Guest {
        void bring(int guest);
    }

    private static void inParallel(int guests, Guest guest) throws InterruptedException {
        List<Thread> threads =
                IntStream.range(0, guests)
                        .mapToObj(number -> new Thread(() -> guest.bring(number)))
                        .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(SOON.toMillis());
        }
    }
}
