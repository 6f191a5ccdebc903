/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.regex.Pattern;

/** A server we speak to: a candidate, and the port it listens on. */
record Peer(Candidate candidate, int port) {

    private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?::|$)");

    /** Name and address, as texts have it: {@code mx.example[2001:db8::1]}. */
    String name() {
        return hostName() + "[" + addressText() + "]";
    }

    /** Without the longest run of zeros, if it is an IPv6 address (RFC 5952). */
    private String addressText() {
        String text = candidate.address().getHostAddress();
        return ZEROS.matcher(text)
                .results()
                .max(Comparator.comparingInt(run -> run.end() - run.start()))
                .map(run -> text.substring(0, run.start()) + "::" + text.substring(run.end()))
                .orElse(text);
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
