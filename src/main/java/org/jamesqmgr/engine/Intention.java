/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.concurrent.CompletableFuture;

/**
 * What an operator wants to become of a message that is in work: noted with the work, and carried out
 * instead of whatever would put the message back to wait. What is left of nothing needs no intention:
 * a message that is done is done. Forgotten when the server dies.
 */
final class Intention {

    /** What is done in the place of a deferral. */
    enum Kind {
        /** It leaves the store. */
        DELETE,
        /** It goes to hold. */
        HOLD,
        /** It goes to hold, and on from there by {@link #afterwards}. */
        REQUEUE,
        /** It goes back to its sender, or is marked for that. */
        EXPIRE,
        /** It goes back to incoming. */
        GIVE_BACK
    }

    private final Kind kind;
    private final String reason;
    private final Runnable afterwards;
    private final CompletableFuture<Boolean> carriedOut = new CompletableFuture<>();

    /**
     * @param reason for {@link Kind#HOLD} and {@link Kind#REQUEUE}
     * @param afterwards done once the message is where it is to be, if it was put there; may block
     */
    Intention(Kind kind, String reason, Runnable afterwards) {
        this.kind = kind;
        this.reason = reason;
        this.afterwards = afterwards;
    }

    Kind kind() {
        return kind;
    }

    String reason() {
        return reason;
    }

    /** The work has ended: this way, or so that nothing was left to be done. */
    void ended(boolean thisWay) {
        if (thisWay) {
            afterwards.run();
        }
        carriedOut.complete(thisWay);
    }

    /** Completed when the work has ended, with whether it ended this way. */
    CompletableFuture<Boolean> carriedOut() {
        return carriedOut;
    }
}
