/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jamesqmgr.engine.StoreTrouble.Activity;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.schedule.CrashPolicy;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;

/**
 * Looks for messages during whose processing a server died again and again: hands the suspects to
 * the scheduler and puts the convicted on hold. In a store of several servers they turn up at any
 * time, so this is done again and again.
 */
final class SuspectScan {

    private static final long RETRY_SECONDS = 1;

    private final MessageStore store;
    private final QueueEventListener listener;
    private final StoreHealth health;
    private final EngineLoop engine;
    private final Executor thread;
    private final AtomicBoolean ordered = new AtomicBoolean();

    SuspectScan(
            MessageStore store,
            QueueEventListener listener,
            StoreHealth health,
            EngineLoop engine,
            Executor thread) {
        this.store = store;
        this.listener = listener;
        this.health = health;
        this.engine = engine;
        this.thread = thread;
    }

    /** Begins a scan on its own thread unless one is ordered already. Never blocks. */
    void order() {
        if (ordered.compareAndSet(false, true)) {
            thread.execute(this::scan);
        }
    }

    private void scan() {
        ordered.set(false);
        try {
            for (QueuedMessage message : store.suspects()) {
                treat(message);
            }
            health.succeeded(Activity.CLAIM);
        } catch (MessageStoreException e) {
            health.failed(Activity.CLAIM, e);
            retry();
        }
    }

    private void retry() {
        if (ordered.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, thread)
                    .execute(this::scan);
        }
    }

    private void treat(QueuedMessage message) throws MessageStoreException {
        if (CrashPolicy.after(message.status().crashes()) == CrashPolicy.HOLD) {
            hold(message);
        } else {
            listener.suspect(message);
            engine.post(state -> state.suspectFound(message.id(), message.envelope().transport()));
        }
    }

    private void hold(QueuedMessage message) throws MessageStoreException {
        String reason = "crashed the server " + message.status().crashes() + " times";
        if (store.hold(message.id(), reason) == OperatorResult.DONE) {
            listener.held(message, reason);
        }
    }
}
