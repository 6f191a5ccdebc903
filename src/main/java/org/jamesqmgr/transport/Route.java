/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.util.Optional;
import org.jamesqmgr.model.TransportName;

/**
 * What {@code transport_maps} says of an address, written {@code transport:nexthop}. Either may be missing: {@code slow:} sends
 * to the recipient's own domain by another transport, {@code :nexthop} elsewhere by the same, and {@code :} changes nothing,
 * for the exceptions to a wider entry.
 *
 * @param transport name of the transport; empty for the one that had been chosen
 * @param nexthop as the transport's agent takes it; empty for none
 */
public record Route(String transport, String nexthop) {

    /**
     * Reads the written form.
     *
     * @return empty when {@code text} has no colon; whether transport and nexthop make sense is not looked at
     */
    public static Optional<Route> parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(
                        new Route(
                                text.substring(0, colon).strip(),
                                text.substring(colon + 1).strip()));
    }

    /** The transport, when there is none {@code chosen}. */
    TransportName transportOr(TransportName chosen) {
        return transport.isEmpty() ? chosen : new TransportName(transport);
    }

    /** Whether relay hosts are asked as if there were no entry. */
    boolean changesNothing() {
        return transport.isEmpty() && nexthop.isEmpty();
    }

    @Override
    public String toString() {
        return transport + ":" + nexthop;
    }
}
