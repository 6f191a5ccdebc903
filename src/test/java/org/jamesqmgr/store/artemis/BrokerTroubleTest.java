/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.ArtemisBroker;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The broker is killed under a server, and comes back. */
@Tag("X1")
class BrokerTroubleTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");

    /** How long the broker may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** In which trouble must be seen, and be over, on a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private ArtemisBroker broker;
    private SharedQueues queues;
    private ArtemisMessageStore store;

    @BeforeEach
    void open() throws Exception {
        broker = ArtemisBroker.start();
        queues = new SharedQueues(broker, PATIENCE);
        store = queues.open("mx1", clock);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        queues.close();
        broker.stop();
    }

    private QueueId accept() throws MessageStoreException {
        return store.accept(
                EnvelopeBuilder.mail(SPOOL, START).build(),
                out -> out.write("content".getBytes(US_ASCII)));
    }

    @Test
    @Tag("Q3")
    @Tag("Q7")
    void everythingShouldGoOnWhenTheBrokerIsBack() throws Exception {
        QueueId waiting = accept();
        MessageLease lease = store.claim(accept()).orElseThrow();
        lease.begin(START);

        broker.kill();

        ClaimWindow window = new ClaimWindow(START, START, false);
        assertThatThrownBy(this::accept).isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> store.claimNext(SPOOL, window))
                .isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(lease::complete).isInstanceOf(MessageStoreException.class);

        broker.startAgain();

        await().atMost(SOON).until(this::accepts);
        lease.complete();
        assertThat(store.find(waiting).orElseThrow().queue()).isEqualTo(QueueName.INCOMING);
        assertThat(store.claim(waiting)).isPresent();
        assertThat(store.claimNext(SPOOL, window)).isPresent();
        assertThat(store.claimNext(SPOOL, window)).isEmpty();
        assertThat(store.count(SPOOL)).isEqualTo(2);
    }

    @Test
    @Tag("Q1")
    @Tag("Q3")
    void newMailShouldGoOnWhenTheBrokerIsBack() throws Exception {
        store.serve(SPOOL);
        QueueId waiting = accept();
        MessageLease lease = store.claim(accept()).orElseThrow();

        broker.kill();
        assertThatThrownBy(this::accept).isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> lease.begin(START)).isInstanceOf(MessageStoreException.class);
        broker.startAgain();

        await().atMost(SOON).until(this::accepts);
        lease.begin(START);
        assertThat(lease.content().open().readAllBytes()).asString(US_ASCII).isEqualTo("content");
        lease.complete();
        MessageLease other = store.claim(waiting).orElseThrow();
        assertThat(other.content().open().readAllBytes()).asString(US_ASCII).isEqualTo("content");
        other.complete();
        assertThat(store.count(SPOOL)).isEqualTo(1);
    }

    @Test
    @Tag("Q3")
    void serverShouldWaitForItsBrokerWhenItStarts() throws Exception {
        QueueId waiting = accept();
        broker.kill();

        CompletableFuture<ArtemisMessageStore> opening =
                CompletableFuture.supplyAsync(this::open2, SharedQueues.THREADS);
        broker.startAgain();

        try (ArtemisMessageStore opened = opening.get(SOON.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(opened.find(waiting)).isPresent();
        }
    }

    private ArtemisMessageStore open2() {
        try {
            return queues.open("mx2", clock);
        } catch (MessageStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Tag("Q3")
    void mailShouldBeRefusedSoonWhileTheBrokerHangs() throws Exception {
        QueueId before = accept();
        broker.hang(true);

        Instant start = Instant.now();
        assertThatThrownBy(this::accept).isInstanceOf(MessageStoreException.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SOON);

        broker.hang(false);
        await().atMost(SOON).until(this::accepts);
        await().atMost(SOON).until(() -> store.claim(before).isPresent());
    }

    private boolean accepts() {
        try {
            accept();
            return true;
        } catch (MessageStoreException e) {
            return false;
        }
    }

    @Test
    @Tag("Q3")
    @Tag("Q4")
    void mailShouldBeRefusedWhileTheDiskOfTheBrokerIsFull() throws Exception {
        QueueId before = accept();
        broker.kill();
        broker.startAgain(0);

        await().atMost(SOON).until(() -> !accepts());
        Instant start = Instant.now();
        assertThatThrownBy(this::accept).isInstanceOf(MessageStoreException.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SOON);

        broker.kill();
        broker.startAgain();
        await().atMost(SOON).until(this::accepts);
        assertThat(store.claim(before)).isPresent();
    }

    @Test
    void serverShouldNotStartWithAWrongPassword() {
        assertThatThrownBy(() -> open(ArtemisBroker.USER, "wrong", "qmgr.test"))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("broker_user");
    }

    @Test
    void serverShouldNotStartWithoutPermission() {
        assertThatThrownBy(() -> open(ArtemisBroker.GUEST, ArtemisBroker.PASSWORD, "qmgr.test"))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("conf-samples/shared/broker.xml")
                .hasMessageContaining("permission");
    }

    @Test
    @Tag("Q3")
    void serverShouldNotStartAtABrokerThatMayLoseMail() {
        assertThatThrownBy(
                        () -> open(ArtemisBroker.USER, ArtemisBroker.PASSWORD, "qmgr.unprepared"))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("<address-setting match=\"qmgr.unprepared.#\">")
                .hasMessageContaining("<max-delivery-attempts>-1</max-delivery-attempts>")
                .hasMessageContaining("<address-full-policy>FAIL</address-full-policy>");
    }

    private void open(String user, String password, String prefix) throws MessageStoreException {
        queues.open(queues.settings("mx2", user, password, prefix), clock).close();
    }
}
