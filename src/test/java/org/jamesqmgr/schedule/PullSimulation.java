/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;

/**
 * A world around the scheduler: a store with messages, claims that take several steps, consumers
 * that end what they got at any time. After every event the promises of the scheduler are checked.
 */
final class PullSimulation {

    /** A claim under way; one that found nothing tells so only at its next step. */
    private static final class Flight {
        private final Decision decision;
        private int left;
        private int recipientsLeft;
        private boolean dry;

        private Flight(Decision decision, int left, int recipientsLeft) {
            this.decision = decision;
            this.left = left;
            this.recipientsLeft = recipientsLeft;
        }
    }

    private record Active(TransportName transport, int recipients, boolean suspect) {}

    private final ActiveLimits limits;
    private final PullScheduler scheduler;
    private final Map<TransportName, Deque<Integer>> stock = new HashMap<>();
    private final Map<SubscriberId, Long> demand = new LinkedHashMap<>();
    private final Map<SubscriberId, Flight> flights = new LinkedHashMap<>();
    private final List<Active> active = new ArrayList<>();
    private final Set<QueueId> suspects = new HashSet<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Instant lastTrial = Instant.MIN;
    private long numbers;

    PullSimulation(ActiveLimits limits) {
        this.limits = limits;
        this.scheduler = new PullScheduler(limits);
    }

    void subscribe(TransportName transport) {
        SubscriberId id = new SubscriberId(transport, ++numbers);
        demand.put(id, 0L);
        scheduler.subscribed(id);
        decide();
    }

    void request(int which, int more) {
        pick(demand.keySet(), which)
                .forEach(
                        id -> {
                            demand.merge(id, (long) more, Long::sum);
                            scheduler.demanded(id, more);
                        });
        decide();
    }

    void cancel(int which) {
        pick(demand.keySet(), which)
                .forEach(
                        id -> {
                            demand.remove(id);
                            scheduler.cancelled(id);
                        });
        decide();
    }

    void accept(TransportName transport, int recipients) {
        stock.computeIfAbsent(transport, name -> new ArrayDeque<>()).add(recipients);
        scheduler.available(transport);
        decide();
    }

    void suspect(TransportName transport) {
        QueueId id = new QueueId(++numbers, 0);
        suspects.add(id);
        scheduler.suspectFound(id, transport);
        decide();
    }

    /** One claim gets a message, finds nothing, or tells what it found. */
    void step(int which) {
        pick(flights.values(), which).forEach(this::step);
        decide();
    }

    void fail(int which) {
        pick(flights.values(), which)
                .forEach(
                        flight -> {
                            flights.remove(flight.decision.subscriber());
                            flight.decision.<Boolean>fold(
                                    claim -> true, claim -> suspects.add(claim.id()));
                            scheduler.claimFailed(flight.decision.subscriber(), now);
                        });
        decide();
    }

    void end(int which) {
        pick(active, which)
                .forEach(
                        message -> {
                            active.remove(message);
                            scheduler.ended(message.transport(), message.recipients());
                        });
        decide();
    }

    void pass(Duration time) {
        now = now.plus(time);
        decide();
    }

    /** Everybody finishes what he has begun, and time passes, until nothing happens any more. */
    void settle() {
        for (int i = 0; i < 20; i++) {
            while (!flights.isEmpty() || !active.isEmpty()) {
                while (!flights.isEmpty()) {
                    step(0);
                }
                end(0);
            }
            pass(Duration.ofMinutes(1));
        }
    }

    /** What is left where somebody still wants it: nothing, if no news were lost. */
    int forgotten() {
        return demand.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .mapToInt(entry -> stockOf(entry.getKey().transport()).size())
                .sum();
    }

    private void step(Flight flight) {
        SubscriberId id = flight.decision.subscriber();
        Deque<Integer> messages = stockOf(id.transport());
        boolean suspect = flight.decision.fold(claim -> false, claim -> true);
        if (flight.dry || flight.left == 0 || (flight.recipientsLeft <= 0 && !suspect)) {
            flights.remove(id);
            scheduler.claimFinished(id, flight.dry);
        } else if (suspect) {
            take(flight, 1, true);
        } else if (messages.isEmpty()) {
            flight.dry = true;
        } else {
            take(flight, messages.remove(), false);
        }
    }

    private void take(Flight flight, int recipients, boolean suspect) {
        SubscriberId id = flight.decision.subscriber();
        flight.left--;
        flight.recipientsLeft -= recipients;
        demand.computeIfPresent(id, (subscriber, wanted) -> wanted - 1);
        active.add(new Active(id.transport(), recipients, suspect));
        scheduler.claimed(id, recipients);
        check();
    }

    private void decide() {
        for (Decision decision : scheduler.decide(now)) {
            assertThat(flights).doesNotContainKey(decision.subscriber());
            assertThat(demand).containsKey(decision.subscriber());
            flights.put(decision.subscriber(), decision.fold(this::fly, this::fly));
        }
        check();
    }

    private Flight fly(Decision.Claim claim) {
        assertThat((long) claim.max()).isBetween(1L, demand.get(claim.subscriber()));
        assertThat(claim.recipients()).isPositive();
        if (now.isBefore(lastTrial.plus(SuspectTrial.PATIENCE))) {
            assertThat(active).noneMatch(Active::suspect);
        }
        return new Flight(claim, claim.max(), claim.recipients());
    }

    private Flight fly(Decision.ClaimSuspect claim) {
        assertThat(active).as("a suspect is tried alone").isEmpty();
        assertThat(flights).as("a suspect is tried alone").isEmpty();
        assertThat(suspects.remove(claim.id())).isTrue();
        lastTrial = now;
        return new Flight(claim, 1, 0);
    }

    private void check() {
        checkLoad(active, List.copyOf(flights.values()), limits);
        stock.keySet()
                .forEach(
                        name ->
                                checkLoad(
                                        active.stream()
                                                .filter(one -> one.transport().equals(name))
                                                .toList(),
                                        flights.values().stream()
                                                .filter(
                                                        one ->
                                                                one.decision
                                                                        .subscriber()
                                                                        .transport()
                                                                        .equals(name))
                                                .toList(),
                                        limits.share()));
    }

    private static void checkLoad(List<Active> work, List<Flight> claims, ActiveLimits bound) {
        int promised = claims.stream().mapToInt(claim -> claim.left).sum();
        assertThat(work.size() + promised).isLessThanOrEqualTo(bound.messages());
    }

    private Deque<Integer> stockOf(TransportName transport) {
        return stock.getOrDefault(transport, new ArrayDeque<>());
    }

    private static <T> List<T> pick(Iterable<T> all, int which) {
        List<T> list = new ArrayList<>();
        all.forEach(list::add);
        return list.isEmpty() ? List.of() : List.of(list.get(which % list.size()));
    }
}
