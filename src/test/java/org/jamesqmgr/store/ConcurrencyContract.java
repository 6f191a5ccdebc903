/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.testing.Parallel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many threads at once lose nothing, share nothing and wait for nobody. */
public interface ConcurrencyContract extends StoreUnderTest {

    int THREADS = 8;

    @Test
    @Tag("X1")
    default void everyMessageShouldBeGivenToOneThreadOnly() throws Exception {
        List<QueueId> ids = acceptMany(200);
        Collection<QueueId> given = new ConcurrentLinkedQueue<>();

        Parallel.run(
                THREADS,
                thread -> {
                    Optional<MessageLease> lease = store().claimNext(SPOOL, late());
                    while (lease.isPresent()) {
                        given.add(lease.get().message().id());
                        lease = store().claimNext(SPOOL, late());
                    }
                });

        assertThat(given).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    @Tag("X1")
    default void oneMessageShouldBeGivenToOneThreadOnly() throws Exception {
        int rounds = 100;
        List<QueueId> ids = acceptMany(rounds);
        CyclicBarrier together = new CyclicBarrier(THREADS);
        AtomicInteger[] winners =
                Stream.generate(AtomicInteger::new).limit(rounds).toArray(AtomicInteger[]::new);

        Parallel.run(
                THREADS,
                thread -> {
                    for (int round = 0; round < rounds; round++) {
                        together.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        if (store().claim(ids.get(round)).isPresent()) {
                            winners[round].incrementAndGet();
                        }
                    }
                });

        assertThat(winners).extracting(AtomicInteger::get).containsOnly(1);
    }

    @Test
    @Tag("Q7")
    default void nothingShouldBeLostOrDoubledByManyThreads() throws Exception {
        Collection<QueueId> accepted = new ConcurrentLinkedQueue<>();
        Collection<QueueId> completed = new ConcurrentLinkedQueue<>();
        Collection<String> contents = new ConcurrentLinkedQueue<>();

        Parallel.run(
                THREADS,
                thread -> {
                    Random random = new Random(thread);
                    for (int i = 0; i < 50; i++) {
                        String text = "message " + i + " of thread " + thread;
                        accepted.add(
                                store().accept(
                                                newMail().attributes(Map.of("text", text)).build(),
                                                bytes(text)));
                        workOnNext(random, completed, contents);
                    }
                });
        reopenAfterKill();
        while (workOnNext(new Random(THREADS), completed, contents)) {
            assertThat(completed).hasSizeLessThanOrEqualTo(accepted.size());
        }

        assertThat(completed).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(contents).hasSize(THREADS * 50).doesNotHaveDuplicates();
        assertThat(store().count(SPOOL)).isZero();
        assertThat(store().counts().values()).containsOnly(0L);
    }

    /** Completes three of four messages, the others come again. */
    private boolean workOnNext(
            Random random, Collection<QueueId> completed, Collection<String> contents)
            throws MessageStoreException {
        Optional<MessageLease> next = store().claimNext(SPOOL, late());
        if (next.isEmpty()) {
            return false;
        }
        MessageLease lease = next.get();
        lease.begin(START);
        int dice = random.nextInt(8);
        if (dice == 0) {
            lease.giveBack();
        } else if (dice == 1) {
            lease.defer(lease.message().status().deferred(at(60), "again"));
        } else {
            String text = new String(read(lease.content()), US_ASCII);
            assertThat(text).isEqualTo(lease.message().envelope().attributes().get("text"));
            contents.add(text);
            lease.complete();
            completed.add(lease.message().id());
        }
        return true;
    }

    @Test
    @Tag("A2")
    default void messageShouldBeEitherRemovedOrGiven() throws Exception {
        List<QueueId> ids = acceptMany(200);
        Collection<QueueId> gone = new ConcurrentLinkedQueue<>();

        Parallel.run(
                THREADS,
                thread -> {
                    for (QueueId id : ids) {
                        if (thread % 2 == 0) {
                            if (store().remove(id) == OperatorResult.DONE) {
                                gone.add(id);
                            }
                        } else {
                            Optional<MessageLease> lease = store().claim(id);
                            if (lease.isPresent()) {
                                assertThat(read(lease.get().content())).isNotEmpty();
                                lease.get().complete();
                                gone.add(id);
                            }
                        }
                    }
                });

        assertThat(gone).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(store().count(SPOOL)).isZero();
    }

    @Test
    default void everyMessageShouldBeInOnePlaceAfterManyMoves() throws Exception {
        List<QueueId> ids = acceptMany(40);

        Parallel.run(
                THREADS,
                thread -> {
                    Random random = new Random(thread);
                    for (int i = 0; i < 300; i++) {
                        move(ids.get(random.nextInt(ids.size())), random.nextInt(8));
                    }
                });

        assertAllInOnePlace(ids);
        reopenAfterKill();
        assertAllInOnePlace(ids);
        for (QueueId id : ids) {
            assertThat(store().release(id)).isNotEqualTo(OperatorResult.CLAIMED);
        }
        assertThat(drain(late())).containsExactlyInAnyOrderElementsOf(ids);
    }

    private void move(QueueId id, int dice) throws MessageStoreException {
        switch (dice) {
            case 0 -> store().hold(id, "held");
            case 1, 2 -> store().release(id);
            case 3 -> store().flush(id, at(30));
            default -> {
                Optional<MessageLease> lease =
                        dice < 6 ? store().claim(id) : store().claimNext(SPOOL, window(100));
                if (lease.isPresent()) {
                    LeaseContract.Ending[] endings = {
                        LeaseContract.Ending.GIVE_BACK,
                        LeaseContract.Ending.DEFER,
                        LeaseContract.Ending.HOLD
                    };
                    endings[dice % endings.length].end(lease.get());
                }
            }
        }
    }

    private void assertAllInOnePlace(List<QueueId> ids) throws MessageStoreException {
        assertThat(listed(SPOOL)).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(store().count(SPOOL)).isEqualTo(ids.size());
        for (QueueName queue : QueueName.values()) {
            long found = 0;
            for (QueueId id : ids) {
                found += queueOf(id) == queue ? 1 : 0;
            }
            assertThat(store().counts()).containsEntry(queue, found);
        }
    }

    @Test
    default void messageShouldBeSeenWhileItMoves() throws Exception {
        List<QueueId> ids = acceptMany(20);
        AtomicBoolean seenEnough = new AtomicBoolean();

        Parallel.run(
                THREADS,
                thread -> {
                    if (thread == 0) {
                        try {
                            lookAtAll(ids, 100);
                        } finally {
                            seenEnough.set(true);
                        }
                    } else {
                        Random random = new Random(thread);
                        while (!seenEnough.get()) {
                            move(ids.get(random.nextInt(ids.size())), random.nextInt(8));
                        }
                    }
                });
    }

    private void lookAtAll(List<QueueId> ids, int times) throws MessageStoreException {
        for (int i = 0; i < times; i++) {
            assertThat(listed(SPOOL)).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(store().count(SPOOL)).isEqualTo(ids.size());
            for (QueueId id : ids) {
                QueuedMessage message = found(id);
                assertThat(read(store().content(message))).hasSize((int) message.size());
            }
        }
    }

    @Test
    @Tag("Q3")
    default void messageShouldNotBeSeenBeforeItIsWhole() throws Exception {
        QueueId first = accept(newMail());
        CountDownLatch halfWritten = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);

        Parallel.run(
                2,
                thread -> {
                    if (thread == 0) {
                        store().accept(newMail().build(), inTwoHalves(halfWritten, goOn));
                        return;
                    }
                    await(halfWritten);
                    try {
                        assertThat(listed(SPOOL)).containsExactly(first);
                        assertThat(store().count(SPOOL)).isEqualTo(1);
                        assertThat(drain(late())).containsExactly(first);
                        assertThat(store().transports()).isEmpty();
                        assertThat(store().counts().values()).containsOnly(0L);
                    } finally {
                        goOn.countDown();
                    }
                });

        assertThat(drain(late())).hasSize(1).doesNotContain(first);
    }

    @Test
    default void slowContentShouldHoldUpNobody() throws Exception {
        CountDownLatch halfWritten = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);

        Parallel.run(
                2,
                thread -> {
                    if (thread == 0) {
                        store().accept(newMail().build(), inTwoHalves(halfWritten, goOn));
                        return;
                    }
                    await(halfWritten);
                    try {
                        workAllTheSame();
                    } finally {
                        goOn.countDown();
                    }
                });

        assertThat(store().count(SPOOL)).isEqualTo(1);
    }

    private void workAllTheSame() throws MessageStoreException {
        QueueId deferred = acceptDeferred(60);
        assertThat(store().flush(deferred, at(30))).isEqualTo(OperatorResult.DONE);
        assertThat(store().hold(deferred, "wait")).isEqualTo(OperatorResult.DONE);
        assertThat(store().release(deferred)).isEqualTo(OperatorResult.DONE);
        assertThat(store().remove(deferred)).isEqualTo(OperatorResult.DONE);
        QueueId scheduled = accept(scheduledMail(60));
        assertThat(store().nextScheduled()).contains(at(60));
        assertThat(store().suspects()).isEmpty();
        assertThat(drain(late())).containsExactly(scheduled);
    }

    private static ContentWriter inTwoHalves(CountDownLatch halfWritten, CountDownLatch goOn) {
        byte[] half = new byte[100_000];
        return out -> {
            out.write(half);
            out.flush();
            halfWritten.countDown();
            await(goOn);
            out.write(half);
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<QueueId> acceptMany(int number) throws MessageStoreException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            ids.add(accept(newMail()));
        }
        return ids;
    }
}
