/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;

/**
 * What is known of a message besides its content. Written once, when the message is accepted;
 * replaced as a whole when the pipeline hands the message back changed.
 *
 * <p>Two times are kept apart, as in Postfix: {@code arrival} is when the server took the message
 * (shown in listings, base of {@code delay=}), {@code created} is where the backoff and the lifetime
 * count from. They differ for a message that was requeued, and for one whose delay was asked for on
 * purpose: that one ages from its due time.
 *
 * @param transport who drains it
 * @param sender where failures are reported to; null sender for reports themselves
 * @param recipients in the order given; may be empty, James allows it
 * @param arrival when the server took the message
 * @param created base of backoff and lifetime
 * @param notBefore when it may be worked on first; not after {@code arrival} unless a delay was
 *     asked for
 * @param priority 0 (last) to 9 (first), 5 is normal
 * @param attributes whatever the face in front of the queues needs to build its own mail again;
 *     opaque to everything below
 * @param options what was asked for about its delivery and the reports on it
 */
public record Envelope(
        TransportName transport,
        MaybeSender sender,
        List<MailAddress> recipients,
        Instant arrival,
        Instant created,
        Instant notBefore,
        int priority,
        Map<String, String> attributes,
        DeliveryOptions options) {

    public static final int LOWEST_PRIORITY = 0;
    public static final int NORMAL_PRIORITY = 5;
    public static final int HIGHEST_PRIORITY = 9;

    public Envelope {
        recipients = List.copyOf(recipients);
        attributes = Map.copyOf(attributes);
        if (priority < LOWEST_PRIORITY || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("priority must be 0 to 9, not " + priority);
        }
    }

    /** The same envelope for another time. */
    public Envelope notBefore(Instant time) {
        return new Envelope(
                transport,
                sender,
                recipients,
                arrival,
                created,
                time,
                priority,
                attributes,
                options);
    }

    /** The same envelope for these recipients. */
    public Envelope withRecipients(List<MailAddress> others) {
        return new Envelope(
                transport,
                sender,
                others,
                arrival,
                created,
                notBefore,
                priority,
                attributes,
                options);
    }

    /** The same envelope with these attributes alone. */
    public Envelope withAttributes(Map<String, String> others) {
        return new Envelope(
                transport,
                sender,
                recipients,
                arrival,
                created,
                notBefore,
                priority,
                others,
                options);
    }

    /** The same envelope with another priority. */
    public Envelope withPriority(int other) {
        return new Envelope(
                transport,
                sender,
                recipients,
                arrival,
                created,
                notBefore,
                other,
                attributes,
                options);
    }

    /** The same envelope with these options. */
    public Envelope withOptions(DeliveryOptions others) {
        return new Envelope(
                transport,
                sender,
                recipients,
                arrival,
                created,
                notBefore,
                priority,
                attributes,
                others);
    }

    /** Whether the sender asked for a delay. Such a message is scheduled, not deferred. */
    public boolean scheduled() {
        return notBefore.isAfter(arrival);
    }

    /** How long the message has been queued, never negative: clocks jump. */
    public Duration age(Instant now) {
        Duration age = Duration.between(created, now);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
