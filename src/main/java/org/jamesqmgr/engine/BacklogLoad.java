/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.engine.StoreTrouble.Activity;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Has a store make its backlog known while mail flows already. On a thread of its own, which ends
 * with the work: it may take minutes, for which nothing else should wait. Tries again while the store
 * fails.
 */
final class BacklogLoad implements Runnable {

    private static final long RETRY_SECONDS = 1;

    private final MessageStore store;
    private final StoreHealth health;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = EngineThreads.named("qmgr-load").newThread(this);

    BacklogLoad(MessageStore store, StoreHealth health) {
        this.store = store;
        this.health = health;
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (!loaded()) {
                if (stopped.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean loaded() {
        try {
            store.load();
            health.succeeded(Activity.LOAD);
            return true;
        } catch (MessageStoreException e) {
            if (stopped.getCount() > 0) {
                health.failed(Activity.LOAD, e);
            }
            return false;
        }
    }

    /** Tries no more. What is under way ends when the store is closed. */
    void stop() {
        stopped.countDown();
    }

    /** Called after the store was closed. */
    void awaitEnd(Duration timeout) throws InterruptedException {
        thread.join(timeout.toMillis());
    }
}
