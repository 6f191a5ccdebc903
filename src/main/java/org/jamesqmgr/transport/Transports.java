/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jamesqmgr.model.TransportName;

/**
 * The transports that the administrator has defined, and who delivers for each.
 *
 * @param agents by transport; those that James's consumers drain are not among them
 */
public record Transports(Map<TransportName, AgentKind> agents) {

    /** Nothing but James's consumers delivers. */
    public static final Transports NONE = new Transports(Map.of());

    public Transports {
        agents = Map.copyOf(agents);
    }

    /** Who delivers for a transport; empty if there is no such transport. */
    public Optional<AgentKind> agent(TransportName transport) {
        return Optional.ofNullable(agents.get(transport));
    }

    /** The names in order, for people. */
    @Override
    public String toString() {
        return String.join(
                ", ",
                new TreeMap<>(agents).keySet().stream().map(TransportName::asString).toList());
    }
}
