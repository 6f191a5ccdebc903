/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;

/**
 * The part of a report for programs (RFC 3464), with the fields that Postfix has, under its names: tools look for them.
 * All of it is ASCII.
 */
final class DeliveryStatusPart {

    private static final Pattern ORIGINAL_RECIPIENT = Pattern.compile("([A-Za-z0-9-]+);(.+)");

    private final String host;
    private final Duration lifetime;
    private final Report report;
    private final QueuedMessage message;
    private final List<String> lines = new ArrayList<>();

    DeliveryStatusPart(String host, Duration lifetime, Report report, QueuedMessage message) {
        this.host = host;
        this.lifetime = lifetime;
        this.report = report;
        this.message = message;
    }

    /** The fields of the message, then those of each recipient after an empty line. */
    List<String> lines() {
        aboutMessage();
        report.attempts().forEach(this::aboutRecipient);
        return List.copyOf(lines);
    }

    private void aboutMessage() {
        Envelope envelope = message.envelope();
        rigid("Reporting-MTA", "dns; " + host);
        String envelopeId = SafeText.ascii(SafeText.xtextDecoded(envelope.options().envelopeId()));
        if (!envelopeId.isBlank()) {
            rigid("Original-Envelope-Id", envelopeId);
        }
        rigid("X-Postfix-Queue-ID", message.id().asString());
        rigid("X-Postfix-Sender", "rfc822; " + envelope.sender().asString("MAILER-DAEMON@" + host));
        rigid("Arrival-Date", MailDate.format(envelope.arrival()));
    }

    private void aboutRecipient(Attempt attempt) {
        String recipient = attempt.outcome().recipient().asString();
        DeliveryStatus status = attempt.outcome().status();
        lines.add("");
        rigid("Final-Recipient", "rfc822; " + recipient);
        rigid("Original-Recipient", originalRecipient(attempt));
        rigid("Action", action(attempt));
        rigid("Status", status.code().asString());
        if (!status.remoteMta().isEmpty()) {
            rigid("Remote-MTA", "dns; " + status.remoteMta());
        }
        lines.addAll(Folding.STATUS.lines("Diagnostic-Code: " + diagnostic(status)));
        if (report.kind() == ReportKind.DELAY
                && status.code().statusClass() == EnhancedStatusCode.TEMPORARY) {
            rigid("Will-Retry-Until", MailDate.format(message.envelope().created().plus(lifetime)));
        }
    }

    /** As the sender gave it, else the address before it was rewritten, else as it is. */
    private String originalRecipient(Attempt attempt) {
        RecipientOptions options = message.envelope().options().of(attempt.outcome().recipient());
        Matcher given = ORIGINAL_RECIPIENT.matcher(options.originalRecipient());
        if (given.matches()) {
            return given.group(1) + ";" + SafeText.xtextDecoded(given.group(2));
        }
        return "rfc822;"
                + (options.original().isBlank()
                        ? attempt.outcome().recipient().asString()
                        : options.original());
    }

    private String action(Attempt attempt) {
        return switch (report.kind()) {
            case FAILURE -> "failed";
            case DELAY -> "delayed";
            case SUCCESS ->
                    attempt.outcome().status().remoteMta().isEmpty() ? "delivered" : "relayed";
        };
    }

    private String diagnostic(DeliveryStatus status) {
        return status.diagnostic().isEmpty()
                ? "X-Postfix; " + SafeText.ascii(SafeText.bounded(report.reason(status)))
                : "smtp; " + SafeText.ascii(SafeText.bounded(status.diagnostic()));
    }

    private void rigid(String name, String value) {
        lines.addAll(Folding.RIGID.lines(name + ": " + SafeText.ascii(value)));
    }
}
