/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.util.Locale;

/** The delivery agents there are, by their name in {@code qmgr.xml}. */
public enum AgentKind {
    /** To another server. */
    SMTP,
    /** Into a mailbox of this server. */
    LOCAL,
    /** Fails for good, with the next hop as the text. */
    ERROR,
    /** Fails for now, with the next hop as the text. */
    RETRY,
    /** Succeeds and throws the mail away. */
    DISCARD;

    public String asString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
