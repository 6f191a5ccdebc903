/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.james.core.healthcheck.Result;
import org.apache.james.metrics.api.Gauge;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.jamesqmgr.admin.Clogs;
import org.jamesqmgr.admin.HealthInspector;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.Unwired;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.Transports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the watching of the server is told: gauges, and the health check. */
@Tag("X6")
class QueueGaugesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final TransportName SMTP = new TransportName("smtp");

    private final SettableClock clock = new SettableClock(NOW);
    private final MemoryMessageStore memory = new MemoryMessageStore(clock);
    private final FailingMessageStore store = new FailingMessageStore(memory);
    private final Clogs clogs = new Clogs(clock);
    private final Gauges registry = new Gauges();
    private QmgrMailQueueFactory factory;
    private QueueAdmin admin;

    /** Keeps the gauges, to be asked as at a scrape. */
    private static final class Gauges implements GaugeRegistry {

        private final Map<String, Gauge<?>> gauges = new TreeMap<>();

        @Override
        public <T> GaugeRegistry register(String name, Gauge<T> gauge) {
            gauges.put(name, gauge);
            return this;
        }

        @Override
        public <T> SettableGauge<T> settableGauge(String name) {
            throw new UnsupportedOperationException(name);
        }

        long value(String name) {
            return ((Number) gauges.get("qmgr." + name).get()).longValue();
        }
    }

    @BeforeEach
    void start() {
        QueueManager queueManager =
                QueueManager.start(
                        store,
                        EngineSettings.defaults().withStopTimeout(Duration.ZERO),
                        clock,
                        clogs);
        factory =
                new QmgrMailQueueFactory(
                        queueManager,
                        store,
                        new Transports(Map.of(SMTP, AgentKind.SMTP)),
                        new RawMailQueueItemDecoratorFactory(),
                        new RecordingMetricFactory(),
                        registry,
                        clock);
        factory.createQueue(MailQueueName.of("smtp"));
        admin =
                new QueueAdmin(
                        queueManager,
                        store,
                        new PipelineEntrance("mail.example", ZoneOffset.UTC),
                        clock);
        new QueueGauges(admin, clogs, factory, registry, clock).register();
    }

    @AfterEach
    void stop() {
        store.fail(false);
        factory.stop();
    }

    @Test
    void queuesShouldBeMeasuredAsAWholeAndForEachTransport() throws Exception {
        accept("smtp");
        memory.hold(accept("smtp"), "for a look");
        accept("other");
        clock.pass(Duration.ofSeconds(60));

        assertThat(registry.value("messages.incoming")).isEqualTo(2);
        assertThat(registry.value("messages.hold")).isEqualTo(1);
        assertThat(registry.value("messages.incoming.smtp")).isEqualTo(1);
        assertThat(registry.value("messages.hold.smtp")).isEqualTo(1);
        assertThat(registry.value("bytes.incoming")).isEqualTo(2 * 1024);
        assertThat(registry.value("bytes.incoming.smtp")).isEqualTo(1024);
        assertThat(registry.value("oldest_seconds.incoming.smtp")).isEqualTo(60);
        assertThat(registry.value("oldest_seconds.deferred")).isZero();
    }

    @Test
    void aTransportShouldGetItsGaugesWhenItIsFirstSeen() throws Exception {
        accept("later");
        clock.pass(Duration.ofSeconds(10));

        registry.value("bytes.incoming");

        assertThat(registry.value("messages.incoming.later")).isEqualTo(1);
    }

    @Test
    void aScrapeShouldLookAtTheQueuesOnce() throws Exception {
        clock.pass(Duration.ofSeconds(10));
        assertThat(registry.value("bytes.incoming")).isZero();
        accept("smtp");

        clock.pass(Duration.ofSeconds(9));
        assertThat(registry.value("bytes.incoming")).isZero();

        clock.pass(Duration.ofSeconds(1));
        assertThat(registry.value("bytes.incoming")).isEqualTo(1024);
    }

    @Test
    void gaugesShouldStandWhileTheStoreFails() throws Exception {
        accept("smtp");
        clock.pass(Duration.ofSeconds(10));
        assertThat(registry.value("bytes.incoming")).isEqualTo(1024);
        store.fail(true);
        clock.pass(Duration.ofSeconds(10));

        assertThat(registry.value("bytes.incoming")).isEqualTo(1024);
    }

    @Test
    @Tag("A10")
    void whatIsStoppedByHandShouldBeSeen() throws Exception {
        assertThat(registry.value("suspensions")).isZero();
        assertThat(registry.value("draining")).isZero();

        admin.suspend(Suspension.EVERYTHING);
        admin.drain(true);

        assertThat(registry.value("suspensions")).isEqualTo(1);
        assertThat(registry.value("draining")).isEqualTo(1);
        assertThat(health().getStatus().getValue()).isEqualTo("degraded");
        assertThat(health().getCause())
                .hasValue(
                        "the queues are being drained: new mail is refused; suspended by hand: all");
    }

    @Test
    void aClogShouldBeSeenWhileItLasts() {
        clogs.destinationClogs(new Destination(SMTP, "big.example"), 4000);

        assertThat(registry.value("destinations.clogging")).isEqualTo(1);
        assertThat(health().getCause())
                .hasValueSatisfying(cause -> assertThat(cause).contains("smtp:big.example clogs"));

        clock.pass(Duration.ofMinutes(6));
        assertThat(registry.value("destinations.clogging")).isZero();
        assertThat(health().getStatus().getValue()).isEqualTo("healthy");
    }

    @Test
    @Tag("A9")
    void aDamagedMessageShouldBeSeen() throws Exception {
        QueueId id = accept("smtp");
        memory.damage(id);
        memory.claim(id);

        assertThat(registry.value("messages.corrupt")).isEqualTo(1);
        assertThat(health().getCause()).hasValue("damaged messages kept in the corrupt queue: 1");
    }

    private Result health() {
        HealthInspector inspector =
                new HealthInspector(admin, clogs, FreeSpace.UNLIMITED, new Unwired(List.of()));
        return Mono.from(new QmgrHealthCheck(inspector).check()).block();
    }

    private QueueId accept(String transport) throws Exception {
        return memory.accept(
                EnvelopeBuilder.mail(new TransportName(transport), clock.instant()).build(),
                out -> out.write('x'));
    }
}
