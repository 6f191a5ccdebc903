/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.james.metrics.api.GaugeRegistry;
import org.jamesqmgr.admin.Clogs;
import org.jamesqmgr.admin.DestinationView;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueTotal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full the queues are, for whoever watches James's metrics:
 *
 * <pre>
 *   qmgr.messages.deferred            and of each transport: qmgr.messages.deferred.smtp
 *   qmgr.bytes.deferred               likewise
 *   qmgr.oldest_seconds.deferred      likewise; since the oldest was taken, 0 if there is none
 *   qmgr.in_work.smtp                 messages being worked on
 *   qmgr.destinations.dead            and ready, resting, suspended; clogging: full of the active queue
 *   qmgr.suspensions                  what is suspended by hand
 *   qmgr.draining, qmgr.store_trouble 1 or 0
 * </pre>
 *
 * All are asked at each scrape, so what costs a look at all queues is up to ten seconds old.
 * Transports get gauges when they are first seen, and keep them. Safe for use by any thread.
 */
public final class QueueGauges {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueGauges.class);

    private static final String PREFIX = "qmgr.";
    private static final Duration LASTS = Duration.ofSeconds(10);
    private static final List<String> STATES = List.of("ready", "dead", "resting", "suspended");

    private final QueueAdmin admin;
    private final Clogs clogs;
    private final QmgrMailQueueFactory queues;
    private final GaugeRegistry registry;
    private final Clock clock;

    @GuardedBy("this")
    private final Set<TransportName> known = new HashSet<>();

    @GuardedBy("this")
    private Look last = new Look(Instant.MIN, List.of(), Map.of(), List.of());

    private record Look(
            Instant time,
            List<QueueTotal> totals,
            Map<TransportName, Integer> inWork,
            List<String> destinations) {

        boolean stale(Instant now) {
            return now.isBefore(time) || !now.isBefore(time.plus(LASTS));
        }

        Stream<QueueTotal> totals(Predicate<QueueTotal> wanted) {
            return totals.stream().filter(wanted);
        }
    }

    @Inject
    public QueueGauges(
            QueueAdmin admin,
            Clogs clogs,
            QmgrMailQueueFactory queues,
            GaugeRegistry registry,
            Clock clock) {
        this.admin = admin;
        this.clogs = clogs;
        this.queues = queues;
        this.registry = registry;
        this.clock = clock;
    }

    /** Makes the gauges known; to be called once, when the transports are. */
    public void register() {
        for (QueueName queue : QueueName.values()) {
            register("messages." + queue.asString(), () -> admin.counts().getOrDefault(queue, 0L));
            if (queue != QueueName.CORRUPT) {
                registerSums(queue.asString(), total -> total.queue() == queue);
            }
        }
        STATES.forEach(state -> register("destinations." + state, () -> destinations(state)));
        register("destinations.clogging", () -> clogs.now().size());
        register("suspensions", () -> admin.suspensions().size());
        register("draining", () -> admin.draining() ? 1 : 0);
        register("store_trouble", () -> admin.storeTrouble().isPresent() ? 1 : 0);
        look();
    }

    private void registerSums(String name, Predicate<QueueTotal> wanted) {
        register("bytes." + name, () -> sum(wanted, QueueTotal::bytes));
        register("oldest_seconds." + name, () -> oldest(wanted));
    }

    private void register(TransportName transport) {
        register("in_work." + transport, () -> look().inWork().getOrDefault(transport, 0));
        for (QueueName queue : QueueName.values()) {
            if (queue != QueueName.CORRUPT) {
                Predicate<QueueTotal> wanted =
                        total -> total.queue() == queue && total.transport().equals(transport);
                String name = queue.asString() + "." + transport;
                register("messages." + name, () -> sum(wanted, QueueTotal::messages));
                registerSums(name, wanted);
            }
        }
    }

    private void register(String name, Supplier<? extends Number> value) {
        registry.register(PREFIX + name, value::get);
    }

    private long sum(Predicate<QueueTotal> wanted, Function<QueueTotal, Long> number) {
        return look().totals(wanted).mapToLong(number::apply).sum();
    }

    private long oldest(Predicate<QueueTotal> wanted) {
        Instant now = clock.instant();
        return look().totals(wanted)
                .map(QueueTotal::oldest)
                .min(Instant::compareTo)
                .map(oldest -> Math.max(0, Duration.between(oldest, now).toSeconds()))
                .orElse(0L);
    }

    private long destinations(String state) {
        return look().destinations().stream().filter(state::equals).count();
    }

    /** The last look at the queues, or a new one; if the store fails, the last one all the same. */
    private synchronized Look look() {
        Instant now = clock.instant();
        if (last.stale(now)) {
            last = new Look(now, totals(), admin.inWork(), states());
            registerNew(transports());
            registerNew(last.totals().stream().map(QueueTotal::transport));
        }
        return last;
    }

    @GuardedBy("this")
    private void registerNew(Stream<TransportName> seen) {
        for (TransportName transport : seen.toList()) {
            if (known.add(transport)) {
                register(transport);
            }
        }
    }

    @GuardedBy("this")
    private List<QueueTotal> totals() {
        try {
            return admin.totals();
        } catch (MessageStoreException e) {
            LOGGER.debug("the queues cannot be measured", e);
            return last.totals();
        }
    }

    private Stream<TransportName> transports() {
        return queues.listCreatedMailQueues().stream()
                .map(name -> new TransportName(name.asString()));
    }

    private List<String> states() {
        return admin.destinations().stream().map(DestinationView::state).toList();
    }
}
