/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.time.Instant;

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
 * @param forcedExpire whether an operator wants it returned to its sender at its next handling
 */
public record MessageStatus(
        Instant due,
        boolean scheduled,
        int attempts,
        int rejections,
        int crashes,
        String reason,
        boolean forcedExpire) {

    public MessageStatus(
            Instant due,
            boolean scheduled,
            int attempts,
            int rejections,
            int crashes,
            String reason) {
        this(due, scheduled, attempts, rejections, crashes, reason, false);
    }

    /** The status of a message that has just been accepted: due at its arrival unless scheduled. */
    public static MessageStatus accepted(Envelope envelope) {
        Instant due = envelope.scheduled() ? envelope.notBefore() : envelope.arrival();
        return new MessageStatus(due, envelope.scheduled(), 0, 0, 0, "");
    }

    /** An attempt failed; next one at {@code due}. */
    public MessageStatus deferred(Instant due, String reason) {
        return new MessageStatus(due, false, attempts + 1, 0, 0, reason, forcedExpire);
    }

    /** The consumer handed the message back asking for a delay of its own. */
    public MessageStatus rescheduled(Instant due) {
        return new MessageStatus(due, true, attempts + 1, 0, 0, reason, forcedExpire);
    }

    /** The consumer refused the message. */
    public MessageStatus rejected(Instant due, String reason) {
        return new MessageStatus(due, false, attempts + 1, rejections + 1, 0, reason, forcedExpire);
    }

    /** The server died while the message was worked on. */
    public MessageStatus crashed() {
        return new MessageStatus(
                due, scheduled, attempts, rejections, crashes + 1, reason, forcedExpire);
    }

    /** Made due at once by an operator. */
    public MessageStatus flushed(Instant now) {
        return new MessageStatus(
                now, scheduled, attempts, rejections, crashes, reason, forcedExpire);
    }

    /** An operator lets a held message go on: what it did wrong before is forgotten. */
    public MessageStatus pardoned() {
        return new MessageStatus(due, scheduled, attempts, 0, 0, reason, forcedExpire);
    }

    public MessageStatus because(String newReason) {
        return new MessageStatus(
                due, scheduled, attempts, rejections, crashes, newReason, forcedExpire);
    }

    /** An operator wants it returned to its sender. */
    public MessageStatus expiring() {
        return new MessageStatus(due, scheduled, attempts, rejections, crashes, reason, true);
    }
}
