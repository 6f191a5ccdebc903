/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.depth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;

/** New mail as the engine has it go through a store: accept, claim, begin, complete. */
record Traffic(MessageStore store, Clock clock) {

    private static final int THREADS = 20;

    /** Messages in a second, by twenty threads for so long. */
    double rate(Duration time) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            long start = System.nanoTime();
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                counts.add(threads.submit(() -> pass(start + time.toNanos())));
            }
            long messages = 0;
            for (Future<Long> count : counts) {
                messages += count.get();
            }
            return messages * 1e9 / (System.nanoTime() - start);
        } finally {
            threads.shutdown();
        }
    }

    private long pass(long end) throws MessageStoreException {
        long messages = 0;
        while (System.nanoTime() < end) {
            pass();
            messages++;
        }
        return messages;
    }

    /** One message, though perhaps another one than went in. */
    QueueId pass() throws MessageStoreException {
        store.accept(
                Mails.envelope((int) (System.nanoTime() & 63), clock.instant()), Mails.content());
        Instant now = clock.instant();
        MessageLease lease =
                store.claimNext(Mails.TRANSPORT, new ClaimWindow(now, now, false)).orElseThrow();
        lease.begin(now);
        lease.complete();
        return lease.message().id();
    }
}
