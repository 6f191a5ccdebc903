/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import org.jamesqmgr.model.Nexthop;

/** Finds the hosts that take mail for a next hop. Blocks; safe for use by any thread. */
@FunctionalInterface
public interface Exchangers {

    /**
     * Looks up once. Trouble with the name service is an answer, never an exception.
     *
     * @param nexthop a domain whose exchangers are looked up, or a host itself; the port is the
     *     caller's concern
     */
    Lookup find(Nexthop nexthop);
}
