/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.engine.HandOver.Start;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.ActiveLimits;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mail that goes on in its own file, from a consumer to a push transport. */
class GoingOnTest extends QueueManagerFixture {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final TransportName NOWHERE = new TransportName("nowhere");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestAgent agent = new TestAgent(clock);
    private final AtomicReference<TransportName> route = new AtomicReference<>(SMTP);
    private final AtomicReference<Error> defect = new AtomicReference<>();

    private void deliver(Set<TransportName> deferTransports) {
        start();
        DeliveryPlan plan =
                DeliveryPlan.of(
                        List.of(new PushTransport(SMTP, TransportLimits.defaults(), agent)),
                        (envelope, to) -> {
                            if (defect.get() != null) {
                                throw defect.get();
                            }
                            return new Destination(route.get(), to.getDomain().asString());
                        },
                        new RecordingFollowUp());
        queueManager.startDelivery(plan.withDeferTransports(deferTransports));
    }

    /** Hands everything on to the push transport; what comes of it is known when that was said. */
    private List<CompletableFuture<Void>> handOn(int messages) throws Exception {
        List<CompletableFuture<Void>> ends = new CopyOnWriteArrayList<>();
        subscribe(
                message -> {
                    CompletableFuture<Void> end = new CompletableFuture<>();
                    try {
                        message.complete(List.of(successor(message)));
                        end.complete(null);
                    } catch (Exception | Error e) {
                        end.completeExceptionally(e);
                    }
                    ends.add(end);
                },
                Long.MAX_VALUE);
        submit(messages);
        await().atMost(SOON).until(() -> ends.size() == messages);
        return ends;
    }

    private HandOver successor(PulledMessage message) {
        Envelope envelope =
                EnvelopeBuilder.mail(SMTP, clock.instant()).to("someone@remote.example").build();
        return new HandOver(
                envelope,
                out -> message.content().open().transferTo(out),
                Optional.of(DerivedContent.SAME),
                () -> Provenance.UNKNOWN,
                Start.READY,
                "");
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).untilAsserted(assertion);
    }

    private void allDeferred(int messages) {
        soon(
                () ->
                        assertThat(memory.list(SMTP))
                                .hasSize(messages)
                                .allMatch(message -> message.queue() == QueueName.DEFERRED));
    }

    @Test
    void whatCanBeDeliveredShouldBe() throws Exception {
        deliver(Set.of());

        assertThat(handOn(20)).allMatch(end -> !end.isCompletedExceptionally());

        soon(() -> assertThat(agent.requests()).hasSize(20));
        soon(() -> assertThat(queueManager.inWork()).isEmpty());
    }

    @Test
    @Tag("D8")
    void mailOfADeferredTransportShouldWaitInDeferred() throws Exception {
        deliver(Set.of(SMTP));

        assertThat(handOn(3)).allMatch(end -> !end.isCompletedExceptionally());

        allDeferred(3);
        soon(() -> assertThat(queueManager.inWork()).isEmpty());
    }

    @Test
    void mailThatNobodyDeliversShouldWaitAndTakeNoRoom() throws Exception {
        route.set(NOWHERE);
        settings = settings.withLimits(new ActiveLimits(8, 100));
        deliver(Set.of());

        assertThat(handOn(20)).allMatch(end -> !end.isCompletedExceptionally());

        allDeferred(20);
        soon(() -> assertThat(queueManager.inWork()).isEmpty());
        assertThat(queueManager.drain(SOON)).isZero();
    }

    @Test
    void aDefectInTheRouterShouldLeaveNothingInWork() throws Exception {
        defect.set(new NoClassDefFoundError("on purpose"));
        settings = settings.withLimits(new ActiveLimits(8, 100));
        deliver(Set.of());

        assertThat(handOn(20)).allMatch(end -> !end.isCompletedExceptionally());

        allDeferred(20);
        soon(() -> assertThat(queueManager.inWork()).isEmpty());
    }
}
