/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;

/** What a store has promised of one message, and what it may have done without saying so. */
final class Promise {

    /** Whether the message must be found after a reboot. */
    enum Presence {
        CERTAIN,
        /** An operation that would create or end it was not answered. */
        OPEN,
        /** Finished; only a power cut may undo that. */
        FINISHED,
        GONE
    }

    /** Whether it must be on hold. */
    enum Hold {
        FREE,
        OPEN,
        /** Held by its consumer; a power cut may undo that. */
        HELD_UNLESS_POWER_CUT,
        HELD
    }

    private final String label;
    private final byte[] content;
    private final Set<Envelope> envelopes = new HashSet<>();
    private final Set<MessageStatus> statuses = new HashSet<>();
    private Optional<QueueId> id = Optional.empty();
    private Presence presence = Presence.OPEN;
    private Hold hold = Hold.FREE;

    Promise(String label, byte[] content, Envelope envelope) {
        this.label = label;
        this.content = content;
        maybe(envelope);
        maybe(MessageStatus.accepted(envelope));
    }

    String label() {
        return label;
    }

    byte[] content() {
        return content;
    }

    Optional<QueueId> id() {
        return id;
    }

    Presence presence() {
        return presence;
    }

    Hold hold() {
        return hold;
    }

    boolean allows(Envelope envelope) {
        return envelopes.contains(envelope);
    }

    boolean allows(MessageStatus status) {
        return statuses.contains(status);
    }

    void accepted(QueueId newId) {
        id = Optional.of(newId);
        presence = Presence.CERTAIN;
    }

    void now(Presence newPresence) {
        presence = newPresence;
    }

    void now(Hold newHold) {
        hold = newHold;
    }

    void maybe(Envelope envelope) {
        envelopes.add(envelope);
    }

    void now(Envelope envelope) {
        envelopes.clear();
        envelopes.add(envelope);
    }

    void maybe(MessageStatus status) {
        statuses.add(status);
    }

    /** The status may have been changed so, whatever it was. */
    void maybeChanged(UnaryOperator<MessageStatus> change) {
        statuses.addAll(statuses.stream().map(change).toList());
    }

    void now(MessageStatus status) {
        statuses.clear();
        statuses.add(status);
    }

    @Override
    public String toString() {
        return label + " (" + presence + ", " + hold + ")";
    }
}
