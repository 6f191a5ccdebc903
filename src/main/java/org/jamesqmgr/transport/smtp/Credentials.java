/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.Optional;
import org.jamesqmgr.model.Nexthop;

/** {@code smtp_sasl_password_maps}: where we log in, and as whom. Safe for use by any thread. */
@FunctionalInterface
public interface Credentials {

    /** Logs in nowhere. */
    Credentials NONE = (nexthop, hostName) -> Optional.empty();

    /**
     * Asked for every new connection.
     *
     * @param hostName of the server that was connected to
     * @return empty to speak to it without logging in
     */
    Optional<UserPassword> find(Nexthop nexthop, String hostName);
}
