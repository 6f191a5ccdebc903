/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.Locale;
import java.util.Set;

/**
 * Postfix's five queues, and which moves between them are legal. Every message is in exactly one.
 *
 * <pre>
 *                     +---------- recovery, given back, flushed ----------+
 *                     v                                                   |
 *   accepted --> INCOMING --claim--> ACTIVE --finished--> (gone)          |
 *                  |  |                |  \--------> DEFERRED <--release--+-- HOLD
 *                  |  +-scheduled------+----------->   |  ^                    ^
 *                  |                                   |  +--------------------+
 *                  +--operator: hold-------------------+----------> HOLD
 *   any of the four, when unreadable --> CORRUPT
 * </pre>
 *
 * A message leaves the system from any queue: finished from ACTIVE, deleted by an operator from the
 * others. HOLD is left only towards DEFERRED, as with {@code postsuper -H}, so that a message
 * released from hold still keeps its retry time. Nothing leaves CORRUPT but by deletion: what
 * cannot be read must not be tried.
 */
public enum QueueName {
    INCOMING,
    ACTIVE,
    DEFERRED,
    HOLD,
    CORRUPT;

    /** Whether a message may be moved from this queue to {@code next}. */
    public boolean canMoveTo(QueueName next) {
        return legalMoves().contains(next);
    }

    /**
     * Checks a move.
     *
     * @return {@code next}
     * @throws IllegalStateException if the move is not legal: that is a defect of ours
     */
    public QueueName moveTo(QueueName next) {
        if (!canMoveTo(next)) {
            throw new IllegalStateException("a message cannot move from " + this + " to " + next);
        }
        return next;
    }

    /** Postfix's name of the queue, and its directory: lower case. */
    public String asString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private Set<QueueName> legalMoves() {
        return switch (this) {
            case INCOMING -> Set.of(ACTIVE, DEFERRED, HOLD, CORRUPT);
            case ACTIVE -> Set.of(INCOMING, DEFERRED, HOLD, CORRUPT);
            case DEFERRED -> Set.of(INCOMING, ACTIVE, HOLD, CORRUPT);
            case HOLD -> Set.of(DEFERRED, CORRUPT);
            case CORRUPT -> Set.of();
        };
    }
}
