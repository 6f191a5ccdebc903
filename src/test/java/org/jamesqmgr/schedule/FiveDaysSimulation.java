/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.schedule.DeliveryWorld.REFUSED;
import static org.jamesqmgr.schedule.DeliveryWorld.SMTP;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.Lanes;

/**
 * A mail server in a world of events: mail comes in, is claimed when the scheduler asks for it, tried
 * when it says so, and deferred by {@link RetrySchedule} until the queue run after its next attempt.
 */
final class FiveDaysSimulation {

    static final Duration QUEUE_RUN_DELAY = Duration.ofSeconds(1000);

    /** How a destination is: how long a delivery takes, and from when to when it is down. */
    record Site(Duration takes, Instant downFrom, Instant downUntil) {

        private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

        boolean down(Instant now) {
            return !now.isBefore(downFrom) && now.isBefore(downUntil);
        }

        Duration takes(Instant now) {
            return down(now) ? CONNECT_TIMEOUT : takes;
        }
    }

    /** A message for one destination, which is its lane. */
    static final class Mail {
        final QueueId id;
        final int site;
        final Instant created;
        Instant due;
        Instant ended = Instant.MAX;
        boolean expired;
        int attempts;
        Duration latest = Duration.ZERO;

        Mail(QueueId id, int site, Instant created) {
            this.id = id;
            this.site = site;
            this.created = created;
            this.due = created;
        }
    }

    private record Event(Instant at, long number, Runnable what) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final List<Site> sites;
    private final RetrySchedule retries = RetrySchedule.defaults();
    private final DeliveryScheduler scheduler =
            new DeliveryScheduler(
                    ActiveLimits.defaults(),
                    RetrySchedule.defaults().minimalBackoff(),
                    Map.of(SMTP, TransportLimits.defaults()));
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final PriorityQueue<Mail> deferred =
            new PriorityQueue<>((a, b) -> a.due.compareTo(b.due));
    private final Map<Integer, Deque<Mail>> due = new LinkedHashMap<>();
    private final Map<QueueId, Mail> active = new HashMap<>();
    private final List<Mail> all = new ArrayList<>();
    private final Map<Integer, Integer> connections = new HashMap<>();
    private Instant now;
    private Instant woken = Instant.MAX;
    private int promised;
    private int open;
    private long numbers;

    FiveDaysSimulation(List<Site> sites, Instant start) {
        this.sites = List.copyOf(sites);
        this.now = start;
    }

    void accept(int site, Instant at) {
        open++;
        events.add(
                new Event(
                        at,
                        ++numbers,
                        () -> {
                            Mail mail = new Mail(new QueueId(++numbers, 0), site, now);
                            all.add(mail);
                            toBeClaimed(mail);
                        }));
    }

    /** Until every message has ended. */
    List<Mail> run() {
        after(QUEUE_RUN_DELAY, this::queueRun);
        while (open > 0) {
            Event event = events.remove();
            now = event.at();
            event.what().run();
            claim();
            scheduler.decide(now).forEach(action -> action.accept(new Agent()));
            wakeUp();
        }
        assertThat(scheduler.destinations()).allMatch(state -> state.deadUntil().isPresent());
        return all;
    }

    /** How often a connection to this site was tried. */
    int connections(int site) {
        return connections.getOrDefault(site, 0);
    }

    private void queueRun() {
        while (!deferred.isEmpty() && !deferred.peek().due.isAfter(now)) {
            toBeClaimed(deferred.remove());
        }
        after(QUEUE_RUN_DELAY, this::queueRun);
    }

    private void toBeClaimed(Mail mail) {
        due.computeIfAbsent(mail.site, none -> new ArrayDeque<>()).add(mail);
    }

    private void claim() {
        promised += scheduler.request(SMTP);
        while (promised > 0) {
            Lanes lanes = scheduler.closedLanes(SMTP);
            Optional<Integer> lane = due.keySet().stream().filter(lanes::open).findFirst();
            if (lane.isEmpty()) {
                return;
            }
            activate(take(lane.orElseThrow()));
            promised += scheduler.request(SMTP);
        }
    }

    private Mail take(int lane) {
        Deque<Mail> mails = due.get(lane);
        Mail mail = mails.removeFirst();
        if (mails.isEmpty()) {
            due.remove(lane);
        }
        return mail;
    }

    private void activate(Mail mail) {
        promised--;
        String host = "host" + mail.site + ".example";
        ActiveMessage message =
                new ActiveMessage(
                        mail.id,
                        SMTP,
                        mail.site,
                        Map.of(new Destination(SMTP, host), DeliveryWorld.recipients(1, host)));
        if (scheduler.activated(message, now)) {
            assertThat(active.put(mail.id, mail)).isNull();
        } else {
            due.computeIfAbsent(mail.site, none -> new ArrayDeque<>()).addFirst(mail);
        }
    }

    private void wakeUp() {
        scheduler
                .nextTimer()
                .filter(timer -> !woken.equals(timer))
                .ifPresent(
                        timer -> {
                            woken = timer;
                            events.add(new Event(timer, ++numbers, () -> {}));
                        });
    }

    private void ended(QueueEntry entry, boolean delivered, boolean connected) {
        boolean failed = connected && !delivered;
        assertThat(scheduler.ended(entry, failed ? Optional.of(REFUSED) : Optional.empty(), now))
                .isTrue();
        Mail mail = active.remove(entry.message());
        mail.attempts++;
        mail.latest = max(mail.latest, Duration.between(mail.due, now));
        mail.expired = !delivered && retries.expired(mail.created, now);
        if (delivered || mail.expired) {
            mail.ended = now;
            open--;
        } else {
            mail.due = retries.nextAttempt(mail.created, now);
            deferred.add(mail);
        }
    }

    private void after(Duration time, Runnable what) {
        events.add(new Event(now.plus(time), ++numbers, what));
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private final class Agent implements Action.Visitor {

        @Override
        public void deliver(Action.Deliver action) {
            Mail mail = active.get(action.entry().message());
            assertThat(mail.due).as("not before its time").isBeforeOrEqualTo(now);
            Site site = sites.get(mail.site);
            connections.merge(mail.site, 1, Integer::sum);
            boolean delivered = !site.down(now);
            after(site.takes(now), () -> ended(action.entry(), delivered, true));
        }

        @Override
        public void suspend(Action.Suspend action) {
            ended(action.entry(), false, false);
        }

        @Override
        public void died(Action.Died action) {}

        @Override
        public void revived(Action.Revived action) {}

        @Override
        public void clogs(Action.Clogs action) {}
    }
}
