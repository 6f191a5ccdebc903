/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
import javax.inject.Singleton;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.model.Nexthop;
import org.jamesqmgr.transport.RoutingTable;

/** The routes in force: those of the start, until others are loaded. Safe for use by any thread. */
@Singleton
final class CurrentRoutes {

    private final AtomicReference<RoutingTable> routes;

    @Inject
    CurrentRoutes(QmgrSettings settings) {
        this.routes = new AtomicReference<>(settings.delivery().routes());
    }

    void replace(RoutingTable others) {
        routes.set(others);
    }

    boolean relay(Nexthop nexthop) {
        return routes.get().relays().include(nexthop);
    }
}
