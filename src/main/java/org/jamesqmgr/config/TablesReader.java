/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.RelayHosts;
import org.jamesqmgr.transport.Route;
import org.jamesqmgr.transport.TransportMap;

/** Reads all tables of a file. */
final class TablesReader {
    private static final NexthopValue NEXTHOP = new NexthopValue();

    private final Map<Table, XmlElement> given;
    private final Report report;
    private final Map<String, TransportEntry> transports;

    /**
     * @param given the elements of the tables that are in the file
     */
    TablesReader(Map<Table, XmlElement> given, Report report) {
        this.given = given;
        this.report = report;
        this.transports =
                element(Table.TRANSPORTS)
                        .map(new TransportsReader(report)::read)
                        .orElseGet(TransportEntry::builtIn);
    }

    DeliveryTables read() {
        Map<String, Route> routes =
                element(Table.TRANSPORT_MAPS)
                        .map(
                                element ->
                                        new MapReader<Route>(
                                                        Table.TRANSPORT_MAPS,
                                                        "address",
                                                        Set.of("domain=" + TransportMap.EVERYTHING),
                                                        report)
                                                .read(element, this::route))
                        .orElseGet(Map::of);
        Map<String, String> relays =
                element(Table.SENDER_DEPENDENT_RELAYHOST_MAPS)
                        .map(
                                element ->
                                        new MapReader<String>(
                                                        Table.SENDER_DEPENDENT_RELAYHOST_MAPS,
                                                        "sender",
                                                        Set.of("sender=" + RelayHosts.NULL_SENDER),
                                                        report)
                                                .read(element, this::relay))
                        .orElseGet(Map::of);
        return new DeliveryTables(transports, new TransportMap(routes), relays);
    }

    private Optional<XmlElement> element(Table table) {
        return Optional.ofNullable(given.get(table));
    }

    private Optional<Route> route(XmlElement entry) {
        Optional<Route> route = Route.parse(entry.text());
        Optional<String> fault =
                route.isEmpty()
                        ? Optional.of("transport:nexthop, transport:, :nexthop or :")
                        : fault(route.get());
        fault.ifPresent(allowed -> wrong(entry, allowed));
        return fault.isPresent() ? Optional.empty() : route;
    }

    private Optional<String> fault(Route route) {
        boolean chosen = route.transport().isEmpty();
        TransportEntry transport = transports.get(route.transport());
        if (!chosen && transport == null) {
            return Optional.of("the transports " + String.join(", ", transports.keySet()));
        }
        boolean toServer = chosen || transport.agent() == AgentKind.SMTP;
        return toServer && !route.nexthop().isEmpty() && NEXTHOP.parse(route.nexthop()).isEmpty()
                ? Optional.of("after the colon " + NEXTHOP.allowed())
                : Optional.empty();
    }

    private Optional<String> relay(XmlElement entry) {
        Optional<String> nexthop = NEXTHOP.parse(entry.text());
        if (nexthop.isEmpty()) {
            wrong(entry, NEXTHOP.allowed());
        }
        return nexthop;
    }

    private void wrong(XmlElement entry, String allowed) {
        report.problem(
                entry,
                "%s: found %s, allowed: %s"
                        .formatted(
                                entry.attributes().values().stream()
                                        .map(Shown::plain)
                                        .collect(joining()),
                                Shown.quoted(entry.text()),
                                allowed));
    }
}
