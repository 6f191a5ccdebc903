/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.RecipientOutcome;

/**
 * The same for everybody: what an administrator has written into a next hop, as {@code 5.1.2 no mail for this domain} or the
 * text alone.
 *
 * @param statusClass of every code, whatever class is written
 * @param silence what is said if nothing is written
 */
record SpokenVerdict(int statusClass, String silence) {

    private static final Pattern CODE_AND_TEXT = Pattern.compile("(\\S+)(?:\\s+(.*))?");

    DeliveryReport on(DeliveryRequest request, Instant now) {
        DeliveryStatus status = status(request.destination().nexthop());
        return DeliveryReport.of(
                request.recipients().stream()
                        .map(recipient -> RecipientOutcome.of(recipient, status))
                        .map(outcome -> Attempt.immediate(now, outcome))
                        .toList());
    }

    private DeliveryStatus status(String written) {
        String text = written.replaceAll("\\p{Cntrl}+", " ").strip();
        Matcher matcher = CODE_AND_TEXT.matcher(text);
        Optional<EnhancedStatusCode> code =
                matcher.matches() ? EnhancedStatusCode.parse(matcher.group(1)) : Optional.empty();
        return code.map(given -> status(given, Optional.ofNullable(matcher.group(2)).orElse("")))
                .orElseGet(() -> status(new EnhancedStatusCode(statusClass, 0, 0), text));
    }

    private DeliveryStatus status(EnhancedStatusCode code, String text) {
        return new DeliveryStatus(
                code.inClass(statusClass), text.isEmpty() ? silence : text, "", "");
    }
}
