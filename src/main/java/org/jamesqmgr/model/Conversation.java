/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.time.Duration;

/**
 * With whom an attempt spoke, and for how long.
 *
 * @param relay {@code host[address]:port} as logs show it, or {@code none}, {@code local}
 * @param uses which mail on this connection it was, from 1; 0 if there was no connection
 * @param setup time until the session was ready, zero for a connection used again
 * @param transfer time from there to the last reply
 * @param dsn whether the other side has announced DSN: for mail it has taken, reports on successes
 *     are its duty (RFC 3461, 5.2.2)
 */
public record Conversation(String relay, int uses, Duration setup, Duration transfer, boolean dsn) {

    /** Nobody was spoken to. */
    public static final Conversation NONE =
            new Conversation("none", 0, Duration.ZERO, Duration.ZERO);

    public Conversation {
        if (relay.isBlank() || uses < 0 || setup.isNegative() || transfer.isNegative()) {
            throw new IllegalArgumentException(
                    "impossible conversation: "
                            + relay
                            + ", "
                            + uses
                            + ", "
                            + setup
                            + ", "
                            + transfer);
        }
    }

    /** With somebody who reports nothing. */
    public Conversation(String relay, int uses, Duration setup, Duration transfer) {
        this(relay, uses, setup, transfer, false);
    }

    public Duration duration() {
        return setup.plus(transfer);
    }
}
