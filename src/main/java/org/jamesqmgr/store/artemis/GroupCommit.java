/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Does in one transaction what several callers want at the same time: whatever comes while a
 * transaction is under way is the next. Who comes alone waits for nobody.
 *
 * <p>What a caller wants is done in the order in which he asks. Safe for use by any thread.
 *
 * @param <W> what a caller wants
 * @param <R> what he gets
 */
final class GroupCommit<W, R> {

    /** So many are one transaction at most. */
    private static final int MOST = 50;

    /** The transaction. */
    @FunctionalInterface
    interface Transaction<W, R> {
        /**
         * Does it, to its commit.
         *
         * @param again whether some of it was tried before and may have been done
         * @return what each gets, in the same order
         */
        List<R> of(Channel channel, List<W> wanted, boolean again)
                throws ActiveMQException, IOException, MessageStoreException;
    }

    private record Turn<W, R>(W wanted, CompletableFuture<R> result) {}

    private final Broker broker;
    private final Transaction<W, R> transaction;
    private final Queue<Turn<W, R>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean working = new AtomicBoolean();

    GroupCommit(Broker broker, Transaction<W, R> transaction) {
        this.broker = broker;
        this.transaction = transaction;
    }

    /**
     * Has it done, and waits for that.
     *
     * @throws MessageStoreException if it was not done, or nobody can say
     */
    R join(W wanted) throws MessageStoreException {
        Turn<W, R> turn = new Turn<>(wanted, new CompletableFuture<>());
        waiting.add(turn);
        if (working.compareAndSet(false, true)) {
            begin();
        }
        return Broker.await(turn.result());
    }

    private void begin() {
        try {
            broker.execute(this::work);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // The server stops, or has no thread left: nobody must wait for one that does not come.
            working.set(false);
            failWaiting(e);
        }
    }

    private void failWaiting(Throwable cause) {
        for (List<Turn<W, R>> next = next(); !next.isEmpty(); next = next()) {
            fail(next, cause);
        }
    }

    /** How many wait for the next transaction. */
    int waiting() {
        return waiting.size();
    }

    private void work() {
        do {
            for (List<Turn<W, R>> next = next(); !next.isEmpty(); next = next()) {
                together(next);
            }
            working.set(false);
        } while (!waiting.isEmpty() && working.compareAndSet(false, true));
    }

    private List<Turn<W, R>> next() {
        List<Turn<W, R>> next = new ArrayList<>();
        while (next.size() < MOST && !waiting.isEmpty()) {
            next.add(waiting.remove());
        }
        return next;
    }

    private void together(List<Turn<W, R>> turns) {
        try {
            commit(turns, false);
        } catch (ActiveMQException e) {
            // One of them may be to blame, unless nobody can do anything.
            if (turns.size() == 1 || Broker.isUnknown(e)) {
                fail(turns, e);
                heed(e);
            } else {
                turns.forEach(this::alone);
            }
        } catch (Throwable e) {
            if (turns.size() == 1) {
                fail(turns, e);
            } else {
                turns.forEach(this::alone);
            }
        }
    }

    /** A broker that says nothing keeps all waiting once, not one after the other. */
    private void heed(ActiveMQException e) {
        if (Broker.isSilent(e)) {
            failWaiting(e);
        }
    }

    private void alone(Turn<W, R> turn) {
        List<Turn<W, R>> one = List.of(turn);
        try {
            commit(one, true);
        } catch (ActiveMQException e) {
            fail(one, e);
            heed(e);
        } catch (Throwable e) {
            fail(one, e);
        }
    }

    private void commit(List<Turn<W, R>> turns, boolean before) throws Exception {
        List<W> wanted = turns.stream().map(Turn::wanted).toList();
        List<R> results =
                broker.here((channel, again) -> transaction.of(channel, wanted, before || again));
        for (int i = 0; i < turns.size(); i++) {
            turns.get(i).result().complete(results.get(i));
        }
    }

    private void fail(List<Turn<W, R>> turns, Throwable cause) {
        turns.forEach(turn -> turn.result().completeExceptionally(cause));
    }
}
