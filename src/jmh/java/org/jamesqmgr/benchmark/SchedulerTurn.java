/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.Action;
import org.jamesqmgr.schedule.ActiveLimits;
import org.jamesqmgr.schedule.ActiveMessage;
import org.jamesqmgr.schedule.DeliveryScheduler;
import org.jamesqmgr.schedule.QueueEntry;
import org.jamesqmgr.schedule.TransportLimits;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the scheduler does for each message: one delivery ends, the next one begins, a new message
 * takes its place. The number that waits must not matter.
 */
@State(Scope.Thread)
public class SchedulerTurn implements Action.Visitor {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final int DESTINATIONS = 1000;

    @Param({"2000", "20000"})
    public int waiting;

    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Deque<QueueEntry> delivering = new ArrayDeque<>();
    private DeliveryScheduler scheduler;
    private List<MailAddress> recipients;
    private long messages;

    @Setup
    public void fill() throws AddressException {
        recipients = List.of(new MailAddress("somebody", "benchmark.example"));
        scheduler =
                new DeliveryScheduler(
                        new ActiveLimits(1_000_000, 1_000_000),
                        Duration.ofSeconds(1000),
                        Map.of(SMTP, TransportLimits.defaults()));
        for (int i = 0; i < waiting; i++) {
            activate();
        }
        decide();
    }

    @Benchmark
    public void turn() {
        scheduler.ended(delivering.removeFirst(), Optional.empty(), now);
        activate();
        decide();
    }

    @Override
    public void deliver(Action.Deliver action) {
        delivering.addLast(action.entry());
    }

    @Override
    public void suspend(Action.Suspend action) {
        throw new IllegalStateException("nothing fails here: " + action);
    }

    @Override
    public void died(Action.Died action) {}

    @Override
    public void revived(Action.Revived action) {}

    @Override
    public void clogs(Action.Clogs action) {}

    private void activate() {
        messages++;
        Destination destination = new Destination(SMTP, "host" + messages % DESTINATIONS);
        scheduler.activated(
                new ActiveMessage(
                        new QueueId(messages, 0), SMTP, 0, Map.of(destination, recipients)),
                now);
    }

    private void decide() {
        scheduler.decide(now).forEach(action -> action.accept(this));
    }
}
