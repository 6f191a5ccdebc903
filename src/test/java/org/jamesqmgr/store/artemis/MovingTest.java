/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.admin.Migration;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.UnreachableStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.ArtemisBroker;
import org.jamesqmgr.testing.BytesAtHand;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail comes to the shared store and leaves it, while servers work there and the broker dies. */
@Tag("X1")
@Tag("Q10")
class MovingTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String MOVER = "qmgr_migrate";
    private static final int MESSAGES = 40;

    @TempDir private Path temporary;
    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private ArtemisBroker broker;
    private SharedQueues queues;

    @BeforeEach
    void start() throws Exception {
        broker = ArtemisBroker.start();
        queues = new SharedQueues(broker, PATIENCE);
    }

    @AfterEach
    void stop() throws Exception {
        queues.close();
        broker.stop();
    }

    private DirectoryMessageStore directory() throws MessageStoreException {
        return DirectoryMessageStore.open(temporary.resolve("queue"), clock);
    }

    private static QueueId accept(MessageStore store) throws MessageStoreException {
        return store.accept(
                EnvelopeBuilder.mail(SPOOL, START).build(),
                out -> out.write("content".getBytes(US_ASCII)));
    }

    private static List<QueuedMessage> all(MessageStore store) {
        return store.list(SPOOL).toList();
    }

    /** Kills the broker when half of the messages have been moved. */
    private Migration.Watcher killerAtHalf() {
        return new Migration.Watcher() {
            @Override
            public void at(long messages, long of) {
                if (messages == MESSAGES / 2) {
                    killBroker();
                }
            }

            @Override
            public void renamed(QueueId id, QueueId now) {
                throw new AssertionError(id + " is called " + now);
            }

            @Override
            public void left(String name, String why) {
                throw new AssertionError(name + " was left: " + why);
            }
        };
    }

    private void killBroker() {
        try {
            broker.kill();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("Q3")
    void brokerThatDiesShouldEndItAndTheNextRunDoTheRest() throws Exception {
        List<QueuedMessage> before = new ArrayList<>();
        try (MessageStore directory = directory()) {
            for (int i = 0; i < MESSAGES; i++) {
                accept(directory);
            }
            before.addAll(all(directory));

            interrupted(directory, true);
            try (MessageStore shared = queues.openAlone(MOVER, clock)) {
                new Migration(directory, shared, watcher()).run();
                assertThat(all(shared)).containsExactlyInAnyOrderElementsOf(before);
            }
            assertThat(all(directory)).isEmpty();

            interrupted(directory, false);
            try (MessageStore shared = queues.openAlone(MOVER, clock)) {
                new Migration(shared, directory, watcher()).run();
                assertThat(all(shared)).isEmpty();
            }
            assertThat(all(directory)).containsExactlyInAnyOrderElementsOf(before);
        }
    }

    private void interrupted(MessageStore directory, boolean in) throws Exception {
        try (MessageStore shared = queues.openAlone(MOVER, clock)) {
            Migration migration =
                    in
                            ? new Migration(directory, shared, killerAtHalf())
                            : new Migration(shared, directory, killerAtHalf());
            assertThatThrownBy(migration::run).isInstanceOf(UnreachableStoreException.class);
        }
        broker.startAgain();
    }

    private static Migration.Watcher watcher() {
        return new Migration.Watcher() {
            @Override
            public void at(long messages, long of) {}

            @Override
            public void renamed(QueueId id, QueueId now) {
                throw new AssertionError(id + " is called " + now);
            }

            @Override
            public void left(String name, String why) {
                throw new AssertionError(name + " was left: " + why);
            }
        };
    }

    @Test
    void mailThatAServerBeganToWorkOnShouldNotBeAdoptedAgain() throws Exception {
        try (MessageStore mover = queues.openAlone(MOVER, clock);
                MessageStore server = queues.open("mx1", clock)) {
            QueueId id = accept(server);
            QueuedMessage message = server.find(id).orElseThrow();
            MessageLease lease = server.claim(id).orElseThrow();
            lease.begin(START);

            assertThat(mover.adopt(message, new BytesAtHand("content"))).isTrue();

            lease.complete();
            assertThat(server.find(id)).isEmpty();
        }
    }

    @Test
    void adoptedMailShouldBeWorkedOnByServersThatRun() throws Exception {
        try (MessageStore mover = queues.openAlone(MOVER, clock);
                MessageStore server = queues.open("mx1", clock)) {
            QueueId id = accept(server);
            QueuedMessage message = server.find(id).orElseThrow();
            assertThat(server.remove(id)).isNotNull();

            assertThat(mover.adopt(message, new BytesAtHand("content"))).isTrue();

            await().atMost(SOON).until(() -> server.count(SPOOL) == 1);
            assertThat(server.claim(id)).isPresent();
        }
    }

    @Test
    @Tag("Q8")
    void damagedMailThatCameShouldBeKnownToServersThatRun() throws Exception {
        DamagedFile damaged =
                new DamagedFile("4fP0xD0000z49J3J.2 it's", 3, START, "odd", Optional.empty(), 1);
        try (MessageStore mover = queues.openAlone(MOVER, clock);
                MessageStore server = queues.open("mx1", clock)) {
            String name = mover.adoptDamaged(damaged, new BytesAtHand("odd"));

            await().atMost(SOON).until(() -> server.counts().get(QueueName.CORRUPT) == 1);
            assertThat(server.damaged()).containsExactly(damaged);
            assertThat(server.removeDamaged("4fP0xD0000z49J3J")).isFalse();
            assertThat(server.removeDamaged(name)).isTrue();
            await().atMost(SOON).until(() -> mover.counts().get(QueueName.CORRUPT) == 0);
        }
    }

    @Test
    void onlyOneShouldMoveMailAtATime() throws Exception {
        try (MessageStore first = queues.openAlone(MOVER, clock)) {
            assertThatThrownBy(() -> queues.openAlone(MOVER, clock).close())
                    .isInstanceOf(MessageStoreException.class)
                    .hasMessageContaining(MOVER)
                    .hasMessageContaining("already");
            assertThat(first.standingOrders()).isEmpty();
        }
        queues.openAlone(MOVER, clock).die();

        queues.openAlone(MOVER, clock).close();
    }

    @Test
    void nobodyShouldWaitForABrokerThatIsNotThere() throws Exception {
        broker.kill();

        assertThatThrownBy(() -> queues.openAlone(MOVER, clock).close())
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("cannot be reached");
    }
}
