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
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.CrashPolicy;
import org.jamesqmgr.schedule.Decision;
import org.jamesqmgr.schedule.PullScheduler;
import org.jamesqmgr.schedule.SubscriberId;
import org.jamesqmgr.store.MessageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code qmgr-engine}: owns the scheduler, feeds it events and the time, and has its
 * decisions carried out. Never blocks on the store. What is for any thread says so.
 *
 * <p>It never waits longer than a second, so that a clock that was set is noticed soon.
 */
final class EngineLoop implements Runnable, WorkingSet.Ended {

    private static final Logger LOGGER = LoggerFactory.getLogger(EngineLoop.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** Most events between two decisions. */
    private static final int EVENTS_PER_TURN = 256;

    private final MessageStore store;
    private final Clock clock;
    private final QueueEventListener listener;
    private final QueueRuns queueRuns;
    private final PullScheduler scheduler;
    private final ClockWatch clockWatch;
    private final Map<SubscriberId, Puller> pullers = new HashMap<>();
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    /** Transports whose news are in the event queue already: bounds what a flood of mail puts there. */
    private final Set<TransportName> announced = ConcurrentHashMap.newKeySet();

    /** Drives the push transports, once there are any. Written by the engine's thread alone. */
    private volatile Optional<Dispatcher> dispatcher = Optional.empty();

    private volatile Runnable onQueueRun = () -> {};
    private volatile boolean stopped;

    EngineLoop(
            MessageStore store,
            Clock clock,
            EngineSettings settings,
            QueueEventListener listener,
            QueueRuns queueRuns,
            ClockWatch clockWatch) {
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
        events.add(() -> event.accept(scheduler));
    }

    /** Has this done on the engine's thread, soon, in the order of the calls. For any thread. */
    void run(Runnable event) {
        events.add(event);
    }

    /** From now on there are push transports. For any thread. */
    void dispatch(Dispatcher newDispatcher) {
        events.add(
                () -> {
                    dispatcher = Optional.of(newDispatcher);
                    newDispatcher.blameless().forEach(scheduler::blameless);
                });
    }

    /** Tells whoever drives the push transports, if there is somebody. For any thread. */
    void postToDispatcher(Consumer<Dispatcher> event) {
        events.add(() -> dispatcher.ifPresent(event));
    }

    /** The store may have something for this transport. For any thread. */
    void available(TransportName transport) {
        if (announced.add(transport)) {
            events.add(
                    () -> {
                        announced.remove(transport);
                        scheduler.available(transport);
                    });
        }
    }

    /** A consumer turned up; its claims are carried out by {@code puller}. For any thread. */
    void subscribed(SubscriberId id, Puller puller) {
        events.add(
                () -> {
                    pullers.put(id, puller);
                    scheduler.subscribed(id);
                });
    }

    /** A consumer left. For any thread. */
    void cancelled(SubscriberId id) {
        events.add(
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
        events.add(() -> scheduler.claimFailed(id, clock.instant()));
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

    /** Ends the loop, and the threads of all consumers as soon as they come back. For any thread. */
    void stop() {
        stopped = true;
        events.add(() -> {});
    }

    @Override
    public void run() {
        Duration wait = Duration.ZERO;
        while (!stopped) {
            try {
                react(wait);
                wait = act();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                LOGGER.error("the engine failed at an event and goes on", e);
                wait = LONGEST_WAIT;
            }
        }
    }

    /** Called after the loop has ended. */
    List<Puller> pullers() {
        return new ArrayList<>(pullers.values());
    }

    private void react(Duration wait) throws InterruptedException {
        Runnable event = events.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        for (int i = 0; event != null; i++) {
            event.run();
            event = i < EVENTS_PER_TURN ? events.poll() : null;
        }
    }

    private Duration act() {
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
        return shortest(
                LONGEST_WAIT,
                queueRuns.quiet(now),
                dispatcher
                        .flatMap(Dispatcher::nextTimer)
                        .map(timer -> Duration.between(now, timer))
                        .orElse(LONGEST_WAIT));
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
        onQueueRun.run();
    }

    /** What cannot be begun is answered all the same: the scheduler waits for that. */
    private void carryOut(Decision decision) {
        try {
            pullers.get(decision.subscriber()).carryOut(decision);
        } catch (RuntimeException | Error e) {
            LOGGER.error("{} cannot be carried out", decision, e);
            claimFailed(decision.subscriber());
        }
    }
}
