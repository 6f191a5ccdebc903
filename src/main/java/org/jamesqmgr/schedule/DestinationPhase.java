/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/**
 * Whether deliveries to a destination may begin.
 *
 * <pre>
 *            too many failures
 *         +--------------------> DEAD
 *         |                     |  ^
 *   READY &lt;-- time, success, ---+  |
 *    ^  |     flush                | too many failures (the rate delay was switched off meanwhile)
 *    |  | delivery ended, there    |
 *    |  v is a rate delay          |
 *   RESTING -----------------------+
 * </pre>
 *
 * What is dead does not go to rest: it is ready first.
 */
enum DestinationPhase {
    READY,
    DEAD,
    RESTING;

    boolean mayBecome(DestinationPhase next) {
        return switch (this) {
            case READY -> next != READY;
            case DEAD -> next == READY;
            case RESTING -> next != RESTING;
        };
    }
}
