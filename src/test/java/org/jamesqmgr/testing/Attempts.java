/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.time.Instant;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.RecipientOutcome;

/** Attempts as an agent reports them, of which a test names what matters to it. */
public final class Attempts {

    private static final Conversation CONVERSATION =
            new Conversation(
                    "mx.target.example[192.0.2.1]:25",
                    2,
                    Duration.ofNanos(123_456_789),
                    Duration.ofMillis(5));

    private Attempts() {}

    public static Attempt delivered(Instant time, String recipient) {
        return attempt(time, address(recipient), "2.0.0", "250 2.0.0 ok");
    }

    public static Attempt deferred(Instant time, String recipient, String reply) {
        return attempt(time, address(recipient), "4.2.0", reply);
    }

    public static Attempt bounced(Instant time, String recipient) {
        return attempt(time, address(recipient), "5.1.1", "550 5.1.1 no such user");
    }

    public static Attempt attempt(Instant time, MailAddress recipient, String code, String reply) {
        DeliveryStatus status =
                new DeliveryStatus(
                        EnhancedStatusCode.parse(code).orElseThrow(),
                        "host mx.target.example[192.0.2.1] said: " + reply,
                        reply,
                        "mx.target.example");
        return new Attempt(time, RecipientOutcome.of(recipient, status), CONVERSATION);
    }
}
