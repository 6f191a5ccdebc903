/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.TransportName;

/**
 * An envelope of which a test names only what matters to it. Without more it is new mail of normal
 * priority from one sender to one recipient. Immutable: every step is a new builder.
 */
public record EnvelopeBuilder(
        TransportName transport,
        MaybeSender sender,
        List<MailAddress> recipients,
        Instant arrival,
        Optional<Instant> created,
        Optional<Instant> notBefore,
        int priority,
        Map<String, String> attributes) {

    private static final MailAddress SENDER = address("sender@origin.example");
    private static final MailAddress RECIPIENT = address("recipient@target.example");

    public static EnvelopeBuilder mail(TransportName transport, Instant arrival) {
        return new EnvelopeBuilder(
                transport,
                MaybeSender.of(SENDER),
                List.of(RECIPIENT),
                arrival,
                Optional.empty(),
                Optional.empty(),
                Envelope.NORMAL_PRIORITY,
                Map.of());
    }

    /** An address that the test knows to be well formed. */
    public static MailAddress address(String text) {
        try {
            return new MailAddress(text);
        } catch (AddressException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    public EnvelopeBuilder to(MailAddress... newRecipients) {
        return to(List.of(newRecipients));
    }

    public EnvelopeBuilder to(List<MailAddress> newRecipients) {
        return new EnvelopeBuilder(
                transport,
                sender,
                newRecipients,
                arrival,
                created,
                notBefore,
                priority,
                attributes);
    }

    public EnvelopeBuilder to(String... newRecipients) {
        return to(Stream.of(newRecipients).map(EnvelopeBuilder::address).toList());
    }

    public EnvelopeBuilder from(MaybeSender newSender) {
        return new EnvelopeBuilder(
                transport,
                newSender,
                recipients,
                arrival,
                created,
                notBefore,
                priority,
                attributes);
    }

    public EnvelopeBuilder createdAt(Instant time) {
        return new EnvelopeBuilder(
                transport,
                sender,
                recipients,
                arrival,
                Optional.of(time),
                notBefore,
                priority,
                attributes);
    }

    /** Asks for a delay, when the time is after the arrival. */
    public EnvelopeBuilder notBefore(Instant time) {
        return new EnvelopeBuilder(
                transport,
                sender,
                recipients,
                arrival,
                created,
                Optional.of(time),
                priority,
                attributes);
    }

    public EnvelopeBuilder priority(int newPriority) {
        return new EnvelopeBuilder(
                transport,
                sender,
                recipients,
                arrival,
                created,
                notBefore,
                newPriority,
                attributes);
    }

    public EnvelopeBuilder attributes(Map<String, String> newAttributes) {
        return new EnvelopeBuilder(
                transport,
                sender,
                recipients,
                arrival,
                created,
                notBefore,
                priority,
                newAttributes);
    }

    /** Created and ready when it arrived, unless another time was named. */
    public Envelope build() {
        return new Envelope(
                transport,
                sender,
                recipients,
                arrival,
                created.orElse(arrival),
                notBefore.orElse(arrival),
                priority,
                attributes,
                DeliveryOptions.NONE);
    }
}
