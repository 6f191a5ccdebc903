/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        DELETE("deleted"),
        /** It goes to hold. */
        HOLD("put on hold"),
        /** It goes to hold, and on from there by {@link #afterwards}. */
        REQUEUE("requeued"),
        /** It goes back to its sender, or is marked for that. */
        EXPIRE("returned to its sender"),
        /** It goes back to incoming. */
        GIVE_BACK("put back");

        private final String done;

        Kind(String done) {
            this.done = done;
        }

        /** What is done to a message, as in <i>it is deleted</i>. */
        String done() {
            return done;
        }
    }

    private final Kind kind;
    private final String reason;
    private final Runnable afterwards;
    private final boolean expiring;
    private final List<Intention> parts = new ArrayList<>();
    private final CompletableFuture<Boolean> carriedOut = new CompletableFuture<>();

    /**
     * @param reason for {@link Kind#HOLD} and {@link Kind#REQUEUE}
     * @param afterwards done once the message is where it is to be, if it was put there; may block
     */
    Intention(Kind kind, String reason, Runnable afterwards) {
        this(kind, reason, afterwards, kind == Kind.EXPIRE);
    }

    private Intention(Kind kind, String reason, Runnable afterwards, boolean expiring) {
        this.kind = kind;
        this.reason = reason;
        this.afterwards = afterwards;
        this.expiring = expiring;
    }

    /**
     * What holds when something else is wanted after this. A hold and an expiry go together, in either
     * order; otherwise a deletion stands, and so does a requeue unless the message is to be deleted.
     * Nobody's wish is one for it to be given back.
     *
     * @return this, unless the other is carried out too or instead
     */
    Intention then(Intention wanted) {
        if (kind == wanted.kind || wanted.kind == Kind.GIVE_BACK || kind == Kind.DELETE) {
            return this;
        }
        if (kind == Kind.REQUEUE && wanted.kind != Kind.DELETE) {
            return this;
        }
        boolean both = kind == Kind.HOLD && wanted.kind == Kind.EXPIRE;
        if (both || (kind == Kind.EXPIRE && wanted.kind == Kind.HOLD)) {
            return heldAndExpiring(both ? this : wanted).told(this).told(wanted);
        }
        return wanted;
    }

    private static Intention heldAndExpiring(Intention hold) {
        return new Intention(Kind.HOLD, hold.reason, hold.afterwards, true);
    }

    /** Whoever wanted a part of this hears of its end. */
    private Intention told(Intention part) {
        parts.add(part);
        return this;
    }

    /** What is left when the message is not to be held; empty if that is nothing, or it is not to be. */
    Optional<Intention> released() {
        return expiring
                ? Optional.of(new Intention(Kind.EXPIRE, "", () -> {}).told(this))
                : Optional.empty();
    }

    /** Whether this is done when that is. */
    boolean includes(Intention wanted) {
        boolean alike = kind == wanted.kind && (kind != Kind.REQUEUE || this == wanted);
        return alike || (expiring && wanted.kind == Kind.EXPIRE);
    }

    /** Whether the message is marked to be returned to its sender, whatever else becomes of it. */
    boolean expiring() {
        return expiring;
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
        hears(thisWay);
    }

    private void hears(boolean thisWay) {
        carriedOut.complete(thisWay);
        parts.forEach(part -> part.hears(thisWay));
    }

    /** Completed when the work has ended, with whether it ended this way. */
    CompletableFuture<Boolean> carriedOut() {
        return carriedOut;
    }
}
