/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.time.Instant;

/**
 * One try to deliver to one recipient, as kept with the message.
 *
 * @param time when it began
 */
public record Attempt(Instant time, RecipientOutcome outcome, Conversation conversation) {

    /** An outcome that took no time and spoke to nobody. */
    public static Attempt immediate(Instant time, RecipientOutcome outcome) {
        return new Attempt(time, outcome, Conversation.NONE);
    }
}
