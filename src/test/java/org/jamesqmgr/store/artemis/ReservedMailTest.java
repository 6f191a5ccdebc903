/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** New mail is reserved for the server that accepts it, while another one works on the same queues. */
@Tag("X1")
class ReservedMailTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension static final SharedQueues queues = SharedQueues.ofAllTests();

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private ArtemisMessageStore one;
    private ArtemisMessageStore other;

    @BeforeEach
    void open() throws Exception {
        one = queues.open("mx1", clock);
        other = queues.open("mx2", clock);
        one.serve(SPOOL);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private QueueId accept() throws MessageStoreException {
        return one.accept(
                EnvelopeBuilder.mail(SPOOL, START).build(),
                out -> out.write("content".getBytes(US_ASCII)));
    }

    private static String contentOf(ArtemisMessageStore store, QueueId id) throws Exception {
        QueuedMessage message = store.find(id).orElseThrow();
        return new String(store.content(message).open().readAllBytes(), US_ASCII);
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }

    private static ClaimWindow later() {
        Instant time = START.plusSeconds(1_000);
        return new ClaimWindow(time, time, false);
    }

    @Test
    @Tag("A10")
    void messageInWorkShouldBeReadByTheOtherServer() throws Exception {
        QueueId id = accept();
        MessageLease lease = one.claim(id).orElseThrow();

        eventually(() -> other.worker(id).equals(Optional.of("mx1")));

        assertThat(other.find(id).orElseThrow().queue()).isEqualTo(QueueName.ACTIVE);
        assertThat(contentOf(other, id)).isEqualTo("content");
        assertThat(queues.hasContent(id)).as("a message of its own for the content").isFalse();
        lease.complete();
        eventually(() -> other.find(id).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000, 200_000, StoredMessage.CARRIED, StoredMessage.CARRIED + 1})
    void contentShouldBeWholeWhereverItIsKept(int size) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        QueueId id =
                one.accept(EnvelopeBuilder.mail(SPOOL, START).build(), out -> out.write(content));

        assertThat(one.content(one.find(id).orElseThrow()).open()).hasBinaryContent(content);
        assertThat(other.content(other.find(id).orElseThrow()).open()).hasBinaryContent(content);
        one.shareAll();
        MessageLease lease =
                await().atMost(PATIENCE)
                        .until(() -> other.claim(id), Optional::isPresent)
                        .orElseThrow();
        assertThat(lease.content().open()).hasBinaryContent(content);
        lease.complete();

        assertThat(queues.hasContent(id)).isFalse();
        assertThat(one.claim(id)).isEmpty();
    }

    @Test
    @Tag("A2")
    void messageShouldBeFoundBeforeAnybodyHasToldOfIt() throws Exception {
        QueueId id = accept();

        assertThat(other.find(id)).isPresent();
        assertThat(other.remove(id)).isEqualTo(OperatorResult.CLAIMED);
    }

    @Test
    void contentShouldBeOnItsOwnWhenTheMessageWaits() throws Exception {
        QueueId id = accept();
        MessageLease lease = one.claim(id).orElseThrow();

        lease.defer(lease.message().status().deferred(START.plusSeconds(60), "later"));

        assertThat(queues.hasContent(id)).isTrue();
        assertThat(contentOf(one, id)).isEqualTo("content");
        eventually(() -> other.counts().get(QueueName.DEFERRED) == 1);
        assertThat(contentOf(other, id)).isEqualTo("content");
    }

    @Test
    void whatIsNotBegunShouldBeGivenToAllSoon() throws Exception {
        QueueId id = accept();

        eventually(() -> other.counts().get(QueueName.INCOMING) == 1);

        MessageLease lease = other.claimNext(SPOOL, later()).orElseThrow();
        assertThat(lease.message().id()).isEqualTo(id);
        assertThat(lease.content().open().readAllBytes()).asString(US_ASCII).isEqualTo("content");
        assertThat(one.claimNext(SPOOL, later())).isEmpty();
        lease.complete();
        eventually(() -> one.count(SPOOL) == 0);
    }

    @Test
    @Tag("Q7")
    @Tag("Q11")
    void whatADeadServerHasNotBegunShouldBeTakenOverWithoutBlame() throws Exception {
        QueueId id = accept();

        one.die();

        eventually(() -> other.counts().get(QueueName.INCOMING) == 1);
        assertThat(other.find(id).orElseThrow().status().crashes()).isZero();
        assertThat(contentOf(other, id)).isEqualTo("content");
    }

    @Test
    @Tag("Q1")
    void whatWasTakenOverFromAServerThatLivesShouldNotBeLost() throws Exception {
        QueueId id = accept();
        MessageLease lease = one.claim(id).orElseThrow();
        queues.takeForDead("mx1", clock);

        lease.complete();

        eventually(() -> other.counts().get(QueueName.INCOMING) == 1);
        assertThat(contentOf(other, id)).isEqualTo("content");
    }

    @Test
    @Tag("Q1")
    void whatAServerHasWithoutItsKnowingShouldComeBack() throws Exception {
        QueueId id =
                other.accept(
                        EnvelopeBuilder.mail(SPOOL, START).build(),
                        out -> out.write("content".getBytes(US_ASCII)));
        queues.claimUnknown(id, "mx1");

        eventually(() -> other.claim(id).map(lease -> true).orElse(false));
    }

    @Test
    @Tag("A2")
    void operatorsShouldActOnItFromTheServerThatHasIt() throws Exception {
        QueueId held = accept();
        assertThat(one.hold(held, "wait")).isEqualTo(OperatorResult.DONE);
        QueueId removed = accept();
        assertThat(one.remove(removed)).isEqualTo(OperatorResult.DONE);

        assertThat(one.find(removed)).isEmpty();
        eventually(() -> other.counts().get(QueueName.HOLD) == 1);
        assertThat(contentOf(other, held)).isEqualTo("content");
        assertThat(one.release(held)).isEqualTo(OperatorResult.DONE);
        assertThat(one.claim(held)).isPresent();
    }

    @Test
    void endOfTheServerShouldLeaveItToTheOthers() throws Exception {
        QueueId id = accept();

        one.close();

        eventually(() -> other.counts().get(QueueName.INCOMING) == 1);
        assertThat(other.claim(id)).isPresent();
    }
}
