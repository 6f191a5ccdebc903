/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/**
 * How a message is treated during whose processing the server died: one crash is bad luck, two make
 * it a suspect, three convict it.
 */
public enum CrashPolicy {
    /** Like any other message. */
    NORMAL,
    /** Tried with nothing else in work, so that a further crash cannot be blamed on another. */
    ALONE,
    /** Not tried any more until an operator releases it. */
    HOLD;

    private static final int ALONE_FROM = 2;
    private static final int HOLD_FROM = 3;

    /** The treatment after this many crashes. */
    public static CrashPolicy after(int crashes) {
        if (crashes >= HOLD_FROM) {
            return HOLD;
        }
        return crashes >= ALONE_FROM ? ALONE : NORMAL;
    }
}
