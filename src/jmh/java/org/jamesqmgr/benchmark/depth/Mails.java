/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.depth;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.benchmark.Contents;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ContentWriter;

/** Mails of 4 kB to many destinations, with about as much around them as James needs. */
final class Mails {

    static final TransportName TRANSPORT = new TransportName("smtp");

    private static final byte[] CONTENT = Contents.ofSize(Contents.SMALL);

    private Mails() {}

    static ContentWriter content() {
        return out -> out.write(CONTENT);
    }

    static Envelope envelope(int destination, Instant now) {
        return new Envelope(
                TRANSPORT,
                MaybeSender.of(address("sender@example.com")),
                List.of(address("recipient@host" + destination + ".invalid")),
                now,
                now,
                now,
                Envelope.NORMAL_PRIORITY,
                Map.of(
                        "name", "\"Mail1700000000000-7d9c1c3b\"",
                        "state", "\"root\"",
                        "remote_host", "\"client.example.com\"",
                        "remote_address", "\"192.0.2.1\"",
                        "last_updated", "1700000000000"),
                DeliveryOptions.NONE);
    }

    private static MailAddress address(String text) {
        try {
            return new MailAddress(text);
        } catch (AddressException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
