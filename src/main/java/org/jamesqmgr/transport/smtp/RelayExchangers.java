/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.function.Predicate;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Nexthop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes it for a mistake of the administrator, not of the senders, if a relay host has no address or
 * turns out to be this server: their mail waits (4.3.5) until that is mended, as in Postfix. Safe for
 * use by any thread.
 */
public final class RelayExchangers implements Exchangers {

    private static final Logger LOGGER = LoggerFactory.getLogger(RelayExchangers.class);
    private static final EnhancedStatusCode MISCONFIGURED =
            new EnhancedStatusCode(EnhancedStatusCode.TEMPORARY, 3, 5);

    private final Exchangers exchangers;
    private final Predicate<Nexthop> relay;

    /**
     * @param relay whether a next hop is a relay host, by today's configuration
     */
    public RelayExchangers(Exchangers exchangers, Predicate<Nexthop> relay) {
        this.exchangers = exchangers;
        this.relay = relay;
    }

    @Override
    public Lookup find(Nexthop nexthop) {
        Lookup lookup = exchangers.find(nexthop);
        return lookup.fold(found -> found, failed -> failed(nexthop, failed));
    }

    private Lookup failed(Nexthop nexthop, Lookup.Failed failed) {
        DeliveryStatus status = failed.status();
        if (!status.code().permanent() || !relay.test(nexthop)) {
            return failed;
        }
        LOGGER.warn("relayhost configuration problem: {}: {}", nexthop, status.reason());
        return new Lookup.Failed(
                new DeliveryStatus(
                        MISCONFIGURED, status.reason(), status.diagnostic(), status.remoteMta()));
    }
}
