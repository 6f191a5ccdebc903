/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.Attempt;
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

    /** So many recipients are told of one by one in the attribute. */
    private static final int MOST_TEXTS = 50;

    private DeliveryErrors() {}

    /** The code is that of the first failure, as with RemoteDelivery; it has one for all. */
    static void set(Mail mail, List<Attempt> failures) {
        DeliveryStatus first = status(failures.get(0));
        mail.setAttribute(new Attribute(ERROR, AttributeValue.of(text(failures))));
        mail.setAttribute(new Attribute(PERMANENT, AttributeValue.of(first.code().permanent())));
        code(first)
                .ifPresent(
                        code ->
                                mail.setAttribute(
                                        new Attribute(ERROR_CODE, AttributeValue.of(code))));
    }

    /** What was said, once if the same was said of all; one line, since it becomes part of a header. */
    static String text(List<Attempt> failures) {
        List<String> said =
                failures.stream().map(failure -> text(status(failure))).distinct().toList();
        if (said.size() == 1) {
            return said.get(0);
        }
        String each =
                failures.stream()
                        .limit(MOST_TEXTS)
                        .map(failure -> recipient(failure) + ": " + text(status(failure)))
                        .collect(Collectors.joining("; "));
        int more = failures.size() - MOST_TEXTS;
        return more > 0 ? each + "; and " + more + " more" : each;
    }

    /** The remote's own words if there are any. */
    private static String text(DeliveryStatus status) {
        return status.diagnostic().isEmpty() ? status.reason() : status.diagnostic();
    }

    private static String recipient(Attempt failure) {
        return failure.outcome().recipient().asString();
    }

    private static DeliveryStatus status(Attempt failure) {
        return failure.outcome().status();
    }

    private static Optional<Integer> code(DeliveryStatus status) {
        Matcher reply = REPLY.matcher(status.diagnostic());
        return reply.matches() ? Optional.of(Integer.valueOf(reply.group(1))) : Optional.empty();
    }
}
