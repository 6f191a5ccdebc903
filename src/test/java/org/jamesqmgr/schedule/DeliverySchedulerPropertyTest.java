/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.schedule.DeliveryWorld.LOCAL;
import static org.jamesqmgr.schedule.DeliveryWorld.SMTP;
import static org.jamesqmgr.schedule.DeliveryWorld.recipients;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.ConcurrencyFeedback.Divisor;

/** What holds in every history; {@link DeliveryWorld} checks much of it with each order. */
class DeliverySchedulerPropertyTest {

    private static final List<TransportName> TRANSPORTS = List.of(SMTP, LOCAL);

    @Property(tries = 500)
    @Tag("T1")
    @Tag("T2")
    @Tag("T4")
    @Tag("Q5")
    void noHistoryShouldBreakALimitOrStarveAnybody(
            @ForAll @Size(max = 300) List<@IntRange(max = 99_999) Integer> events,
            @ForAll @IntRange(min = 1, max = 60) int active,
            @ForAll @IntRange(max = 9_999) int limits,
            @ForAll boolean oneDestinationEach) {
        History history = new History(active, limits, oneDestinationEach);

        events.forEach(event -> history.play(event % 12, event / 12));
        history.settle();

        assertThat(history.world.openMessages()).isZero();
        assertThat(history.world.scheduler.destinations()).isEmpty();
        assertThat(history.world.scheduler.closedLanes(SMTP).closed()).isEmpty();
    }

    /** One of them, with what was promised and is held. */
    private static final class History {

        private final DeliveryWorld world;
        private final ActiveLimits active;
        private final boolean oneDestinationEach;
        private final Map<TransportName, Integer> promised = new HashMap<>();
        private final Map<QueueId, TransportName> held = new LinkedHashMap<>();
        private int messages;

        private History(int messages, int limits, boolean oneDestinationEach) {
            this.active = new ActiveLimits(messages, 1000);
            this.oneDestinationEach = oneDestinationEach;
            this.world =
                    new DeliveryWorld(
                            active, Map.of(SMTP, limits(limits), LOCAL, limits(limits / 7)));
        }

        private static TransportLimits limits(int seed) {
            Divisor[] divisors = Divisor.values();
            return new TransportLimits(
                    1 + seed % 9,
                    1 + seed % 6,
                    seed % 5,
                    seed % 4,
                    new ConcurrencyFeedback(1, divisors[seed % 3]),
                    new ConcurrencyFeedback(1, divisors[seed / 3 % 3]),
                    seed % 6 == 1 ? 3 : seed % 6,
                    Duration.ofSeconds(seed % 7 == 0 ? 2 : 0));
        }

        private void play(int event, int detail) {
            TransportName transport = TRANSPORTS.get(detail % TRANSPORTS.size());
            switch (event) {
                case 0, 1 -> request(transport);
                case 2, 3, 4 -> come(transport, detail / 2);
                case 5, 6 -> end(detail, false);
                case 7, 8 -> end(detail, true);
                case 9 -> world.pass(Duration.ofMillis(detail));
                case 10 -> world.pass(Duration.ofHours(detail % 2 == 0 ? 1 : -1));
                default -> revive(detail);
            }
            world.decide();
            check();
        }

        private void request(TransportName transport) {
            promised.merge(transport, world.scheduler.request(transport), Integer::sum);
        }

        private void come(TransportName transport, int detail) {
            if (promised.getOrDefault(transport, 0) == 0) {
                return;
            }
            promised.merge(transport, -1, Integer::sum);
            QueueId id = new QueueId(++messages, 0);
            boolean admitted =
                    world.activate(
                            new ActiveMessage(
                                    id, transport, detail % 5, somebody(transport, detail)));
            if (admitted) {
                held.put(id, transport);
            }
        }

        private Map<Destination, List<MailAddress>> somebody(TransportName transport, int detail) {
            Map<Destination, List<MailAddress>> somebody = new LinkedHashMap<>();
            int destinations = oneDestinationEach ? 1 : 1 + detail / 7 % 20;
            for (int i = 0; i < destinations; i++) {
                String host = "host" + (detail + i) % 23;
                int count = oneDestinationEach ? 1 : 1 + (detail + i) % 11;
                somebody.put(new Destination(transport, host), recipients(count, host));
            }
            return somebody;
        }

        private void end(int which, boolean failed) {
            List<QueueEntry> delivering = world.delivering();
            if (!delivering.isEmpty()) {
                QueueEntry entry = delivering.get(which % delivering.size());
                ended(entry, failed ? world.fail(entry) : world.succeed(entry));
            }
            world.suspended().stream().limit(which % 3).forEach(this::endSuspended);
        }

        private void endSuspended(QueueEntry entry) {
            ended(entry, world.end(entry, Optional.empty()));
        }

        private void ended(QueueEntry entry, boolean last) {
            if (last) {
                held.remove(entry.message());
            }
        }

        private void revive(int detail) {
            if (detail % 2 == 0) {
                world.scheduler.revive();
            } else {
                world.scheduler.revive(new Destination(SMTP, "host" + detail % 23));
            }
        }

        private void check() {
            int all = held.size() + sum(promised);
            assertThat(all).isLessThanOrEqualTo(Math.max(2, active.messages() * 3 / 4));
            for (TransportName transport : TRANSPORTS) {
                long own = held.values().stream().filter(transport::equals).count();
                assertThat(own + promised.getOrDefault(transport, 0))
                        .isLessThanOrEqualTo(active.share().messages());
            }
            if (oneDestinationEach) {
                assertThat(world.scheduler.destinations())
                        .allMatch(
                                state ->
                                        state.busy() + state.waiting()
                                                        <= Math.max(1, active.messages() / 5)
                                                || state.deadUntil().isPresent());
            }
        }

        private static int sum(Map<TransportName, Integer> numbers) {
            return numbers.values().stream().mapToInt(number -> number).sum();
        }

        /** Everything ends, and then all waits. */
        private void settle() {
            while (world.openMessages() > 0 || world.scheduler.nextTimer().isPresent()) {
                world.decide();
                assertThat(world.openMessages() == 0 || somethingGoesOn()).isTrue();
                world.delivering().forEach(entry -> ended(entry, world.succeed(entry)));
                world.suspended().forEach(this::endSuspended);
                world.now = world.scheduler.nextTimer().orElse(world.now);
            }
        }

        private boolean somethingGoesOn() {
            return !world.delivering().isEmpty()
                    || !world.suspended().isEmpty()
                    || world.scheduler.nextTimer().isPresent();
        }
    }
}
