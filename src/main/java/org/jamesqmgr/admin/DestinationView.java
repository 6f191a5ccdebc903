/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.schedule.DestinationState;

/**
 * How a destination does.
 *
 * @param recipient where each recipient is a destination of its own, else empty
 * @param window how many deliveries at a time it may have; 0 while it is dead
 * @param busy deliveries in progress
 * @param waiting deliveries to be made
 * @param state {@code ready}, {@code dead}, {@code resting} (a rate delay) or {@code suspended} (by
 *     hand)
 * @param deadUntil empty unless it is dead
 * @param reason why it is dead; else empty
 */
public record DestinationView(
        Destination destination,
        String recipient,
        int window,
        int busy,
        int waiting,
        String state,
        Optional<Instant> deadUntil,
        String reason) {

    static DestinationView of(DestinationState state, boolean suspended) {
        return new DestinationView(
                state.destination(),
                state.recipient(),
                state.window(),
                state.busy(),
                state.waiting(),
                suspended ? "suspended" : state.phase(),
                state.deadUntil(),
                state.reason().map(DeliveryStatus::reason).orElse(""));
    }
}
