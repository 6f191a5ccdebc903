/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.Recipient.State;

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

    /** Who is no longer pending, as it may be now; and as it may have been since the last fsync. */
    private Set<Map<MailAddress, State>> fates = Set.of(Map.of());

    private final Set<Map<MailAddress, State>> fatesBefore = new HashSet<>(fates);
    private boolean sawStop;
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

    boolean allows(Map<MailAddress, State> found, boolean exactly) {
        return exactly ? fates.contains(found) : fatesBefore.contains(found);
    }

    /** Whether a server was stopped that had the message. */
    boolean sawStop() {
        return sawStop;
    }

    void stopped() {
        sawStop = true;
    }

    /** What may become of recipients; answers how to say that it did. */
    Runnable maybeFates(UnaryOperator<Map<MailAddress, State>> change) {
        Set<Map<MailAddress, State>> changed =
                fates.stream().map(change).collect(Collectors.toSet());
        fates = Stream.of(fates, changed).flatMap(Set::stream).collect(Collectors.toSet());
        fatesBefore.addAll(changed);
        return () -> fates = changed;
    }

    /** Durably, all recipients are pending. */
    void pendingForSure() {
        fates = Set.of(Map.of());
        fatesBefore.clear();
        fatesBefore.addAll(fates);
    }

    @Override
    public String toString() {
        return label + " (" + presence + ", " + hold + ")";
    }
}
