/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.Locale;

/** What became of an operator's action on one message. */
public enum ActionOutcome {
    DONE,
    /** Its delivery is under way: the action follows when that has ended and something is left. */
    LATER,
    /** Nothing was to be done. */
    ALREADY,
    /** No such message, or not in a selected queue. A lost race is no error. */
    UNKNOWN,
    /** It is in work where it cannot be stopped; nothing was done. */
    BUSY,
    /** The store failed; the message is as it was. */
    FAILED;

    public String asString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
