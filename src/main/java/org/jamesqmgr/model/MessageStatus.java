/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where a message stands: what changes while it is queued, as last recorded.
 *
 * @param due when it may be tried next; meaningful while it waits in incoming or deferred
 * @param scheduled whether it waits because a delay was asked for, released by an exact timer,
 *     rather than because an attempt failed
 * @param attempts how often it was given out and came back
 * @param rejections how often its consumer refused it in a row
 * @param crashes how often the server died while this message was being worked on
 * @param reason why it waits or is held; empty if there is nothing to say
 * @param marks what is to be known when it is handled the next time
 */
public record MessageStatus(
        Instant due,
        boolean scheduled,
        int attempts,
        int rejections,
        int crashes,
        String reason,
        Set<Mark> marks) {

    /** What is to be known when the message is handled the next time. */
    public enum Mark {
        /** The sender knows that the message is late. */
        DELAY_REPORTED,
        /** Recipients were delivered to, and nobody could be told of it yet. */
        SUCCESS_OWED,
        /** An operator wants it returned to its sender without another attempt. */
        FORCED_EXPIRE
    }

    public MessageStatus {
        marks = Set.copyOf(marks);
    }

    /** Without marks. */
    public MessageStatus(
            Instant due,
            boolean scheduled,
            int attempts,
            int rejections,
            int crashes,
            String reason) {
        this(due, scheduled, attempts, rejections, crashes, reason, Set.of());
    }

    /** The status of a message that has just been accepted: due at its arrival unless scheduled. */
    public static MessageStatus accepted(Envelope envelope) {
        Instant due = envelope.scheduled() ? envelope.notBefore() : envelope.arrival();
        return new MessageStatus(due, envelope.scheduled(), 0, 0, 0, "");
    }

    /** An attempt failed; next one at {@code due}. */
    public MessageStatus deferred(Instant due, String reason) {
        return new MessageStatus(due, false, attempts + 1, 0, 0, reason, marks);
    }

    /** The consumer handed the message back asking for a delay of its own. */
    public MessageStatus rescheduled(Instant due) {
        return new MessageStatus(due, true, attempts + 1, 0, 0, reason, marks);
    }

    /** The consumer refused the message. */
    public MessageStatus rejected(Instant due, String reason) {
        return new MessageStatus(due, false, attempts + 1, rejections + 1, 0, reason, marks);
    }

    /** The server died while the message was worked on. */
    public MessageStatus crashed() {
        return new MessageStatus(due, scheduled, attempts, rejections, crashes + 1, reason, marks);
    }

    /** Made due at once by an operator. */
    public MessageStatus flushed(Instant now) {
        return new MessageStatus(now, scheduled, attempts, rejections, crashes, reason, marks);
    }

    /** An operator lets a held message go on: what it did wrong before is forgotten. */
    public MessageStatus pardoned() {
        return new MessageStatus(due, scheduled, attempts, 0, 0, reason, marks);
    }

    public MessageStatus because(String newReason) {
        return new MessageStatus(due, scheduled, attempts, rejections, crashes, newReason, marks);
    }

    public boolean has(Mark mark) {
        return marks.contains(mark);
    }

    /** Whether an operator wants it returned to its sender at its next handling. */
    public boolean forcedExpire() {
        return has(Mark.FORCED_EXPIRE);
    }

    /** An operator wants it returned to its sender. */
    public MessageStatus expiring() {
        Set<Mark> more = EnumSet.of(Mark.FORCED_EXPIRE);
        more.addAll(marks);
        return withMarks(more);
    }

    public MessageStatus withMarks(Set<Mark> others) {
        return new MessageStatus(due, scheduled, attempts, rejections, crashes, reason, others);
    }
}
