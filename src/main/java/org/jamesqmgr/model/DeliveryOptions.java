/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;

/**
 * What was asked for with a message about its delivery and the reports on it (RFC 3461).
 *
 * @param nexthop where the pipeline wants it to go, whatever the maps say; empty if it does not
 * @param returned how much of the message reports are to carry (RET)
 * @param envelopeId the sender's name for the message, in xtext as received (ENVID); empty if none
 * @param recipients what was asked for single recipients; {@link RecipientOptions#NONE} for others
 */
public record DeliveryOptions(
        String nexthop,
        Returned returned,
        String envelopeId,
        Map<MailAddress, RecipientOptions> recipients) {

    public static final DeliveryOptions NONE =
            new DeliveryOptions("", Returned.UNSPECIFIED, "", Map.of());

    /** How much of the message a report carries. */
    public enum Returned {
        UNSPECIFIED,
        FULL,
        HEADERS
    }

    /** When a recipient's sender is told; none of them and not NEVER means the default. */
    public enum Notify {
        NEVER,
        SUCCESS,
        FAILURE,
        DELAY
    }

    /**
     * What was asked for one recipient.
     *
     * @param original the address before rewriting, as {@code orig_to} of the log; empty if the same
     * @param originalRecipient ORCPT as received, {@code type;xtext}; empty if none
     * @param notifications NOTIFY; empty if nothing was asked for
     */
    public record RecipientOptions(
            String original, String originalRecipient, Set<Notify> notifications) {

        public static final RecipientOptions NONE = new RecipientOptions("", "", Set.of());

        public RecipientOptions {
            notifications = Set.copyOf(notifications);
        }
    }

    public DeliveryOptions {
        recipients = Map.copyOf(recipients);
    }

    public RecipientOptions of(MailAddress recipient) {
        return recipients.getOrDefault(recipient, RecipientOptions.NONE);
    }
}
