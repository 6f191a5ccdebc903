/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jamesqmgr.engine.StoreTrouble.Activity;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.Decision;
import org.jamesqmgr.schedule.SubscriberId;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the claims of one subscription on a thread of its own, where the store and the consumer
 * may block. Every order is answered to the scheduler, whatever happens.
 */
final class Puller {

    /**
     * What all pullers share.
     *
     * @param feeding false once nothing more is to be delivered
     * @param suspensions what an operator has suspended
     * @param returned returns a message to its sender instead, if an operator wants that; false if it is
     *     the consumer's
     */
    record Context(
            MessageStore store,
            QueueRuns queueRuns,
            WorkingSet workingSet,
            QueueEventListener listener,
            StoreHealth health,
            EngineLoop engine,
            AtomicBoolean feeding,
            Suspensions suspensions,
            Predicate<PulledMessage> returned) {}

    private static final Logger LOGGER = LoggerFactory.getLogger(Puller.class);

    private enum Answer {
        FINISHED,
        DRY,
        FAILED
    }

    @FunctionalInterface
    private interface Claiming {
        Answer claim() throws MessageStoreException;
    }

    private final Context context;
    private final PullSubscription subscription;
    private final ExecutorService thread;
    private final Object lock = new Object();

    /** The thread while it is in the hands of the consumer. */
    @GuardedBy("lock")
    private Optional<Thread> delivering = Optional.empty();

    /**
     * @param thread a single one, this puller's own
     */
    Puller(Context context, PullSubscription subscription, ExecutorService thread) {
        this.context = context;
        this.subscription = subscription;
        this.thread = thread;
    }

    /** Begins to carry out an order; never blocks. */
    void carryOut(Decision decision) {
        thread.execute(
                decision.<Runnable>fold(
                        order -> () -> answer(() -> claim(order)),
                        order -> () -> answer(() -> claim(order))));
    }

    /** Takes no more orders; those given are still answered. */
    void finish() {
        thread.shutdown();
    }

    /**
     * Takes no more orders, and interrupts the consumer if it blocks. Only the consumer: I/O of the
     * store would fail on an interrupted thread.
     */
    void interrupt() {
        finish();
        synchronized (lock) {
            delivering.ifPresent(Thread::interrupt);
        }
    }

    boolean awaitEnd(Duration timeout) throws InterruptedException {
        return thread.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void answer(Claiming claiming) {
        Answer answer = Answer.FAILED;
        try {
            answer = claiming.claim();
            context.health().succeeded(Activity.CLAIM);
        } catch (MessageStoreException e) {
            context.health().failed(Activity.CLAIM, e);
        } catch (RuntimeException e) {
            LOGGER.error("a claim for {} failed", subscription.id(), e);
            context.listener().engineFailed(e);
        } finally {
            send(answer);
        }
    }

    private void send(Answer answer) {
        SubscriberId id = subscription.id();
        switch (answer) {
            case FINISHED -> context.engine().post(state -> state.claimFinished(id, false));
            case DRY -> context.engine().post(state -> state.claimFinished(id, true));
            case FAILED -> context.engine().claimFailed(id);
        }
    }

    private Answer claim(Decision.Claim order) throws MessageStoreException {
        TransportName transport = order.subscriber().transport();
        boolean deferredFirst = order.deferredFirst();
        int recipients = 0;
        for (int i = 0; i < order.max() && recipients < order.recipients() && wanted(); i++) {
            Optional<MessageLease> lease =
                    context.store()
                            .claimNext(
                                    transport,
                                    context.queueRuns()
                                            .window(deferredFirst, subscription.lanes()));
            if (lease.isEmpty()) {
                return Answer.DRY;
            }
            recipients += deliver(lease.get());
            deferredFirst = !deferredFirst;
        }
        return Answer.FINISHED;
    }

    private Answer claim(Decision.ClaimSuspect order) throws MessageStoreException {
        context.store().claim(order.id()).ifPresent(this::deliver);
        return Answer.FINISHED;
    }

    private int deliver(MessageLease lease) {
        Work work = context.workingSet().add(lease);
        context.engine().post(state -> state.claimed(subscription.id(), work.recipients()));
        context.listener().claimed(work.message());
        if (!wanted()) {
            context.workingSet().giveBackUntilDone(work, "its consumer left, or is suspended");
            return work.recipients();
        }
        PulledMessage message = context.workingSet().handOut(work);
        if (context.returned().test(message)) {
            subscription.request(1); // it has not got what it asked for
        } else {
            hand(work, message);
        }
        return work.recipients();
    }

    private void hand(Work work, PulledMessage message) {
        delivering(Optional.of(Thread.currentThread()));
        try {
            subscription.deliver(message);
        } catch (RuntimeException e) {
            LOGGER.error("the consumer {} failed and gets no more mail", subscription.id(), e);
            context.listener()
                    .consumerFailed(
                            work.claimed(),
                            "consumer",
                            "The consumer " + subscription.id() + " failed and gets no more mail.",
                            Optional.of(e));
            subscription.cancel();
            context.workingSet().giveBackUntilDone(work, "its consumer failed");
        } finally {
            delivering(Optional.empty());
            // Meant for the consumer, if it came at all.
            Thread.interrupted();
        }
    }

    private void delivering(Optional<Thread> consumer) {
        synchronized (lock) {
            delivering = consumer;
        }
    }

    private boolean wanted() {
        return context.feeding().get()
                && !subscription.cancelled()
                && !context.suspensions().covers(subscription.id().transport());
    }
}
