/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;

/** The routing table in force, which may be replaced by another while the server runs. Safe for use by any thread. */
public final class CurrentRoutes implements Router {

    private volatile RoutingTable table;

    public CurrentRoutes(RoutingTable table) {
        this.table = table;
    }

    @Override
    public Destination route(Envelope envelope, MailAddress recipient) {
        return table.route(envelope, recipient);
    }

    /** Messages that become active from now on go by the new table; deliveries in progress are not touched. */
    public void replace(RoutingTable newTable) {
        table = newTable;
    }
}
