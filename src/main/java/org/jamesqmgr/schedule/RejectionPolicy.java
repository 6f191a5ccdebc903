/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/**
 * What becomes of a message its consumer refuses: it is deferred, and put on hold when that happens
 * too often in a row.
 *
 * @param limit how many refusals in a row put a message on hold
 */
public record RejectionPolicy(int limit) {

    public RejectionPolicy {
        if (limit < 1) {
            throw new IllegalArgumentException("at least one refusal is needed, not " + limit);
        }
    }

    /** Hold at the third refusal. */
    public static RejectionPolicy defaults() {
        return new RejectionPolicy(3);
    }

    /** Whether a message is held after this many refusals in a row, the latest included. */
    public boolean holds(int rejections) {
        return rejections >= limit;
    }
}
