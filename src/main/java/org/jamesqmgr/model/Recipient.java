/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import org.apache.james.core.MailAddress;

/**
 * One recipient of a queued message and how far it got.
 *
 * @param address where the message is to go
 * @param state pending until its fate is recorded
 */
public record Recipient(MailAddress address, State state) {

    /** Only pending recipients are tried again. */
    public enum State {
        PENDING,
        /** Failed for good, and the sender is not told yet. */
        UNDELIVERABLE,
        DONE
    }

    public static Recipient pending(MailAddress address) {
        return new Recipient(address, State.PENDING);
    }
}
