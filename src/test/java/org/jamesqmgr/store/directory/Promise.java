/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

    /**
     * What the message may be, as a whole.
     *
     * @param content byte for byte
     * @param fates who is no longer pending
     */
    record Version(Envelope envelope, String content, Map<MailAddress, State> fates) {

        Version with(Envelope other) {
            return new Version(other, content, Map.of());
        }

        Version with(Envelope other, String otherContent) {
            return new Version(other, otherContent, Map.of());
        }

        Version with(UnaryOperator<Map<MailAddress, State>> change) {
            return new Version(envelope, content, change.apply(fates));
        }
    }

    private final String label;
    private final Set<MessageStatus> statuses = new HashSet<>();

    /** As it may be now; and as it may have been since the last fsync. */
    private Set<Version> versions;

    private final Set<Version> versionsBefore;
    private boolean sawStop;
    private Optional<QueueId> id = Optional.empty();
    private Presence presence = Presence.OPEN;
    private Hold hold = Hold.FREE;

    Promise(String label, String content, Envelope envelope) {
        this.label = label;
        this.versions = Set.of(new Version(envelope, content, Map.of()));
        this.versionsBefore = new HashSet<>(versions);
        maybe(MessageStatus.accepted(envelope));
    }

    String label() {
        return label;
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

    /**
     * Whether the message may be such a one.
     *
     * @param exactly as it should be now; otherwise as it may have been since the last fsync
     */
    boolean allows(boolean exactly, Predicate<Version> suitable) {
        return (exactly ? versions : versionsBefore).stream().anyMatch(suitable);
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

    /** Whether a server was stopped that had the message. */
    boolean sawStop() {
        return sawStop;
    }

    void stopped() {
        sawStop = true;
    }

    /** How to say whether what might happen did. */
    record Outcome(Runnable happened, Runnable nothingHappened) {}

    /** What the message may become. */
    Outcome maybeBecomes(UnaryOperator<Version> change) {
        Set<Version> old = versions;
        Set<Version> changed = old.stream().map(change).collect(Collectors.toSet());
        versions = Stream.of(old, changed).flatMap(Set::stream).collect(Collectors.toSet());
        versionsBefore.addAll(changed);
        return new Outcome(() -> versions = changed, () -> versions = old);
    }

    /** What the message is now, no power cut undoes. */
    void durably() {
        versionsBefore.clear();
        versionsBefore.addAll(versions);
    }

    @Override
    public String toString() {
        return label + " (" + presence + ", " + hold + ")";
    }
}
