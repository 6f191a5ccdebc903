/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the listener is told, and that it may do anything with the store while it is told. */
public interface ListenerContract extends StoreUnderTest {

    /** What makes a message available. */
    enum Event {
        ACCEPT,
        DEFER,
        GIVE_BACK,
        CLOSE_LEASE,
        FLUSH,
        RELEASE
    }

    @ParameterizedTest
    @EnumSource
    default void listenerShouldHearThatAMessageIsAvailable(Event event) throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();

        cause(event, listener);

        assertThat(listener.availableCalls()).containsOnly(SPOOL);
        assertThat(listener.corruptCalls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    default void messageShouldBeFreeForAnyThreadWhenTheListenerHears(Event event) throws Exception {
        BlockingQueue<Optional<QueueId>> given = new LinkedBlockingQueue<>();

        QueueId id = cause(event, elsewhere(() -> given.add(completeNext())));

        assertThat(given.poll()).isEqualTo(Optional.of(id));
    }

    @ParameterizedTest
    @EnumSource
    default void noLockShouldBeHeldWhenTheListenerHears(Event event) throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        accept(mail(SMTP, START));

        cause(event, elsewhere(() -> seen.add(touchEverything())));

        assertThat(seen.poll()).isEqualTo("touched");
    }

    @Test
    default void listenerShouldHearTheTransportOfTheNewEnvelope() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        MessageLease lease = claim(accept(newMail()));
        lease.replaceEnvelope(mail(SMTP, START).build());
        store().listen(listener);

        lease.giveBack();

        assertThat(listener.availableCalls()).containsOnly(SMTP);
    }

    @Test
    default void listenerShouldHearOfScheduledMail() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        store().listen(listener);

        accept(scheduledMail(60));

        assertThat(listener.availableCalls()).containsOnly(SPOOL);
    }

    @Test
    default void onlyTheLastListenerShouldHear() throws Exception {
        RecordingStoreListener first = new RecordingStoreListener();
        RecordingStoreListener second = new RecordingStoreListener();
        store().listen(first);
        store().listen(second);

        accept(newMail());

        assertThat(first.availableCalls()).isEmpty();
        assertThat(second.availableCalls()).containsOnly(SPOOL);
    }

    @Test
    default void noLockShouldBeHeldWhenTheListenerHearsOfDamage() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        accept(mail(SMTP, START));
        QueueId id = accept(newMail());
        damage(id);
        store().listen(elsewhere(() -> seen.add(touchEverything())));

        assertThat(store().claim(id)).isEmpty();

        assertThat(seen.poll()).isEqualTo("touched");
        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 1L);
    }

    private QueueId cause(Event event, StoreListener listener) throws Exception {
        if (event == Event.ACCEPT) {
            store().listen(listener);
            return accept(newMail());
        }
        QueueId id = acceptDeferred(60);
        switch (event) {
            case DEFER -> {
                MessageLease lease = claim(id);
                store().listen(listener);
                lease.defer(lease.message().status().deferred(at(90), "again"));
            }
            case GIVE_BACK -> {
                MessageLease lease = claim(id);
                store().listen(listener);
                lease.giveBack();
            }
            case CLOSE_LEASE -> {
                MessageLease lease = claim(id);
                store().listen(listener);
                lease.close();
            }
            case FLUSH -> {
                store().listen(listener);
                assertThat(store().flush(id, at(10))).isEqualTo(OperatorResult.DONE);
            }
            case RELEASE -> {
                assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.DONE);
                store().listen(listener);
                assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);
            }
            default -> throw new AssertionError(event);
        }
        return id;
    }

    private Optional<QueueId> completeNext() throws MessageStoreException {
        Optional<MessageLease> lease = store().claimNext(SPOOL, late());
        if (lease.isPresent()) {
            lease.get().complete();
        }
        return lease.map(given -> given.message().id());
    }

    /** Nothing in here makes a message available, or the listener would be called for ever. */
    private String touchEverything() throws MessageStoreException {
        for (TransportName transport : List.of(SPOOL, SMTP)) {
            for (QueueId id : listed(transport)) {
                assertThat(store().find(id)).isPresent();
            }
            assertThat(store().count(transport)).isNotNegative();
        }
        assertThat(store().suspects()).isEmpty();
        assertThat(store().remove(new QueueId(1, 1))).isEqualTo(OperatorResult.NOT_FOUND);
        store().claimNext(SMTP, late()).orElseThrow().complete();
        return "touched";
    }

    /** A listener that lets another thread act, and waits for it: were a lock held, in vain. */
    private static StoreListener elsewhere(Action action) {
        return new StoreListener() {
            @Override
            public void available(TransportName transport) {
                act();
            }

            @Override
            public void corrupt(QueueId id, String reason) {
                act();
            }

            private void act() {
                CompletableFuture<Void> done = new CompletableFuture<>();
                Thread thread = new Thread(() -> complete(done), "listener's other thread");
                thread.setDaemon(true);
                thread.start();
                await(done);
            }

            private void complete(CompletableFuture<Void> done) {
                try {
                    action.run();
                    done.complete(null);
                } catch (Exception | AssertionError e) {
                    done.completeExceptionally(e);
                }
            }

            private void await(CompletableFuture<Void> done) {
                try {
                    done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    throw new AssertionError("the store held a lock", e);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    /** What the other thread does. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }
}
