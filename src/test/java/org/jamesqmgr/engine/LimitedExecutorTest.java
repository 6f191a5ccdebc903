/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LimitedExecutorTest {

    private static final long PATIENCE_SECONDS = 30;

    /** What was given to a thread and has not run yet: the test is the threads. */
    private final Deque<Runnable> threads = new ArrayDeque<>();

    private final List<String> done = new ArrayList<>();

    private LimitedExecutor executor(int limit) {
        return new LimitedExecutor(threads::add, limit);
    }

    private Runnable task(String name) {
        return () -> done.add(name);
    }

    private void runThread() {
        threads.remove().run();
    }

    @Test
    @Tag("T1")
    @DisplayName("T1: so many run at a time, and those that wait follow in their order")
    void limit() {
        LimitedExecutor executor = executor(2);
        List.of("a", "b", "c", "d").forEach(name -> executor.execute(task(name)));

        assertThat(threads).as("threads asked for").hasSize(2);
        runThread();
        assertThat(done).as("done by one thread").containsExactly("a", "c", "d");
        runThread();
        assertThat(done).containsExactly("a", "c", "d", "b");
        executor.execute(task("e"));
        assertThat(threads).as("threads asked for after a rest").hasSize(1);
    }

    @Test
    @DisplayName("T1: with a higher limit those that wait begin at once, as many as may")
    void raised() {
        LimitedExecutor executor = executor(1);
        List.of("a", "b", "c", "d").forEach(name -> executor.execute(task(name)));

        executor.limit(3);

        assertThat(threads).hasSize(3);
        threads.removeFirst();
        runThread();
        assertThat(done).containsExactly("b", "d");
    }

    @Test
    @DisplayName("T1: with a lower limit nothing follows until fewer run")
    void lowered() {
        LimitedExecutor executor = executor(3);
        List.of("a", "b", "c", "d").forEach(name -> executor.execute(task(name)));

        executor.limit(1);
        runThread();
        runThread();
        assertThat(done).as("two too many end").containsExactly("a", "b");

        runThread();
        assertThat(done).containsExactly("a", "b", "c", "d");
        assertThat(threads).isEmpty();
    }

    @Test
    @DisplayName("a task that fails keeps nobody from running")
    void failure() {
        LimitedExecutor executor = executor(1);
        executor.execute(
                () -> {
                    throw new IllegalStateException("a defect");
                });
        executor.execute(task("a"));

        runThread();
        executor.execute(task("b"));
        runThread();

        assertThat(done).containsExactly("a", "b");
    }

    @Test
    @DisplayName("a task for which there is no thread is refused and takes nobody's place")
    void noThread() {
        List<Error> trouble = new ArrayList<>(List.of(new OutOfMemoryError("no more threads")));
        LimitedExecutor executor =
                new LimitedExecutor(
                        task -> {
                            if (!trouble.isEmpty()) {
                                throw trouble.remove(0);
                            }
                            threads.add(task);
                        },
                        1);

        assertThatThrownBy(() -> executor.execute(task("a"))).isInstanceOf(OutOfMemoryError.class);
        executor.execute(task("b"));
        runThread();

        assertThat(done).containsExactly("b");
    }

    @Test
    @DisplayName("what waits stays the next when a higher limit finds no thread")
    void noThreadForMore() {
        List<Runnable> given = new ArrayList<>();
        LimitedExecutor executor =
                new LimitedExecutor(
                        task -> {
                            if (!given.isEmpty()) {
                                throw new RejectedExecutionException("no more threads");
                            }
                            given.add(task);
                        },
                        1);
        List.of("a", "b", "c").forEach(name -> executor.execute(task(name)));

        executor.limit(5);
        given.get(0).run();

        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    @DisplayName("tasks one after the other take a few threads, not as many as may run")
    void threadsAreUsedAgain() throws InterruptedException {
        ExecutorService pool = EngineThreads.unbounded("test");
        LimitedExecutor executor = new LimitedExecutor(pool, 1000);
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        try {
            for (int i = 0; i < 500; i++) {
                CountDownLatch over = new CountDownLatch(1);
                executor.execute(
                        () -> {
                            used.add(Thread.currentThread());
                            over.countDown();
                        });
                assertThat(over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            pool.shutdown();
        }
        assertThat(used).hasSizeLessThan(100);
    }

    @Test
    @Tag("T1")
    @DisplayName(
            "T1: under load from many threads all is done, and never more than the limit at a time")
    void load() throws InterruptedException {
        int limit = 3;
        int tasks = 2000;
        ExecutorService pool = EngineThreads.unbounded("test");
        LimitedExecutor executor = new LimitedExecutor(pool, limit);
        Semaphore places = new Semaphore(limit);
        CountDownLatch well = new CountDownLatch(4 * tasks);
        Runnable task =
                () -> {
                    if (places.tryAcquire()) {
                        well.countDown();
                        places.release();
                    }
                };
        try {
            for (int thread = 0; thread < 4; thread++) {
                pool.execute(
                        () -> {
                            for (int i = 0; i < tasks; i++) {
                                executor.execute(task);
                            }
                        });
            }
            assertThat(well.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("each task had a place of its own, %s to go", well.getCount())
                    .isTrue();
        } finally {
            pool.shutdown();
        }
    }
}
