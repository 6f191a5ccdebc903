/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.net.InetAddress;

/**
 * A host that may take the mail.
 *
 * @param hostName as texts and logs name it: the exchanger's name without a trailing dot, or what
 *     stood in the brackets of the next hop
 * @param address one of the host's addresses
 * @param preference of the exchanger, lower is better; 0 if there is no exchanger record
 */
public record Candidate(String hostName, InetAddress address, int preference) {

    /** Name and address: {@code mx.example[192.0.2.1]}. */
    public String asString() {
        return hostName + "[" + address.getHostAddress() + "]";
    }

    @Override
    public String toString() {
        return asString();
    }
}
