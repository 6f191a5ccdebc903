/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.net.InetSocketAddress;

/** A server we speak to: a candidate, and the port it listens on. */
record Peer(Candidate candidate, int port) {

    /** Name and address, as texts have it. */
    String name() {
        return candidate.asString();
    }

    /** As the log's {@code relay=} has it. */
    String relay() {
        return name() + ":" + port;
    }

    String hostName() {
        return candidate.hostName();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(candidate.address(), port);
    }
}
