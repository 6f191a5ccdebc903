/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import org.jamesqmgr.model.DeliveryStatus;

/** Why there is no host to try, in Postfix's words. */
final class DnsFailures {

    private DnsFailures() {}

    /** Neither exchanger nor address: final. */
    static Lookup notFound(String name) {
        return failed("5.4.4", nameService(name, "A") + "Host not found");
    }

    /** Nobody knows at the moment. */
    static Lookup noAnswer(String name, String type) {
        return failed("4.4.3", nameService(name, type) + "Host not found, try again");
    }

    static Lookup noMail(String domain) {
        return failed("5.1.0", "Domain " + domain + " does not accept mail (nullMX)");
    }

    static Lookup loop(String domain) {
        return failed("5.4.6", "mail for " + domain + " loops back to myself");
    }

    private static String nameService(String name, String type) {
        return "Host or domain name not found. Name service error for name=%s type=%s: "
                .formatted(name, type);
    }

    private static Lookup failed(String code, String reason) {
        return new Lookup.Failed(DeliveryStatus.local(code, reason));
    }
}
