/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;

/**
 * How a destination does at one moment, for display.
 *
 * @param recipient {@code localpart@nexthop} where each recipient is a destination of its own, else
 *     empty
 * @param window how many deliveries at a time it may have; 0 while it is dead
 * @param busy deliveries in progress
 * @param waiting deliveries to be made
 * @param phase {@code ready}, {@code dead} or {@code resting} (a rate delay)
 * @param deadUntil empty unless it is dead
 * @param reason why it is dead
 */
public record DestinationState(
        Destination destination,
        String recipient,
        int window,
        int busy,
        int waiting,
        String phase,
        Optional<Instant> deadUntil,
        Optional<DeliveryStatus> reason) {}
