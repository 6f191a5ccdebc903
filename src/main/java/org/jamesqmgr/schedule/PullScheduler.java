/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;

/**
 * Decides who gets the next messages of the pull transports. Events come in through its methods,
 * {@link #decide} says what is to be done. One thread at a time.
 *
 * <ul>
 *   <li>Nobody is given more than demanded, and each subscriber has one claim in flight at most, so
 *       that it receives messages in the order of the store.
 *   <li>Subscribers of a transport take turns, and so do transports where the limits bind.
 *   <li>The active queue keeps within {@link ActiveLimits}, a single transport within {@link
 *       ActiveLimits#share}. When there is less room than demand, messages are claimed one by one
 *       with new mail first; otherwise new and deferred mail alternate.
 *   <li>News of the store are never lost: a claim that finds nothing counts as the end only if
 *       nothing was announced since it was ordered.
 *   <li>Suspects go first and are alone in work while they last, within bounds (see {@link
 *       #suspectFound}). Blameless transports go on meanwhile.
 * </ul>
 */
public final class PullScheduler {

    /** Most messages of one claim: short enough that no subscriber takes all before others turn up. */
    public static final int BATCH = 16;

    /** After a claim failed the store is left in peace for so long. */
    public static final Duration STORE_PAUSE = Duration.ofSeconds(1);

    /** Promised to each message of a claim while its recipients are unknown. */
    private static final int RECIPIENTS_PER_MESSAGE = 50;

    private final ActiveLimits limits;
    private final Load total;
    private final Map<TransportName, TransportState> transports = new LinkedHashMap<>();
    private final Map<SubscriberId, Subscriber> subscribers = new HashMap<>();
    private final Map<SubscriberId, ClaimOrder> inFlight = new HashMap<>();
    private final SuspectTrial trial = new SuspectTrial();
    private Optional<Deadline> storePause = Optional.empty();
    private Predicate<TransportName> paused = name -> false;
    private boolean suspended;

    public PullScheduler(ActiveLimits limits) {
        this.limits = limits;
        this.total = new Load(limits);
    }

    /** A consumer turned up. Its transport may have messages until a claim proves otherwise. */
    public void subscribed(SubscriberId id) {
        Subscriber subscriber = new Subscriber(id);
        if (subscribers.putIfAbsent(id, subscriber) != null) {
            throw new IllegalStateException(id + " is subscribed already");
        }
        TransportState transport = transport(id.transport());
        transport.add(subscriber);
        transport.available();
    }

    /**
     * Nobody is ever blamed for work on this transport's messages. It does not disturb suspects, and they
     * do not stop it: its deliveries may take as long as a remote server likes.
     */
    public void blameless(TransportName name) {
        transport(name).declareBlameless();
    }

    /** A consumer can take {@code more} messages; {@link Long#MAX_VALUE} is without bound. */
    public void demanded(SubscriberId id, long more) {
        Subscriber subscriber = subscribers.get(id);
        if (subscriber != null) {
            subscriber.demanded(more);
        }
    }

    /** A consumer left. What it has in work stays in work until ended. */
    public void cancelled(SubscriberId id) {
        Subscriber subscriber = subscribers.remove(id);
        if (subscriber != null) {
            transport(id.transport()).remove(subscriber);
        }
    }

    /** The store may have something for this transport. */
    public void available(TransportName name) {
        TransportState transport = transports.get(name);
        if (transport != null) {
            transport.available();
        }
    }

    /** The store may have something for anybody. */
    public void available() {
        transports.values().forEach(TransportState::available);
    }

    /** A claim in flight got one message. */
    public void claimed(SubscriberId id, int recipients) {
        ClaimOrder order = order(id);
        int unforeseen = order.claimed(recipients);
        total.take(0, unforeseen);
        order.transport().load().take(0, unforeseen);
        Subscriber subscriber = subscribers.get(id);
        if (subscriber != null) {
            subscriber.served();
        }
    }

    /**
     * A claim in flight is over.
     *
     * @param dry whether it ended because the store had nothing more
     */
    public void claimFinished(SubscriberId id, boolean dry) {
        ClaimOrder order = close(id);
        if (dry) {
            order.transport().dry(order.news());
        }
    }

    /** A claim in flight ended because the store failed. All claims pause for a moment. */
    public void claimFailed(SubscriberId id, Instant now) {
        ClaimOrder order = close(id);
        order.suspect().ifPresent(suspect -> trial.found(suspect, id.transport()));
        storePause = Optional.of(new Deadline(now, STORE_PAUSE));
    }

    /** A claimed message is no longer in work, whatever became of it. */
    public void ended(TransportName transport, int recipients) {
        total.free(1, recipients);
        transport(transport).load().free(1, recipients);
    }

    /**
     * A message that is in work goes on for another transport, without being claimed again.
     *
     * @return whether that transport has room for it, and may work on it now; otherwise it is to be
     *     given back. It counts as in work there all the same, until it is {@link #ended}
     */
    public boolean goesOn(
            TransportName before, int recipientsBefore, TransportName now, int recipients) {
        ended(before, recipientsBefore);
        TransportState transport = transport(now);
        boolean room =
                Math.min(total.messageRoom(), transport.load().messageRoom()) > 0
                        && Math.min(total.recipientRoom(), transport.load().recipientRoom()) > 0;
        total.take(1, recipients);
        transport.load().take(1, recipients);
        return room
                && !suspended
                && !paused.test(now)
                && (transport.blameless() || trial.othersMayGo());
    }

    /**
     * A message is to be tried alone. While one is wanted nothing else that can be blamed is dispatched;
     * but for two minutes at most, then the others go on for five at least.
     */
    public void suspectFound(QueueId id, TransportName transport) {
        trial.found(id, transport);
    }

    /** From here on nothing is claimed for these transports. What is in work there goes on. */
    public void pause(Predicate<TransportName> which) {
        paused = which;
    }

    /** Nothing is dispatched from here on. */
    public void suspend() {
        suspended = true;
    }

    /** What is to be done now. Call it after every event, and every second. */
    public List<Decision> decide(Instant now) {
        List<Decision> decisions = new ArrayList<>();
        if (suspended || storePause.filter(pause -> !pause.passed(now)).isPresent()) {
            return decisions;
        }
        trial.advance(now, quiet(), this::wanted);
        if (!trial.othersMayGo()) {
            trial.begin(now, quiet(), this::servable)
                    .ifPresent(suspect -> decisions.add(claimSuspect(suspect)));
        }
        claimInTurns(decisions);
        return decisions;
    }

    private void claimInTurns(List<Decision> decisions) {
        boolean again = true;
        while (again) {
            again = false;
            for (TransportName name : List.copyOf(transports.keySet())) {
                Optional<Decision> claim = claim(name);
                claim.ifPresent(decisions::add);
                again |= claim.isPresent();
            }
        }
    }

    private Optional<Decision> claim(TransportName name) {
        TransportState transport = transport(name);
        if (paused.test(name)) {
            return Optional.empty();
        }
        if (!transport.blameless() && !trial.othersMayGo()) {
            return Optional.empty();
        }
        int recipients = Math.min(total.recipientRoom(), transport.load().recipientRoom());
        int room = Math.min(total.messageRoom(), transport.load().messageRoom());
        if (!transport.mayHave() || room == 0 || recipients == 0) {
            return Optional.empty();
        }
        Optional<Subscriber> next = transport.next(this::ready);
        if (next.isPresent()) {
            toTheEndOfTheLine(name);
        }
        return next.map(subscriber -> claim(subscriber, transport, room, recipients));
    }

    private Decision claim(
            Subscriber subscriber, TransportState transport, int room, int recipientRoom) {
        int wanted = subscriber.demandUpTo(BATCH);
        boolean full = room < wanted;
        int max = full ? 1 : wanted;
        int recipients = Math.min(recipientRoom, max * RECIPIENTS_PER_MESSAGE);
        open(subscriber.id(), new ClaimOrder(transport, Optional.empty(), max, recipients));
        boolean deferredFirst = !full && transport.deferredFirst(max);
        return new Decision.Claim(subscriber.id(), max, recipients, deferredFirst);
    }

    private Decision claimSuspect(SuspectTrial.Suspect suspect) {
        TransportState transport = transport(suspect.transport());
        Subscriber subscriber = transport.next(this::ready).orElseThrow();
        open(subscriber.id(), new ClaimOrder(transport, Optional.of(suspect.id()), 1, 0));
        return new Decision.ClaimSuspect(subscriber.id(), suspect.id());
    }

    private boolean ready(Subscriber subscriber) {
        return subscriber.wants() && !inFlight.containsKey(subscriber.id());
    }

    /** Whether somebody wants its messages and has no claim in flight. */
    private boolean servable(TransportName name) {
        TransportState transport = transports.get(name);
        return transport != null && !paused.test(name) && transport.any(this::ready);
    }

    private boolean wanted(TransportName name) {
        TransportState transport = transports.get(name);
        return transport != null && !paused.test(name) && transport.any(Subscriber::wants);
    }

    /** Whether nothing is in work that could be blamed. */
    private boolean quiet() {
        return transports.values().stream()
                        .allMatch(state -> state.blameless() || state.load().messages() == 0)
                && inFlight.values().stream().allMatch(order -> order.transport().blameless());
    }

    private void open(SubscriberId id, ClaimOrder order) {
        inFlight.put(id, order);
        total.take(order.messages(), order.recipients());
        order.transport().load().take(order.messages(), order.recipients());
    }

    private ClaimOrder close(SubscriberId id) {
        ClaimOrder order = order(id);
        inFlight.remove(id);
        total.free(order.messages(), order.recipients());
        order.transport().load().free(order.messages(), order.recipients());
        return order;
    }

    private ClaimOrder order(SubscriberId id) {
        ClaimOrder order = inFlight.get(id);
        if (order == null) {
            throw new IllegalStateException(id + " has no claim in flight");
        }
        return order;
    }

    private TransportState transport(TransportName name) {
        return transports.computeIfAbsent(name, unknown -> new TransportState(limits.share()));
    }

    private void toTheEndOfTheLine(TransportName name) {
        transports.put(name, transports.remove(name));
    }
}
