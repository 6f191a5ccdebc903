/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A host that may take the mail.
 *
 * @param hostName as texts and logs name it: the exchanger's name without a trailing dot, or what
 *     stood in the brackets of the next hop
 * @param address one of the host's addresses
 * @param preference of the exchanger, lower is better; 0 if there is no exchanger record
 */
public record Candidate(String hostName, InetAddress address, int preference) {

    private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?::|$)");

    /** As texts name it: {@code mx.example[192.0.2.1]}, {@code mx.example[2001:db8::1]}. */
    public String asString() {
        return hostName + "[" + addressText() + "]";
    }

    /** The longest run of zeros is left out (RFC 5952). */
    private String addressText() {
        String text = address.getHostAddress();
        return ZEROS.matcher(text)
                .results()
                .max(Comparator.comparingInt(run -> run.end() - run.start()))
                .map(run -> text.substring(0, run.start()) + "::" + text.substring(run.end()))
                .orElse(text);
    }

    @Override
    public String toString() {
        return asString();
    }
}
