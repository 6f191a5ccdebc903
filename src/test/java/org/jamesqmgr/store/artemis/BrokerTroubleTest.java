/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
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

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private ArtemisBroker broker;
    private SharedQueues queues;
    private ArtemisMessageStore store;

    @BeforeEach
    void open() throws Exception {
        broker = ArtemisBroker.start();
        queues = new SharedQueues(broker);
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

        QueueId next = accept();
        lease.complete();
        assertThat(store.find(waiting).orElseThrow().queue()).isEqualTo(QueueName.INCOMING);
        assertThat(store.claim(waiting)).isPresent();
        assertThat(store.claim(next)).isPresent();
        assertThat(store.count(SPOOL)).isEqualTo(2);
    }

    @Test
    void storeShouldNotOpenWithoutABroker() throws Exception {
        broker.kill();

        assertThatThrownBy(() -> queues.open("mx2", clock))
                .isInstanceOf(MessageStoreException.class);

        broker.startAgain();
    }
}
