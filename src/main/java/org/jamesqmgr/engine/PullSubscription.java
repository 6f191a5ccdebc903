/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jamesqmgr.schedule.SubscriberId;
import org.jamesqmgr.store.Lanes;

/**
 * A consumer's tie to a pull transport. Messages are delivered to it one after the other, on a
 * thread of its own, and never more than it asked for. Safe for use by any thread; never blocks.
 */
public final class PullSubscription {

    private final SubscriberId id;
    private final Consumer<PulledMessage> consumer;
    private final EngineLoop engine;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    /** Written in the engine, read by the thread that claims. */
    private volatile Lanes lanes = Lanes.ALL_OPEN;

    PullSubscription(SubscriberId id, Consumer<PulledMessage> consumer, EngineLoop engine) {
        this.id = id;
        this.consumer = consumer;
        this.engine = engine;
    }

    /**
     * Asks for more messages; does nothing after {@link #cancel}.
     *
     * @param messages positive; added to what was asked for before, {@link Long#MAX_VALUE} is without
     *     bound
     */
    public void request(long messages) {
        if (messages <= 0) {
            throw new IllegalArgumentException("demand must be positive, not " + messages);
        }
        engine.post(scheduler -> scheduler.demanded(id, messages));
    }

    /**
     * Ends the subscription. What was claimed for it and not delivered goes back; a delivery that is
     * under way right now may still arrive. What was delivered stays in the hands of the consumer,
     * who ends it as usual. Others are not concerned. Calling it again does nothing.
     */
    public void cancel() {
        if (cancelled.compareAndSet(false, true)) {
            engine.cancelled(id);
        }
    }

    SubscriberId id() {
        return id;
    }

    /** Which lanes its claims are to pass over. */
    Lanes lanes() {
        return lanes;
    }

    /**
     * Claims pass over these lanes from now on.
     *
     * @return whether that is a change, so that there may be something to claim again
     */
    boolean lanes(Lanes closed) {
        boolean changed = !closed.equals(lanes);
        lanes = closed;
        return changed;
    }

    boolean cancelled() {
        return cancelled.get();
    }

    void deliver(PulledMessage message) {
        consumer.accept(message);
    }
}
