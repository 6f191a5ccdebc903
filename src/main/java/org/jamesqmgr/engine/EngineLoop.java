/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.CrashPolicy;
import org.jamesqmgr.schedule.Decision;
import org.jamesqmgr.schedule.PullScheduler;
import org.jamesqmgr.schedule.SubscriberId;
import org.jamesqmgr.store.MessageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: owns the schedulers, feeds them events and the time, and has their decisions carried
 * out. Never blocks. What is for any thread says so.
 *
 * <p>One thread at a time runs it. That is whichever brings an event while nobody does: under load
 * waking another thread for each event would cost more than the events. Who runs it takes what others
 * bring meanwhile, up to a bound. The thread {@code qmgr-engine} does the rest, and looks at the time:
 * once a second at least, so that a clock that was set is noticed soon.
 *
 * <p>Whoever brings an event may hold a lock of one message; nothing here takes such a lock.
 */
final class EngineLoop implements Runnable, WorkingSet.Ended {

    private static final Logger LOGGER = LoggerFactory.getLogger(EngineLoop.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** Most events between two decisions. */
    private static final int EVENTS_PER_TURN = 256;

    /** So much a thread that has brought an event does of the engine's work before it is let go. */
    private static final int TURNS_OF_A_GUEST = 4;

    private final MessageStore store;
    private final Clock clock;
    private final QueueEventListener listener;
    private final QueueRuns queueRuns;
    private final PullScheduler scheduler;
    private final ClockWatch clockWatch;
    private final Map<SubscriberId, Puller> pullers = new HashMap<>();
    private final LongSupplier nanoTime;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

    /** Events that were brought and not dealt with. Who raises it from zero runs the engine. */
    private final AtomicInteger pending = new AtomicInteger();

    private final CountDownLatch ended = new CountDownLatch(1);

    /** Transports whose news are in the event queue already: bounds what a flood of mail puts there. */
    private final Set<TransportName> announced = ConcurrentHashMap.newKeySet();

    /** Drives the push transports, once there are any. Written in the engine alone. */
    private volatile Optional<Dispatcher> dispatcher = Optional.empty();

    private volatile Runnable onQueueRun = EngineLoop::nothing;
    private volatile boolean stopped;

    /** The engine's own thread, once it runs. */
    private volatile Optional<Thread> own = Optional.empty();

    /** When that thread looks at the time again, in its nanoseconds. */
    private volatile long wakeAt;

    /** Whether a guest has left in the middle: the engine is the own thread's now. */
    private volatile boolean left;

    EngineLoop(
            MessageStore store,
            Clock clock,
            EngineSettings settings,
            QueueEventListener listener,
            QueueRuns queueRuns,
            ClockWatch clockWatch,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.store = store;
        this.clock = clock;
        this.listener = listener;
        this.queueRuns = queueRuns;
        this.scheduler = new PullScheduler(settings.limits());
        this.clockWatch = clockWatch;
    }

    /** Has this done at each queue run; it must not block. */
    void onQueueRun(Runnable task) {
        onQueueRun = task;
    }

    /** Tells the scheduler. For any thread; happens soon, in the order of the calls. */
    void post(Consumer<PullScheduler> event) {
        run(() -> event.accept(scheduler));
    }

    /**
     * Has this done by whoever runs the engine, soon, in the order of the calls; maybe before this
     * returns. For any thread.
     */
    void run(Runnable event) {
        events.add(event);
        if (pending.getAndIncrement() == 0) {
            runUntilIdle();
        }
    }

    /** From now on there are push transports. For any thread. */
    void dispatch(Dispatcher newDispatcher) {
        run(
                () -> {
                    dispatcher = Optional.of(newDispatcher);
                    newDispatcher.blameless().forEach(scheduler::blameless);
                });
    }

    /** Tells whoever drives the push transports, if there is somebody. For any thread. */
    void postToDispatcher(Consumer<Dispatcher> event) {
        run(() -> dispatcher.ifPresent(event));
    }

    /**
     * Asks whoever drives the push transports. For any thread but the engine's own; blocks.
     *
     * @return empty if there is nobody, or no answer in time
     */
    <T> Optional<T> ask(Function<Dispatcher, T> question, Duration timeout) {
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        run(() -> answer.complete(dispatcher.map(question)));
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The store may have something for this transport. For any thread. */
    void available(TransportName transport) {
        if (announced.add(transport)) {
            run(
                    () -> {
                        announced.remove(transport);
                        scheduler.available(transport);
                    });
        }
    }

    /** A consumer turned up; its claims are carried out by {@code puller}. For any thread. */
    void subscribed(SubscriberId id, Puller puller) {
        run(
                () -> {
                    pullers.put(id, puller);
                    scheduler.subscribed(id);
                });
    }

    /** A consumer left. For any thread. */
    void cancelled(SubscriberId id) {
        run(
                () -> {
                    scheduler.cancelled(id);
                    Puller puller = pullers.remove(id);
                    if (puller != null) {
                        puller.finish();
                    }
                });
    }

    /** A claim ended because the store failed. For any thread. */
    void claimFailed(SubscriberId id) {
        run(() -> scheduler.claimFailed(id, clock.instant()));
    }

    @Override
    public void ended(Work work) {
        TransportName transport = work.claimed().envelope().transport();
        post(state -> state.ended(transport, work.recipients()));
    }

    @Override
    public void goesOn(Work before, PulledMessage now) {
        Optional<Dispatcher> pushing = dispatcher;
        if (pushing.isPresent()) {
            pushing.get().offer(now, () -> goesOnInScheduler(before, now));
        } else {
            run(() -> goesOnInScheduler(before, now));
            now.letWait();
        }
    }

    private boolean goesOnInScheduler(Work before, PulledMessage now) {
        return scheduler.goesOn(
                before.claimed().envelope().transport(),
                before.recipients(),
                now.claimed().envelope().transport(),
                now.claimed().recipients().size());
    }

    @Override
    public void claimable(Work work) {
        TransportName transport = work.claimed().envelope().transport();
        if (CrashPolicy.after(work.claimed().status().crashes()) == CrashPolicy.NORMAL) {
            available(transport);
        } else {
            post(state -> state.suspectFound(work.claimed().id(), transport));
        }
    }

    /** Ends the engine: {@link #run()} returns once nobody runs it any more. For any thread. */
    void stop() {
        run(
                () -> {
                    stopped = true;
                    ended.countDown();
                });
        wake();
    }

    /** The life of the engine's own thread. */
    @Override
    public void run() {
        own = Optional.of(Thread.currentThread());
        while (!stopped) {
            long rest = Math.min(wakeAt - nanoTime.getAsLong(), LONGEST_WAIT.toNanos());
            if (rest > 0 && !left) {
                LockSupport.parkNanos(this, rest);
                // Nobody has reason to interrupt it; who did would keep it from ever resting again.
                Thread.interrupted();
            }
            wakeAt = nanoTime.getAsLong() + LONGEST_WAIT.toNanos();
            if (left) {
                left = false;
                runUntilIdle();
            } else {
                run(EngineLoop::nothing);
            }
        }
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called after the engine has ended. */
    List<Puller> pullers() {
        return new ArrayList<>(pullers.values());
    }

    /**
     * By whoever has the engine, which is let go when nothing is left to do. Should it fail where not
     * even that can be said, for want of memory, the engine is the own thread's: were it nobody's, all
     * mail would stop.
     */
    private void runUntilIdle() {
        boolean over = false;
        try {
            over = takeTurns();
        } catch (RuntimeException | Error e) {
            // Not the fault of whoever brought an event; most likely it was tried to log it.
        } finally {
            if (!over) {
                left = true;
                wake();
            }
        }
    }

    /** Returns whether the engine was let go. */
    private boolean takeTurns() {
        boolean guest = !own.equals(Optional.of(Thread.currentThread()));
        int todo = pending.get();
        for (int turn = 1; todo > 0; turn++) {
            int done = turn(Math.min(todo, EVENTS_PER_TURN));
            if (stopped) {
                return true; // What is pending stays so: nobody runs the engine again.
            }
            todo = pending.addAndGet(-done);
            if (guest && todo > 0 && turn == TURNS_OF_A_GUEST) {
                return false;
            }
        }
        return true;
    }

    private int turn(int count) {
        for (int i = 0; i < count && !stopped; i++) {
            // None is there if an earlier turn failed after it had taken it.
            Runnable event = events.poll();
            safely(event == null ? EngineLoop::nothing : event);
        }
        if (!stopped) {
            safely(this::act);
        }
        return count;
    }

    private void safely(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            listener.engineFailed(e);
            LOGGER.error("the engine failed at an event and goes on", e);
        }
    }

    private static void nothing() {}

    private void wake() {
        // Had it woken itself it would not rest before its next round.
        own.filter(thread -> !thread.equals(Thread.currentThread())).ifPresent(LockSupport::unpark);
    }

    /** Has the own thread look at the time when something is due by then. */
    private void wakeIn(Duration wait) {
        long time = nanoTime.getAsLong() + wait.toNanos();
        if (time - wakeAt < 0) {
            wakeAt = time;
            wake();
        }
    }

    private void act() {
        Optional<Instant> nextScheduled = store.nextScheduled();
        Instant now = clock.instant();
        watchClock();
        if (queueRuns.due(now)) {
            queueRun(now);
        }
        if (queueRuns.scheduledCameDue(nextScheduled, now)) {
            scheduler.available();
        }
        dispatcher.ifPresent(pushing -> dispatch(pushing, now));
        scheduler.decide(now).forEach(this::carryOut);
        wakeIn(
                shortest(
                        LONGEST_WAIT,
                        queueRuns.quiet(now),
                        dispatcher
                                .flatMap(Dispatcher::nextTimer)
                                .map(timer -> Duration.between(now, timer))
                                .orElse(LONGEST_WAIT)));
    }

    private void dispatch(Dispatcher pushing, Instant now) {
        pushing.act(
                now,
                (feed, messages) -> scheduler.demanded(feed.id(), messages),
                scheduler::available);
    }

    private static Duration shortest(Duration... waits) {
        return Collections.min(List.of(waits));
    }

    /** When the clock was set, what is due may be more than was awaited. */
    private void watchClock() {
        clockWatch
                .jump()
                .ifPresent(
                        jump -> {
                            scheduler.available();
                            listener.clockJumped(jump);
                        });
    }

    private void queueRun(Instant now) {
        queueRuns.run(now);
        scheduler.available();
        announced.clear(); // News that were lost must not stand in the way of others for ever.
        onQueueRun.run();
    }

    /** What cannot be begun is answered all the same: the scheduler waits for that. */
    private void carryOut(Decision decision) {
        try {
            pullers.get(decision.subscriber()).carryOut(decision);
        } catch (RuntimeException | Error e) {
            listener.engineFailed(e);
            LOGGER.error("{} cannot be carried out", decision, e);
            claimFailed(decision.subscriber());
        }
    }
}
