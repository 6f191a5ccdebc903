/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.Nexthop;
import org.jamesqmgr.model.TransportName;

/**
 * The routes an administrator has configured. Immutable: a changed configuration is another table.
 *
 * <p>The first that has an answer says where a recipient's mail goes: the message itself (a next hop asked for in the
 * pipeline), {@code transport_maps}, {@code sender_dependent_relayhost_maps}, {@code relayhost}, the recipient's domain. The
 * maps and relay hosts apply to transports with the agent smtp alone: what else the pipeline has chosen is not undone. A
 * transport that is not configured (any more) keeps its mail; a map never sends mail to one.
 *
 * @param agents of all transports
 */
public record RoutingTable(
        Map<TransportName, AgentKind> agents, TransportMap transportMap, RelayHosts relays)
        implements Router {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    public RoutingTable {
        agents = Map.copyOf(agents);
    }

    @Override
    public Destination route(Envelope envelope, MailAddress recipient) {
        TransportName chosen = envelope.transport();
        String asked = envelope.options().nexthop();
        if (!asked.isEmpty()) {
            return destination(chosen, asked);
        }
        return sendsToServers(chosen)
                ? mapped(chosen, recipient).orElseGet(() -> relayed(envelope, recipient))
                : unasked(chosen, recipient);
    }

    private Optional<Destination> mapped(TransportName chosen, MailAddress recipient) {
        return transportMap
                .of(recipient)
                .filter(route -> !route.changesNothing())
                .map(route -> destination(route, route.transportOr(chosen), recipient));
    }

    private Destination relayed(Envelope envelope, MailAddress recipient) {
        return relays.of(envelope.sender())
                .map(nexthop -> destination(envelope.transport(), nexthop))
                .orElseGet(() -> unasked(envelope.transport(), recipient));
    }

    private Destination destination(Route route, TransportName transport, MailAddress recipient) {
        return route.nexthop().isEmpty()
                ? unasked(transport, recipient)
                : destination(transport, route.nexthop());
    }

    /** Nobody named a next hop: the recipient's domain, but nothing for an agent that would say it. */
    private Destination unasked(TransportName transport, MailAddress recipient) {
        return destination(transport, saysText(transport) ? "" : domain(recipient));
    }

    /** An address literal gets the brackets back that James strips it of. */
    private static String domain(MailAddress recipient) {
        String domain = recipient.getDomain().asString();
        return IPV4.matcher(domain).matches() ? "[" + domain + "]" : domain;
    }

    private Destination destination(TransportName transport, String nexthop) {
        return new Destination(transport, saysText(transport) ? nexthop : written(nexthop));
    }

    /** One form for what means the same: the scheduler compares destinations by their text. */
    private static String written(String nexthop) {
        return Nexthop.parse(nexthop)
                .map(Nexthop::asString)
                .orElseGet(() -> nexthop.toLowerCase(Locale.ROOT));
    }

    private boolean sendsToServers(TransportName transport) {
        return agents.get(transport) == AgentKind.SMTP;
    }

    private boolean saysText(TransportName transport) {
        AgentKind agent = agents.get(transport);
        return agent == AgentKind.ERROR || agent == AgentKind.RETRY || agent == AgentKind.DISCARD;
    }
}
