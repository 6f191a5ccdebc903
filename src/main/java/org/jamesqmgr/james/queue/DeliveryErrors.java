/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.DeliveryStatus;

/**
 * What a processor for bounces, and James's mailets in it, want to know of a failed delivery: the
 * attributes that RemoteDelivery sets.
 */
final class DeliveryErrors {

    static final AttributeName ERROR = AttributeName.of("delivery-error");
    static final AttributeName ERROR_CODE = AttributeName.of("delivery-error-code");
    static final AttributeName PERMANENT = AttributeName.of("is-delivery-permanent-error");

    private static final Pattern REPLY = Pattern.compile("([245]\\d\\d)[ -].*", Pattern.DOTALL);

    private DeliveryErrors() {}

    static void set(Mail mail, DeliveryStatus status) {
        mail.setAttribute(new Attribute(ERROR, AttributeValue.of(text(status))));
        mail.setAttribute(new Attribute(PERMANENT, AttributeValue.of(status.code().permanent())));
        code(status)
                .ifPresent(
                        code ->
                                mail.setAttribute(
                                        new Attribute(ERROR_CODE, AttributeValue.of(code))));
    }

    /** The remote's own words if there are any. */
    static String text(DeliveryStatus status) {
        return status.diagnostic().isEmpty() ? status.reason() : status.diagnostic();
    }

    /** For James's own bounce. */
    static String explanation(Mail mail, DeliveryStatus status) {
        String recipients =
                mail.getRecipients().stream()
                        .map(MailAddress::asString)
                        .collect(Collectors.joining("\r\n  "));
        return "Your message could not be delivered to\r\n\r\n  "
                + recipients
                + "\r\n\r\nNo further attempt will be made. The reason:\r\n\r\n  "
                + status.reason()
                + "\r\n";
    }

    private static Optional<Integer> code(DeliveryStatus status) {
        Matcher reply = REPLY.matcher(status.diagnostic());
        return reply.matches() ? Optional.of(Integer.valueOf(reply.group(1))) : Optional.empty();
    }
}
