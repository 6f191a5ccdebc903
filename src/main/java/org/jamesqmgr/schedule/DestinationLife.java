/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;

/**
 * How destinations die, rest and come back, with the waits in between. What waits for one that dies
 * is suspended at once; what is in progress there ends as it may, and a success of it brings the
 * destination back.
 */
final class DestinationLife {

    private static final String SUSPENDED = "delivery temporarily suspended: ";

    private final Timers timers = new Timers();
    private final List<Action> news = new ArrayList<>();
    private final List<Action> suspensions = new ArrayList<>();
    private final Consumer<DestinationQueue> hasRoom;
    private final int most;
    private Duration deadTime;

    /**
     * @param most how many destinations without entries are remembered as dead or resting
     * @param hasRoom told of each destination whose share of the active queue may have become free
     */
    DestinationLife(Duration deadTime, int most, Consumer<DestinationQueue> hasRoom) {
        this.deadTime = deadTime;
        this.most = most;
        this.hasRoom = hasRoom;
    }

    /** For those that die from here on. */
    void adopt(Duration changedDeadTime) {
        deadTime = changedDeadTime;
    }

    /** An entry came. */
    void arrived(OpenEntry entry) {
        DestinationQueue destination = entry.destination();
        entry.share().entryCame();
        if (destination.dead()) {
            suspend(entry, status(destination.causeOfDeath()));
        } else {
            destination.waiting().add(entry);
        }
    }

    /** A delivery ended: feedback, and the pause that a rate delay asks for. */
    void delivered(DestinationQueue destination, Optional<DeliveryStatus> failure, Instant now) {
        failure.ifPresentOrElse(
                cause -> failed(destination, cause, now), () -> succeeded(destination));
        destination.transport().deliveryEnded(destination);
        Duration delay = destination.transport().limits().rateDelay();
        if (!delay.isZero() && !destination.dead()) {
            rest(destination, new Deadline(now, delay));
        }
        settle(destination);
    }

    /** Ends the waits whose time has come. */
    void advance(Instant now) {
        timers.passed(now).forEach(this::wake);
    }

    void revive(Predicate<DestinationQueue> which, List<TransportQueue> transports) {
        transports.stream()
                .flatMap(transport -> transport.destinations().stream())
                .filter(destination -> destination.dead() && which.test(destination))
                .toList()
                .forEach(this::wake);
    }

    Optional<Instant> nextTimer() {
        return timers.next();
    }

    Optional<Instant> deadUntil(DestinationQueue destination) {
        return destination.dead() ? timers.end(destination) : Optional.empty();
    }

    void tell(Action action) {
        news.add(action);
    }

    /** Moves what is to be known there. */
    void drainNews(List<Action> actions) {
        actions.addAll(news);
        news.clear();
    }

    /** Moves what is to be suspended there. */
    void drainSuspensions(List<Action> actions) {
        actions.addAll(suspensions);
        suspensions.clear();
    }

    /** Brings transport and admission up to date after a change. */
    void settle(DestinationQueue destination) {
        if (destination.idle() && timers.size() > most) {
            timers.cancel(destination);
            restart(destination);
        }
        destination.transport().update(destination);
        hasRoom.accept(destination);
    }

    private void succeeded(DestinationQueue destination) {
        if (destination.dead()) {
            timers.cancel(destination);
            restart(destination);
        } else {
            destination.window().succeeded(destination.busy());
        }
    }

    private void failed(DestinationQueue destination, DeliveryStatus cause, Instant now) {
        if (destination.dead() || !destination.window().failed()) {
            return;
        }
        boolean paced = !destination.transport().limits().rateDelay().isZero();
        if (paced) {
            destination.window().restart(destination.busy());
        } else {
            die(destination, cause, new Deadline(now, deadTime));
        }
        suspendAll(destination, cause);
    }

    private void die(DestinationQueue destination, DeliveryStatus cause, Deadline deadline) {
        destination.die(cause);
        timers.start(destination, deadline);
        tell(new Action.Died(destination.destination(), cause, deadline.end()));
    }

    private void suspendAll(DestinationQueue destination, DeliveryStatus cause) {
        DeliveryStatus status = status(cause);
        destination.waiting().drain().forEach(entry -> suspend(entry, status));
    }

    private void suspend(OpenEntry entry, DeliveryStatus status) {
        entry.suspend();
        entry.share().entryLeft();
        suspensions.add(new Action.Suspend(entry.entry(), status));
    }

    private void rest(DestinationQueue destination, Deadline deadline) {
        if (destination.is(DestinationPhase.READY)) {
            destination.rest();
        }
        timers.start(destination, deadline);
    }

    private void wake(DestinationQueue destination) {
        timers.cancel(destination);
        restart(destination);
        settle(destination);
    }

    private void restart(DestinationQueue destination) {
        if (destination.dead()) {
            tell(new Action.Revived(destination.destination()));
        }
        if (!destination.is(DestinationPhase.READY)) {
            destination.restart();
        }
    }

    private static DeliveryStatus status(DeliveryStatus cause) {
        return cause.because(SUSPENDED + cause.reason()).inClass(EnhancedStatusCode.TEMPORARY);
    }
}
