/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.Reporter;
import org.jamesqmgr.james.mail.DeliveryFailures;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;

/**
 * Returns a mail to its sender, with the same report, and by the same rules, as mail whose delivery has
 * failed: mail from the null sender goes to the postmaster if {@code notify_classes} says so, and
 * {@code NOTIFY=NEVER} is respected. The mail is consumed.
 *
 * <pre>{@code
 * <mailet match="All" class="org.jamesqmgr.james.mailet.ReturnToSender">
 *     <reason>no such user here</reason>
 *     <status>5.1.1</status>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code reason}: why, for the report. Required, but in the processor that is the {@code
 *       bounceProcessor} of QueueDelivery: of recipients whose delivery has failed the report says what
 *       the other server said.
 *   <li>{@code status}: the enhanced status code of the failure, {@code 5.0.0} if it is not there.
 * </ul>
 *
 * <p>Within a run of the spooler the report is safe once the run ends well; if the pipeline fails, there
 * is none, and the whole run is repeated. On another thread it is safe on return.
 */
public final class ReturnToSender extends GenericMailet {

    private static final String REASON = "reason";
    private static final String STATUS = "status";
    private static final String A_REASON = "a text of one line";
    private static final String A_STATUS = "an enhanced status code of a final failure, as 5.1.1";
    private static final String USUAL_STATUS = "5.0.0";

    /** In whose name Postfix logs what fails without an attempt. */
    private static final TransportName ERROR = new TransportName("error");

    private final MailParts parts;
    private final Reporter reporter;
    private final QueueEventListener listener;
    private final Clock clock;

    private Optional<DeliveryStatus> verdict = Optional.empty();

    @Inject
    public ReturnToSender(
            MailParts parts, Reporter reporter, QueueEventListener listener, Clock clock) {
        this.parts = parts;
        this.reporter = reporter;
        this.listener = listener;
        this.clock = clock;
    }

    @Override
    public void init() throws MessagingException {
        Parameters parameters = new Parameters("ReturnToSender", getMailetConfig());
        parameters.allow(REASON, STATUS);
        Optional<String> code = parameters.optional(STATUS, A_STATUS);
        if (code.isPresent() && !finalFailure(code.get())) {
            throw parameters.wrong(STATUS, code.get(), A_STATUS);
        }
        if (code.isPresent()) {
            parameters.required(REASON, A_REASON);
        }
        Optional<String> reason = parameters.optional(REASON, A_REASON);
        if (reason.filter(text -> text.lines().count() > 1).isPresent()) {
            throw parameters.wrong(REASON, reason.get(), A_REASON);
        }
        verdict = reason.map(text -> DeliveryStatus.local(code.orElse(USUAL_STATUS), text));
    }

    private static boolean finalFailure(String code) {
        return EnhancedStatusCode.parse(code).filter(EnhancedStatusCode::permanent).isPresent();
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        if (!mail.getRecipients().isEmpty()) {
            returnToSender(mail, known(mail));
        }
        mail.setState(Mail.GHOST);
    }

    /** What was not said in the mail log yet is said there. */
    private void returnToSender(Mail mail, Map<MailAddress, Attempt> known)
            throws MessagingException {
        QueuedMessage message = parts.returnToSender(mail, failures(mail, known), reporter);
        message.history().stream()
                .filter(failure -> !known.containsKey(failure.outcome().recipient()))
                .forEach(
                        failure ->
                                listener.attempted(message, ERROR, failure.time(), failure, false));
    }

    private static Map<MailAddress, Attempt> known(Mail mail) {
        return DeliveryFailures.of(mail).stream()
                .collect(
                        Collectors.toMap(
                                failure -> failure.outcome().recipient(),
                                Function.identity(),
                                (first, second) -> second));
    }

    private List<Attempt> failures(Mail mail, Map<MailAddress, Attempt> known)
            throws MessagingException {
        List<MailAddress> recipients = mail.getRecipients().stream().distinct().toList();
        if (verdict.isEmpty() && !known.keySet().containsAll(recipients)) {
            throw new MessagingException(
                    "ReturnToSender: the parameter <reason> is missing, and "
                            + mail.getName()
                            + " does not come from a delivery that has failed");
        }
        Instant now = clock.instant();
        return recipients.stream()
                .map(to -> Optional.ofNullable(known.get(to)).orElseGet(() -> failure(to, now)))
                .toList();
    }

    private Attempt failure(MailAddress recipient, Instant now) {
        return Attempt.immediate(
                now, new RecipientOutcome.Bounced(recipient, verdict.orElseThrow()));
    }

    @Override
    public String getMailetInfo() {
        return "ReturnToSender";
    }
}
