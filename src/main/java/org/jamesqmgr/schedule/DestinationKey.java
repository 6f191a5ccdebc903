/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.Locale;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;

/**
 * What parallel deliveries are counted for: a destination, or, where a delivery has one recipient, a
 * recipient there.
 *
 * @param recipient {@code localpart@nexthop} without the localpart's extension, or empty
 */
record DestinationKey(Destination destination, String recipient) {

    private static final char EXTENSION = '+';

    static DestinationKey of(Destination destination) {
        return new DestinationKey(destination, "");
    }

    static DestinationKey of(Destination destination, MailAddress recipient) {
        String user = withoutExtension(recipient.getLocalPart()).toLowerCase(Locale.ROOT);
        return new DestinationKey(destination, user + "@" + destination.nexthop());
    }

    private static String withoutExtension(String localPart) {
        int extension = localPart.indexOf(EXTENSION);
        return extension > 0 ? localPart.substring(0, extension) : localPart;
    }
}
