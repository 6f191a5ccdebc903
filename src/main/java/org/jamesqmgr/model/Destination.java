/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

/**
 * Where a delivery goes: what the scheduler counts parallel deliveries for.
 *
 * @param transport who delivers
 * @param nexthop what the transport's agent is told: for SMTP a {@link Nexthop} in its written form,
 *     for local delivery the domain, for the error agent the text to say. Lower case where case does
 *     not matter, so that equal destinations are equal
 */
public record Destination(TransportName transport, String nexthop) {

    @Override
    public String toString() {
        return transport + ":" + nexthop;
    }
}
