/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;

/**
 * A world around the scheduler: messages by number, deliveries that end when they are told to, a
 * clock that is set. It writes down what the scheduler orders, and checks with every order that no
 * limit is exceeded and nothing is ordered or ended twice.
 */
final class DeliveryWorld {

    static final TransportName SMTP = new TransportName("smtp");
    static final TransportName LOCAL = new TransportName("local");
    static final DeliveryStatus REFUSED =
            DeliveryStatus.local("4.4.1", "connect to mx.example: Connection refused");

    private final Map<TransportName, TransportLimits> limits;
    private final Map<Long, QueueEntry> delivering = new LinkedHashMap<>();
    private final Map<Long, QueueEntry> suspended = new LinkedHashMap<>();
    private final Map<QueueId, Integer> openEntries = new HashMap<>();
    private final Map<TransportName, Integer> busy = new HashMap<>();
    private final Map<Destination, Integer> busyAt = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    final DeliveryScheduler scheduler;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    DeliveryWorld(ActiveLimits active, Map<TransportName, TransportLimits> limits) {
        this(active, Duration.ofSeconds(1000), limits);
    }

    DeliveryWorld(
            ActiveLimits active, Duration deadTime, Map<TransportName, TransportLimits> limits) {
        this.limits = limits;
        this.scheduler = new DeliveryScheduler(active, deadTime, limits);
    }

    /** With Postfix's defaults for transport smtp. */
    static DeliveryWorld withDefaults() {
        return of(TransportLimits.defaults());
    }

    static DeliveryWorld of(TransportLimits smtp) {
        return new DeliveryWorld(ActiveLimits.defaults(), Map.of(SMTP, smtp));
    }

    static Destination smtp(String nexthop) {
        return new Destination(SMTP, nexthop);
    }

    static List<MailAddress> recipients(int count, String domain) {
        return IntStream.range(0, count).mapToObj(i -> address("user" + i, domain)).toList();
    }

    static MailAddress address(String user, String domain) {
        try {
            return new MailAddress(user, domain);
        } catch (AddressException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A message with one recipient at each. */
    boolean activate(int number, String... nexthops) {
        Map<Destination, List<MailAddress>> recipients = new LinkedHashMap<>();
        for (String nexthop : nexthops) {
            recipients.put(smtp(nexthop), recipients(1, nexthop));
        }
        return activate(number, recipients);
    }

    /** A message with many recipients at one. */
    boolean activateMany(int number, int recipients, String nexthop) {
        return activate(number, Map.of(smtp(nexthop), recipients(recipients, nexthop)));
    }

    boolean activate(int number, Map<Destination, List<MailAddress>> recipients) {
        return activate(
                new ActiveMessage(
                        new QueueId(number, 0),
                        SMTP,
                        recipients.keySet().iterator().next().nexthop().hashCode() & 0xffff,
                        recipients));
    }

    boolean activate(ActiveMessage message) {
        boolean admitted = scheduler.activated(message, now);
        if (admitted) {
            assertThat(openEntries.put(message.id(), entries(message))).isNull();
        }
        return admitted;
    }

    /** Carries out what is to be done, and tells it: {@code 1 a.example} is a delivery of message 1. */
    List<String> decide() {
        log.clear();
        scheduler.decide(now).forEach(action -> action.accept(new Clerk()));
        return List.copyOf(log);
    }

    boolean succeed(QueueEntry entry) {
        return end(entry, Optional.empty());
    }

    boolean fail(QueueEntry entry) {
        return end(entry, Optional.of(REFUSED));
    }

    boolean end(QueueEntry entry, Optional<DeliveryStatus> siteFailure) {
        if (delivering.remove(entry.number()) != null) {
            busy.merge(entry.destination().transport(), -1, Integer::sum);
            busyAt.merge(entry.destination(), -1, Integer::sum);
        } else {
            assertThat(suspended.remove(entry.number())).isNotNull();
        }
        int left = openEntries.merge(entry.message(), -1, Integer::sum);
        boolean last = scheduler.ended(entry, siteFailure, now);
        assertThat(last).as("last entry of %s", entry.message()).isEqualTo(left == 0);
        if (last) {
            openEntries.remove(entry.message());
        }
        return last;
    }

    /** The first that is being delivered there. */
    QueueEntry deliveryTo(String nexthop) {
        return delivering.values().stream()
                .filter(entry -> entry.destination().nexthop().equals(nexthop))
                .findFirst()
                .orElseThrow();
    }

    void succeedAt(String nexthop) {
        succeed(deliveryTo(nexthop));
    }

    void failAt(String nexthop) {
        fail(deliveryTo(nexthop));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    List<QueueEntry> delivering() {
        return List.copyOf(delivering.values());
    }

    List<QueueEntry> suspended() {
        return List.copyOf(suspended.values());
    }

    int openMessages() {
        return openEntries.size();
    }

    Optional<DestinationState> state(String nexthop) {
        return scheduler.destinations().stream()
                .filter(state -> state.destination().nexthop().equals(nexthop))
                .findFirst();
    }

    private int entries(ActiveMessage message) {
        return message.recipients().entrySet().stream()
                .mapToInt(
                        part -> {
                            int limit = limits(part.getKey().transport()).recipientLimit();
                            int count = part.getValue().size();
                            return limit == 0 ? 1 : (count + limit - 1) / limit;
                        })
                .sum();
    }

    private TransportLimits limits(TransportName transport) {
        return limits.get(transport);
    }

    /** Writes down and checks. */
    private final class Clerk implements Action.Visitor {

        @Override
        public void deliver(Action.Deliver action) {
            QueueEntry entry = action.entry();
            assertThat(delivering.put(entry.number(), entry)).isNull();
            TransportLimits bounds = limits(entry.destination().transport());
            assertThat(busy.merge(entry.destination().transport(), 1, Integer::sum))
                    .isLessThanOrEqualTo(bounds.processes());
            int there = busyAt.merge(entry.destination(), 1, Integer::sum);
            if (bounds.recipientLimit() != 1 && bounds.concurrencyLimit() > 0) {
                assertThat(there)
                        .isLessThanOrEqualTo(
                                bounds.rateDelay().isZero() ? bounds.concurrencyLimit() : 1);
            }
            write("", entry);
        }

        @Override
        public void suspend(Action.Suspend action) {
            assertThat(suspended.put(action.entry().number(), action.entry())).isNull();
            write("suspend ", action.entry());
        }

        @Override
        public void died(Action.Died action) {
            log.add("died " + action.destination().nexthop());
        }

        @Override
        public void revived(Action.Revived action) {
            log.add("revived " + action.destination().nexthop());
        }

        @Override
        public void clogs(Action.Clogs action) {
            log.add("clogs " + action.destination().nexthop() + " " + action.messages());
        }

        private void write(String what, QueueEntry entry) {
            int count = entry.recipients().size();
            log.add(
                    what
                            + entry.message().micros()
                            + " "
                            + entry.destination().nexthop()
                            + (count == 1 ? "" : " x" + count));
        }
    }
}
