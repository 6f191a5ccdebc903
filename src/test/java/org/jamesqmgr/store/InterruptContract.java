/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stopping James interrupts the threads that work on mail. What they were about to do may fail,
 * but a sound message must never be taken for a damaged one, nor be lost.
 */
public interface InterruptContract extends StoreUnderTest {

    /** What an interrupted thread may be about to do with one waiting message. */
    enum Step {
        FIND {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                assertThat(store.find(id)).isPresent();
            }
        },
        LIST {
            @Override
            void take(MessageStore store, QueueId id) {
                try (Stream<QueuedMessage> messages = store.list(SPOOL)) {
                    assertThat(messages).hasSize(1);
                }
            }
        },
        READ {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                QueuedMessage message = store.find(id).orElseThrow();
                assertThat(store.content(message).open().readAllBytes()).isNotEmpty();
            }
        },
        CLAIM {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                store.claim(id).orElseThrow().close();
            }
        },
        CLAIM_NEXT {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                store.claimNext(SPOOL, new ClaimWindow(START, START, false)).orElseThrow().close();
            }
        },
        BEGIN {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                try (MessageLease lease = store.claim(id).orElseThrow()) {
                    lease.begin(START);
                }
            }
        },
        DEFER {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                MessageLease lease = store.claim(id).orElseThrow();
                lease.defer(lease.message().status().deferred(START, "later"));
            }
        },
        HOLD {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                assertThat(store.hold(id, "wait")).isEqualTo(OperatorResult.DONE);
            }
        },
        RELEASE {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                assertThat(store.release(id)).isEqualTo(OperatorResult.NOT_FOUND);
            }
        },
        FLUSH {
            @Override
            void take(MessageStore store, QueueId id) throws Exception {
                assertThat(store.flush(id, START)).isEqualTo(OperatorResult.DONE);
            }
        };

        abstract void take(MessageStore store, QueueId id) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    @Tag("Q7")
    @Tag("Q8")
    default void interruptedThreadShouldHarmNoMessage(Step step) throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        QueueId id = store().accept(newMail().build(), bytes("content"));
        store().listen(listener);

        interrupted(() -> step.take(store(), id));

        assertThat(listener.corruptCalls()).isEmpty();
        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 0L);
        assertThat(read(store().content(found(id)))).asString(US_ASCII).isEqualTo("content");
        reopenAfterClose();
        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 0L);
        assertThat(queueOf(id) == QueueName.HOLD ? store().release(id) : OperatorResult.DONE)
                .isEqualTo(OperatorResult.DONE);
        assertThat(drain(late())).containsExactly(id);
    }

    @Test
    @Tag("Q3")
    default void interruptedThreadShouldAcceptWhollyOrNotAtAll() throws Exception {
        Optional<QueueId> accepted =
                interrupted(() -> store().accept(newMail().build(), bytes("content")));

        reopenAfterKill();

        assertThat(listed(SPOOL)).containsExactlyElementsOf(accepted.stream().toList());
        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 0L);
        QueueId next = accept(newMail());
        assertThat(drain(late())).contains(next);
    }

    @Test
    @Tag("Q7")
    default void interruptedThreadShouldCompleteWhollyOrNotAtAll() throws Exception {
        QueueId id = accept(newMail());
        MessageLease lease = claim(id);

        Optional<QueueId> completed =
                interrupted(
                        () -> {
                            lease.complete();
                            return id;
                        });

        reopenAfterKill();
        assertThat(drain(late())).hasSize(completed.isPresent() ? 0 : 1);
    }

    @Test
    @Tag("Q7")
    @Tag("Q8")
    default void messageShouldSurviveAHailOfInterrupts() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        QueueId id = store().accept(newMail().build(), bytes("content"));
        store().listen(listener);
        Thread worker = new Thread(() -> takeAllSteps(id), "interrupted worker");

        worker.start();
        while (worker.isAlive()) {
            worker.interrupt();
            LockSupport.parkNanos(100_000);
        }

        assertThat(listener.corruptCalls()).isEmpty();
        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 0L);
        assertThat(read(store().content(found(id)))).asString(US_ASCII).isEqualTo("content");
    }

    private void takeAllSteps(QueueId id) {
        for (int round = 0; round < 30; round++) {
            for (Step step : Step.values()) {
                interrupted(() -> step.take(store(), id));
                interrupted(() -> store().release(id));
            }
        }
    }

    /** What an interrupted thread does. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws Exception;
    }

    /** What an interrupted thread does without a result. */
    @FunctionalInterface
    interface Deed {
        void run() throws Exception;
    }

    private static void interrupted(Deed deed) {
        interrupted(
                () -> {
                    deed.run();
                    return true;
                });
    }

    /** Gives nothing when the work failed for the interrupt, which is its right. */
    private static <T> Optional<T> interrupted(Work<T> work) {
        Thread.currentThread().interrupt();
        try {
            return Optional.of(work.run());
        } catch (Exception e) {
            return Optional.empty();
        } finally {
            Thread.interrupted();
        }
    }
}
