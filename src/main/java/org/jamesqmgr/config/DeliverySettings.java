/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.transport.RoutingTable;

/**
 * How mail is delivered. Immutable.
 *
 * @param transports all of them, with different names; those for James's own queues are not among them
 * @param routes lead to these transports alone
 * @param deferTransports whose mail waits until it is flushed; among {@code transports}
 * @param softBounce whether permanent failures are deferred instead
 * @param bounceQueueLifetime as {@link QmgrSettings#maximalQueueLifetime}, for the null sender; never above it
 * @param myhostname the name of this mail server, never empty
 * @param syslogName the program's name in the mail log
 */
public record DeliverySettings(
        List<TransportDefinition> transports,
        RoutingTable routes,
        Set<TransportName> deferTransports,
        boolean softBounce,
        Duration bounceQueueLifetime,
        String myhostname,
        String syslogName) {

    public DeliverySettings {
        transports = List.copyOf(transports);
        deferTransports = Set.copyOf(deferTransports);
    }

    /** The same, except for where mail goes. */
    DeliverySettings withRoutes(RoutingTable otherRoutes) {
        return new DeliverySettings(
                transports,
                otherRoutes,
                deferTransports,
                softBounce,
                bounceQueueLifetime,
                myhostname,
                syslogName);
    }
}
