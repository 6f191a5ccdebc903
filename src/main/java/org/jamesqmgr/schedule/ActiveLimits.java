/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/**
 * Bounds of the active queue.
 *
 * <p>How many recipients a message has is known only once it is claimed, so a claim in flight may
 * exceed the bound of recipients by those of its last message; the bound of messages is never
 * exceeded.
 *
 * @param messages most messages in work at a time ({@code qmgr_message_active_limit})
 * @param recipients at or above this many recipients in work nothing more is claimed ({@code
 *     qmgr_message_recipient_limit})
 */
public record ActiveLimits(int messages, int recipients) {

    public ActiveLimits {
        if (messages < 1 || recipients < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: " + messages + " messages, " + recipients);
        }
    }

    public static ActiveLimits defaults() {
        return new ActiveLimits(20_000, 20_000);
    }

    /**
     * What a single transport may take: half, but never nothing. However much demand one consumer
     * signals, the others still find room.
     */
    public ActiveLimits share() {
        return new ActiveLimits(Math.max(1, messages / 2), Math.max(1, recipients / 2));
    }
}
