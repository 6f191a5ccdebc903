/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Lanes;

/**
 * Decides which deliveries of the push transports begin when, by Postfix's rules. Events come in
 * through its methods, {@link #decide} says what is to be done. One thread at a time.
 *
 * <pre>
 *                       activated            decide: Deliver            ended
 *   promised message ------------> WAITING ------------------> DELIVERING ---> gone
 *                                     | the destination is dead                ^
 *                                     +------------> SUSPENDED ----------------+
 *                                    decide: Suspend             ended
 * </pre>
 *
 * <ul>
 *   <li>A message is split by destination, and each part by the transport's recipient limit. With
 *       limit 1 each recipient is a destination of its own.
 *   <li>A transport has {@link TransportLimits#processes} deliveries in progress at most, a
 *       destination as many as its {@link ConcurrencyWindow} says. Transports take turns, and so do
 *       the destinations of each; small messages may overtake large ones ({@link Turns}).
 *   <li>A destination that fails too often is dead for a while ({@link DestinationLife}). One that
 *       is not and has no entries is forgotten with its failures.
 *   <li>With a rate delay a destination has one delivery at a time and a pause after each. It is
 *       never dead: when it fails, what waits there now is suspended.
 *   <li>The active queue keeps within {@link Admission}, and a destination within a fifth of it.
 * </ul>
 *
 * Each call costs what it does, not what waits. Transports that are not configured have {@link
 * TransportLimits#defaults}.
 */
public final class DeliveryScheduler {

    /** How often one destination is reported to clog the active queue ({@code qmgr_clog_warn_time}). */
    public static final Duration CLOG_WARN_TIME = Duration.ofMinutes(5);

    private final int fifth;
    private final Map<TransportName, TransportQueue> transports = new LinkedHashMap<>();
    private final Map<Long, OpenEntry> entries = new HashMap<>();
    private final ClosedLanes lanes = new ClosedLanes();
    private final Admission admission;
    private final DestinationLife life;
    private long numbers;
    private boolean suspended;

    /**
     * @param deadTime how long a dead destination is left alone ({@code minimal_backoff_time})
     */
    public DeliveryScheduler(
            ActiveLimits limits,
            Duration deadTime,
            Map<TransportName, TransportLimits> transports) {
        this.fifth = Math.max(1, limits.messages() / 5);
        this.admission = new Admission(limits, transports.keySet());
        int remembered = (int) Math.min(Integer.MAX_VALUE, 2L * limits.recipients());
        this.life = new DestinationLife(deadTime, remembered, this::openLanes);
        adopt(transports);
    }

    /**
     * How many more messages of this transport are to be claimed. They count as promised until
     * {@link #activated}, however long that takes.
     */
    public int request(TransportName claimedFor) {
        return suspended ? 0 : admission.request(claimedFor);
    }

    /**
     * A message was claimed.
     *
     * @return false if it is not admitted, since all its destinations have as much of the active
     *     queue as they may: it is to be given back, and its lane is closed until one of them has
     *     room. It was one of the promised all the same
     */
    public boolean activated(ActiveMessage message, Instant now) {
        admission.came(message.claimedFor());
        return admittedOrRefused(message, now);
    }

    private boolean admittedOrRefused(ActiveMessage message, Instant now) {
        Map<DestinationKey, List<List<MailAddress>>> groups =
                RecipientGroups.of(message, name -> transport(name).limits());
        if (groups.keySet().stream().allMatch(this::full)) {
            refuse(message, groups.keySet(), now);
            return false;
        }
        admit(message, groups);
        return true;
    }

    /**
     * As {@link #activated}, for a message that comes without having been promised.
     *
     * @return false also if there is no room for it
     */
    public boolean offered(ActiveMessage message, Instant now) {
        return !suspended
                && admission.hasRoom(message.claimedFor())
                && admittedOrRefused(message, now);
    }

    /** A message of this transport was claimed that has nobody to be tried: one promised less. */
    public void activatedWithoutRecipients(TransportName claimedFor) {
        admission.came(claimedFor);
    }

    /** The lanes of this transport from which nothing is to be claimed now. */
    public Lanes closedLanes(TransportName claimedFor) {
        return lanes.of(claimedFor);
    }

    /** What is to be done now. Call it after every event and when {@link #nextTimer} has come. */
    public List<Action> decide(Instant now) {
        life.advance(now);
        List<Action> actions = new ArrayList<>();
        life.drainNews(actions);
        if (!suspended) {
            life.drainSuspensions(actions);
            deliverInTurns(actions);
        }
        return actions;
    }

    /**
     * An entry that was to be delivered or suspended has ended, whatever became of its recipients.
     *
     * @param siteFailure why no session with the destination came about, if none did; of no
     *     consequence for a suspended entry
     * @return whether it was the last open entry of its message
     */
    public boolean ended(QueueEntry entry, Optional<DeliveryStatus> siteFailure, Instant now) {
        OpenEntry open = entries.remove(entry.number());
        if (open == null || open.waiting()) {
            throw new IllegalStateException(entry + " ended but was not in work");
        }
        if (open.delivering()) {
            open.share().entryLeft();
            life.delivered(open.destination(), siteFailure, now);
        }
        boolean last = open.message().entryEnded();
        if (last) {
            admission.ended(open.message());
        }
        return last;
    }

    /**
     * What was taken out of a message.
     *
     * @param recipients of the entries that waited
     * @param last whether the message has no open entry left
     */
    public record Withdrawal(int recipients, boolean last) {}

    /** Takes out the entries of a message that wait. Costs what is active. */
    public Withdrawal withdraw(QueueId message) {
        List<OpenEntry> waiting =
                entries.values().stream()
                        .filter(entry -> entry.waiting() && entry.entry().message().equals(message))
                        .toList();
        int recipients = 0;
        boolean last = false;
        for (OpenEntry entry : waiting) {
            recipients += entry.entry().recipients().size();
            last = takeOut(entry);
        }
        return new Withdrawal(recipients, last);
    }

    private boolean takeOut(OpenEntry entry) {
        entries.remove(entry.entry().number());
        entry.destination().waiting().remove(entry);
        entry.share().entryLeft();
        life.settle(entry.destination());
        boolean last = entry.message().entryEnded();
        if (last) {
            admission.ended(entry.message());
        }
        return last;
    }

    /** Whether a message has open entries that all wait. Costs what is active. */
    public boolean onlyWaits(QueueId message) {
        List<OpenEntry> open = open(message);
        return !open.isEmpty() && open.stream().allMatch(OpenEntry::waiting);
    }

    /** A part of an active message, for display. */
    public record Open(Destination destination, int recipients, boolean underWay) {}

    /** The parts of a message that have not ended. Costs what is active. */
    public List<Open> openEntries(QueueId message) {
        return open(message).stream()
                .map(
                        open ->
                                new Open(
                                        open.entry().destination(),
                                        open.entry().recipients().size(),
                                        !open.waiting()))
                .toList();
    }

    private List<OpenEntry> open(QueueId message) {
        return entries.values().stream()
                .filter(entry -> entry.entry().message().equals(message))
                .toList();
    }

    /** Forgets that any destination is dead. */
    public void revive() {
        life.revive(destination -> true, List.copyOf(transports.values()));
    }

    /** Forgets that this destination, or any recipient there, is dead. */
    public void revive(Destination destination) {
        life.revive(
                candidate -> candidate.destination().equals(destination),
                List.of(transport(destination.transport())));
    }

    /** Nothing is requested, delivered or suspended from here on; what waits stays. */
    public void suspend() {
        suspended = true;
    }

    /**
     * Other limits, from here on. Windows above a new limit shrink to it. A destination that is dead or
     * rests stays so until its time; one that is split into recipients from now on, or no longer, keeps
     * what it has.
     */
    public void reconfigure(Duration deadTime, Map<TransportName, TransportLimits> changed) {
        life.adopt(deadTime);
        admission.adopt(changed.keySet());
        adopt(changed);
        lanes.openAll();
    }

    /** When the next destination comes back from death or rest. */
    public Optional<Instant> nextTimer() {
        return life.nextTimer();
    }

    /** A snapshot, in no particular order. */
    public List<DestinationState> destinations() {
        return transports.values().stream()
                .flatMap(transport -> transport.destinations().stream())
                .map(this::state)
                .toList();
    }

    private void refuse(ActiveMessage message, Set<DestinationKey> keys, Instant now) {
        Set<DestinationQueue> full = new HashSet<>();
        keys.forEach(key -> full.add(destination(key)));
        lanes.close(message.claimedFor(), message.lane(), full);
        for (DestinationQueue destination : full) {
            if (destination.warnOfClog(CLOG_WARN_TIME, now)) {
                life.tell(new Action.Clogs(destination.destination(), destination.messages()));
            }
        }
    }

    private void admit(ActiveMessage message, Map<DestinationKey, List<List<MailAddress>>> groups) {
        Map<TransportName, Integer> sizes = new HashMap<>();
        groups.forEach(
                (key, parts) ->
                        sizes.merge(key.destination().transport(), parts.size(), Integer::sum));
        int all = sizes.values().stream().mapToInt(size -> size).sum();
        OpenMessage open = new OpenMessage(message, all);
        admission.admitted(open);
        groups.forEach(
                (key, parts) -> {
                    MessageShare share = new MessageShare(destination(key));
                    SizeClass size = SizeClass.of(sizes.get(key.destination().transport()));
                    parts.forEach(
                            part -> {
                                QueueEntry entry =
                                        new QueueEntry(
                                                ++numbers, message.id(), key.destination(), part);
                                OpenEntry arrived = new OpenEntry(entry, open, share, size);
                                entries.put(entry.number(), arrived);
                                life.arrived(arrived);
                            });
                    life.settle(share.destination());
                });
    }

    private void deliverInTurns(List<Action> actions) {
        boolean more = true;
        while (more) {
            more = false;
            for (TransportQueue transport : transports.values()) {
                Optional<OpenEntry> begun = transport.begin();
                begun.ifPresent(entry -> actions.add(new Action.Deliver(entry.entry())));
                more |= begun.isPresent();
            }
        }
    }

    private boolean full(DestinationKey key) {
        return transport(key.destination().transport())
                .find(key)
                .filter(destination -> !destination.dead() && destination.messages() >= fifth)
                .isPresent();
    }

    private void openLanes(DestinationQueue destination) {
        if (lanes.closedBy(destination)
                && (destination.dead() || destination.messages() <= fifth / 2)) {
            lanes.open(destination);
        }
    }

    private DestinationState state(DestinationQueue destination) {
        return new DestinationState(
                destination.destination(),
                destination.key().recipient(),
                destination.dead() ? 0 : destination.window().size(),
                destination.busy(),
                destination.waiting().size(),
                destination.phase(),
                life.deadUntil(destination),
                destination.reason());
    }

    private void adopt(Map<TransportName, TransportLimits> changed) {
        changed.forEach((name, limits) -> transport(name).adopt(limits));
    }

    private DestinationQueue destination(DestinationKey key) {
        return transport(key.destination().transport()).get(key);
    }

    private TransportQueue transport(TransportName name) {
        return transports.computeIfAbsent(
                name, unknown -> new TransportQueue(TransportLimits.defaults()));
    }
}
