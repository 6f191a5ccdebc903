/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;

/** What waits for one destination, what is in progress there, and how it does. */
final class DestinationQueue {

    private final TransportQueue transport;
    private final DestinationKey key;
    private final ConcurrencyWindow window;
    private final WaitingEntries waiting = new WaitingEntries();
    private DestinationPhase phase = DestinationPhase.READY;
    private Optional<DeliveryStatus> causeOfDeath = Optional.empty();
    private Optional<Deadline> clogWarning = Optional.empty();
    private int busy;
    private int messages;

    DestinationQueue(TransportQueue transport, DestinationKey key) {
        this.transport = transport;
        this.key = key;
        this.window = new ConcurrencyWindow(transport.limits());
    }

    TransportQueue transport() {
        return transport;
    }

    DestinationKey key() {
        return key;
    }

    Destination destination() {
        return key.destination();
    }

    WaitingEntries waiting() {
        return waiting;
    }

    ConcurrencyWindow window() {
        return window;
    }

    int busy() {
        return busy;
    }

    boolean dead() {
        return phase == DestinationPhase.DEAD;
    }

    boolean is(DestinationPhase candidate) {
        return phase == candidate;
    }

    /** Why it is dead. */
    DeliveryStatus causeOfDeath() {
        return causeOfDeath.orElseThrow();
    }

    /** For display. */
    String phase() {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    /** Why it is dead, if it is. */
    Optional<DeliveryStatus> reason() {
        return causeOfDeath;
    }

    /** Whether a delivery may begin, if there is one to be made. */
    boolean ready() {
        return phase == DestinationPhase.READY && busy < window.size();
    }

    /** Nothing waits and nothing is in progress. */
    boolean idle() {
        return busy == 0 && waiting.size() == 0;
    }

    OpenEntry begin(SizeClass preferred) {
        OpenEntry entry = waiting.take(preferred);
        entry.deliver();
        busy++;
        return entry;
    }

    void deliveryEnded() {
        busy--;
    }

    void die(DeliveryStatus cause) {
        moveTo(DestinationPhase.DEAD);
        causeOfDeath = Optional.of(cause);
    }

    void rest() {
        moveTo(DestinationPhase.RESTING);
    }

    void restart() {
        if (dead()) {
            window.restart(busy);
            causeOfDeath = Optional.empty();
        }
        moveTo(DestinationPhase.READY);
    }

    void messageCame() {
        messages++;
    }

    void messageLeft() {
        messages--;
    }

    /** Messages with entries that wait or are in progress. */
    int messages() {
        return messages;
    }

    /** Whether it is time to warn that it clogs the active queue; if so, the next time is later. */
    boolean warnOfClog(Duration interval, Instant now) {
        boolean due = clogWarning.map(last -> last.passed(now)).orElse(true);
        if (due) {
            clogWarning = Optional.of(new Deadline(now, interval));
        }
        return due;
    }

    private void moveTo(DestinationPhase next) {
        if (!phase.mayBecome(next)) {
            throw new IllegalStateException(key + " is " + phase + ", cannot become " + next);
        }
        phase = next;
    }
}
