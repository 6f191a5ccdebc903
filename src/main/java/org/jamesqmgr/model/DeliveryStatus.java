/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import static java.util.Objects.requireNonNull;

/**
 * What is to be said about an attempt to deliver, in Postfix's words. Texts are one line each:
 * control characters of a remote's reply are blanked.
 *
 * @param code never missing; {@code x.0.0} if the remote gave none
 * @param reason for people: log, listing, report; never empty. For example {@code host
 *     mx.example[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)}
 * @param diagnostic the remote's reply alone, every line of it, as reports quote it; empty if no
 *     remote spoke
 * @param remoteMta name of the host that spoke; empty if none did
 */
public record DeliveryStatus(
        EnhancedStatusCode code, String reason, String diagnostic, String remoteMta) {

    public DeliveryStatus {
        requireNonNull(code);
        reason = oneLine(reason);
        diagnostic = oneLine(diagnostic);
        remoteMta = oneLine(remoteMta);
        if (reason.isEmpty()) {
            throw new IllegalArgumentException("a status needs a reason: " + code);
        }
    }

    /** Our own finding: no remote spoke. */
    public static DeliveryStatus local(String code, String reason) {
        return new DeliveryStatus(EnhancedStatusCode.parse(code).orElseThrow(), reason, "", "");
    }

    /** The same finding seen another way, with what the remote said kept. */
    public DeliveryStatus because(String newReason) {
        return new DeliveryStatus(code, newReason, diagnostic, remoteMta);
    }

    public DeliveryStatus inClass(int statusClass) {
        return new DeliveryStatus(code.inClass(statusClass), reason, diagnostic, remoteMta);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
