/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as mails write them (RFC 5322), in UTC: reports travel. */
final class MailDate {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss '+0000 (UTC)'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private MailDate() {}

    static String format(Instant time) {
        return FORMAT.format(time);
    }
}
