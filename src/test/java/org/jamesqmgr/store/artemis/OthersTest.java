/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.core.client.impl.ClientMessageImpl;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.artemis.News.Kind;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of messages that several servers reach for at once. */
@Tag("X1")
class OthersTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final QueueId ID = new QueueId(1_700_000_000_000_000L, 1);
    private static final Envelope ENVELOPE =
            EnvelopeBuilder.mail(new TransportName("smtp"), NOW).build();

    private final QueueIndex index = new QueueIndex();
    private final Others others = new Others(index, Clock.fixed(NOW, ZoneOffset.UTC));

    @BeforeEach
    void oneWaits() {
        index.add(ID, ENVELOPE, 10, QueueName.INCOMING, Standing.READY, NOW);
    }

    private Taken taken() {
        return index.take(ID, Standing.WAITING).orElseThrow();
    }

    private void hear(Kind kind, String run) throws Exception {
        ClientMessage message =
                new ClientMessageImpl(Message.BYTES_TYPE, true, 0, 0, (byte) 4, 1_000);
        message.putStringProperty(News.RUN, run);
        StoredMessage stored = StoredMessage.accepted(ENVELOPE, QueueName.INCOMING, 10);
        others.hear(kind, ID, new Raw(message, stored.encode()));
    }

    @Test
    void whoWasFasterShouldBeKnownFromWhatIsHeardAfterwards() throws Exception {
        Taken taken = taken();

        others.lost(taken.entry());
        assertThat(others.server(ID)).hasValue("another server");
        assertThat(others.worker(ID)).isEmpty();
        assertThat(index.place(ID)).hasValue(QueueName.ACTIVE);
        hear(Kind.CLAIMED, "mx2.example.0123abcd");

        assertThat(others.server(ID)).hasValue("mx2.example");
        assertThat(others.worker(ID)).hasValue("mx2.example.0123abcd");
    }

    @Test
    void whoWasFasterShouldBeKnownFromWhatWasHeardBefore() throws Exception {
        Taken taken = taken();
        hear(Kind.CLAIMED, "mx2.example.0123abcd");
        assertThat(others.server(ID)).isEmpty();

        others.lost(taken.entry());

        assertThat(others.server(ID)).hasValue("mx2.example");
        assertThat(others.doubtful()).isEmpty();
        assertThat(others.doubtful()).isEmpty();
    }

    @Test
    void whatIsGoneMeanwhileShouldBeForgotten() throws Exception {
        Taken taken = taken();
        hear(Kind.CLAIMED, "mx2.example.0123abcd");
        hear(Kind.GONE, "mx2.example.0123abcd");

        others.lost(taken.entry());

        assertThat(index.entry(ID)).isEmpty();
        assertThat(others.server(ID)).isEmpty();
    }

    @Test
    void whatWaitsAgainMeanwhileShouldWait() throws Exception {
        Taken taken = taken();
        hear(Kind.CLAIMED, "mx2.example.0123abcd");
        hear(Kind.WAITS, "mx2.example.0123abcd");

        others.lost(taken.entry());

        assertThat(others.server(ID)).isEmpty();
        assertThat(index.take(ID, Standing.WAITING)).isPresent();
    }

    @Test
    void whatWasHeardBeforeAMessageWasOursShouldNotCount() throws Exception {
        Taken taken = taken();
        hear(Kind.GONE, "mx2.example.0123abcd");
        others.mine(ID);
        index.put(taken.entry(), taken.standing(), taken.time());

        others.lost(taken().entry());

        assertThat(others.server(ID)).hasValue("another server");
    }

    @Test
    void nobodyShouldBeLookedForBeforeTheSecondLook() {
        others.lost(taken().entry());

        assertThat(others.doubtful()).isEmpty();
        assertThat(others.doubtful()).containsExactly(ID);
        others.found(ID, "mx3.00000001");

        assertThat(others.server(ID)).hasValue("mx3");
        assertThat(others.doubtful()).isEmpty();
    }

    @Test
    void newsThatCannotBeReadShouldChangeNothing() {
        ClientMessage message =
                new ClientMessageImpl(Message.BYTES_TYPE, true, 0, 0, (byte) 4, 1_000);

        others.hear(Kind.WAITS, ID, new Raw(message, new byte[] {1, 2, 3}));

        assertThat(index.take(ID, Standing.WAITING)).isPresent();
    }
}
