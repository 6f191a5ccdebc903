/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.IsoTime;
import org.jamesqmgr.model.RecipientOutcome;

/**
 * What became of the recipients of a mail that goes to a processor for bounces, as an attribute of it
 * that every queue keeps: a list with a map of texts for each recipient.
 */
public final class DeliveryFailures {

    static final AttributeName ATTRIBUTE = AttributeName.of("org.jamesqmgr.delivery-failures");

    /** Of those that are told of in full. */
    private static final int MOST_WHOLE = 50;

    /** Of what was said about each of the others, so many characters are kept. */
    private static final int SHORT = 200;

    private static final String RECIPIENT = "recipient";
    private static final String TIME = "time";
    private static final String CODE = "code";
    private static final String REASON = "reason";
    private static final String DIAGNOSTIC = "diagnostic";
    private static final String MTA = "mta";

    private DeliveryFailures() {}

    /** Puts them into a mail, in the place of what was there. */
    public static void set(Mail mail, List<Attempt> failures) {
        Collection<AttributeValue<?>> all = new ArrayList<>();
        for (Attempt failure : failures) {
            all.add(AttributeValue.of(texts(failure, all.size() < MOST_WHOLE)));
        }
        mail.setAttribute(new Attribute(ATTRIBUTE, AttributeValue.of(all)));
    }

    /** Those of a mail; what is not readable as one is passed over. */
    public static List<Attempt> of(Mail mail) {
        return mail
                .getAttribute(ATTRIBUTE)
                .map(attribute -> attribute.getValue().value())
                .filter(Collection.class::isInstance)
                .map(value -> (Collection<?>) value)
                .stream()
                .flatMap(Collection::stream)
                .map(DeliveryFailures::value)
                .filter(Map.class::isInstance)
                .map(value -> attempt((Map<?, ?>) value))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Map<String, AttributeValue<?>> texts(Attempt failure, boolean whole) {
        DeliveryStatus status = failure.outcome().status();
        return Map.of(
                RECIPIENT, AttributeValue.of(failure.outcome().recipient().asString()),
                TIME, AttributeValue.of(IsoTime.format(failure.time())),
                CODE, AttributeValue.of(status.code().asString()),
                REASON, text(status.reason(), whole),
                DIAGNOSTIC, text(status.diagnostic(), whole),
                MTA, text(status.remoteMta(), whole));
    }

    private static AttributeValue<String> text(String text, boolean whole) {
        return AttributeValue.of(whole ? text : text.substring(0, Math.min(text.length(), SHORT)));
    }

    private static Optional<Attempt> attempt(Map<?, ?> texts) {
        try {
            Instant time = IsoTime.parse(text(texts, TIME));
            MailAddress recipient = new MailAddress(text(texts, RECIPIENT));
            return EnhancedStatusCode.parse(text(texts, CODE))
                    .map(code -> status(code, texts))
                    .map(status -> RecipientOutcome.of(recipient, status))
                    .map(outcome -> Attempt.immediate(time, outcome));
        } catch (AddressException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static DeliveryStatus status(EnhancedStatusCode code, Map<?, ?> texts) {
        return new DeliveryStatus(
                code, text(texts, REASON), text(texts, DIAGNOSTIC), text(texts, MTA));
    }

    private static String text(Map<?, ?> texts, String name) {
        return value(texts.get(name)) instanceof String text ? text : "";
    }

    /** What is in it: elements come wrapped. */
    private static Object value(Object element) {
        return element instanceof AttributeValue<?> wrapped ? wrapped.value() : element;
    }
}
