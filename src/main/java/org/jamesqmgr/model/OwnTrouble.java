/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.stream.Stream;

/**
 * What goes wrong with the server itself while it delivers. Its words are for everybody; what an
 * exception says beyond them (hosts, paths, queries) is for the log and the administrator, and stays
 * out of what strangers are sent.
 */
public enum OwnTrouble {
    MAILBOX("4.2.0", "mailbox trouble"),
    MAILBOX_FULL("5.2.2", "mailbox is full"),
    USERS("4.3.0", "users cannot be looked up"),
    LOCAL_DELIVERY("4.3.0", "LocalDelivery cannot be loaded"),
    QUEUE_ENTRY("4.3.0", "unreadable mail queue entry"),
    TRANSPORT("4.3.0", "mail transport failed"),
    ROUTING("4.3.0", "mail routing failed");

    private static final String DETAIL = ": ";

    private final String code;
    private final String words;

    OwnTrouble(String code, String words) {
        this.code = code;
        this.words = words;
    }

    /** With what is known of it. */
    public DeliveryStatus because(String detail) {
        return DeliveryStatus.local(code, words + DETAIL + detail);
    }

    /** The reason as anybody may read it: whole, unless it is trouble of ours with a detail. */
    public static String forStrangers(DeliveryStatus status) {
        String reason = status.reason();
        if (!status.remoteMta().isEmpty() || !status.diagnostic().isEmpty()) {
            return reason;
        }
        return Stream.of(values())
                .filter(trouble -> reason.contains(trouble.words + DETAIL))
                .findFirst()
                .map(trouble -> reason.substring(0, trouble.end(reason)))
                .orElse(reason);
    }

    private int end(String reason) {
        return reason.indexOf(words + DETAIL) + words.length();
    }
}
