/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.transport.Router;

/**
 * How mail is delivered.
 *
 * @param transports by name
 * @param router asked for each recipient whenever a message becomes active
 * @param deferTransports whose mail waits until it is flushed ({@code defer_transports})
 * @param softBounce whether final failures are made temporary ones ({@code soft_bounce})
 * @param delayWarningTime the age at which the sender hears that mail is late; zero for never ({@code
 *     delay_warning_time})
 * @param followUp what comes after a delivery
 */
public record DeliveryPlan(
        Map<TransportName, PushTransport> transports,
        Router router,
        Set<TransportName> deferTransports,
        boolean softBounce,
        Duration delayWarningTime,
        FollowUp followUp) {

    public DeliveryPlan {
        transports = Map.copyOf(transports);
        deferTransports = Set.copyOf(deferTransports);
    }

    public static DeliveryPlan of(
            List<PushTransport> transports, Router router, FollowUp followUp) {
        return new DeliveryPlan(
                transports.stream()
                        .collect(toUnmodifiableMap(PushTransport::name, Function.identity())),
                router,
                Set.of(),
                false,
                Duration.ZERO,
                followUp);
    }

    public DeliveryPlan withRouter(Router other) {
        return new DeliveryPlan(
                transports, other, deferTransports, softBounce, delayWarningTime, followUp);
    }

    public DeliveryPlan withDeferTransports(Set<TransportName> names) {
        return new DeliveryPlan(transports, router, names, softBounce, delayWarningTime, followUp);
    }

    public DeliveryPlan withSoftBounce(boolean soft) {
        return new DeliveryPlan(
                transports, router, deferTransports, soft, delayWarningTime, followUp);
    }

    public DeliveryPlan withDelayWarningTime(Duration age) {
        return new DeliveryPlan(transports, router, deferTransports, softBounce, age, followUp);
    }

    Map<TransportName, TransportLimits> limits() {
        return transports.values().stream()
                .collect(toUnmodifiableMap(PushTransport::name, PushTransport::limits));
    }
}
