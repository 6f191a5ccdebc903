/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.RelayHosts;
import org.jamesqmgr.transport.RoutingTable;

/** Makes of values that have been checked what the delivery side takes. */
record DeliveryValues(ParameterValues values) {

    DeliverySettings toSettings() {
        List<TransportDefinition> transports =
                values.tables().transports().values().stream().map(this::definition).toList();
        return new DeliverySettings(
                transports,
                routes(transports),
                values.get(DeliveryParameters.DEFER_TRANSPORTS).stream()
                        .map(TransportName::new)
                        .collect(toUnmodifiableSet()),
                values.get(DeliveryParameters.SOFT_BOUNCE),
                bounceQueueLifetime(),
                myhostname(),
                values.get(DeliveryParameters.SYSLOG_NAME));
    }

    String myhostname() {
        String given = values.get(DeliveryParameters.MYHOSTNAME);
        return given.isEmpty() ? MachineName.get() : given;
    }

    private TransportDefinition definition(TransportEntry entry) {
        return new TransportDefinition(
                new TransportName(entry.name()), entry.agent(), limits(entry));
    }

    private TransportLimits limits(TransportEntry entry) {
        int processes =
                entry.processes() > 0
                        ? entry.processes()
                        : values.get(DeliveryParameters.DEFAULT_PROCESS_LIMIT);
        int limit = of(ParameterFamily.CONCURRENCY_LIMIT, entry);
        return new TransportLimits(
                processes,
                initial(of(ParameterFamily.INITIAL_CONCURRENCY, entry), limit, processes),
                limit,
                of(ParameterFamily.FAILED_COHORT_LIMIT, entry),
                of(ParameterFamily.POSITIVE_FEEDBACK, entry),
                of(ParameterFamily.NEGATIVE_FEEDBACK, entry),
                of(ParameterFamily.RECIPIENT_LIMIT, entry),
                of(ParameterFamily.RATE_DELAY, entry));
    }

    /** Lowered without a word, as Postfix does: the limits are what the administrator thinks of. */
    private static int initial(int wanted, int limit, int processes) {
        int bound = limit == 0 ? processes : Math.min(limit, processes);
        return Math.min(wanted, bound);
    }

    private <T> T of(ParameterFamily<T> family, TransportEntry entry) {
        return family.valueFor(entry.name(), values);
    }

    private RoutingTable routes(List<TransportDefinition> transports) {
        Map<TransportName, AgentKind> agents =
                transports.stream()
                        .collect(
                                toUnmodifiableMap(
                                        TransportDefinition::name, TransportDefinition::agent));
        RelayHosts relays =
                new RelayHosts(
                        values.tables().relaysBySender(), values.get(DeliveryParameters.RELAYHOST));
        return new RoutingTable(agents, values.tables().transportMap(), relays);
    }

    private Duration bounceQueueLifetime() {
        Duration most = values.get(Parameters.MAXIMAL_QUEUE_LIFETIME);
        Duration wanted = values.get(DeliveryParameters.BOUNCE_QUEUE_LIFETIME);
        return wanted.compareTo(most) > 0 ? most : wanted;
    }
}
