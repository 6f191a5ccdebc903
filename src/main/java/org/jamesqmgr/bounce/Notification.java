/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;

/** The part of a report for people: the words of the template, and why for each recipient. */
final class Notification {

    private final Report report;
    private final QueuedMessage message;

    Notification(Report report, QueuedMessage message) {
        this.report = report;
        this.message = message;
    }

    /** Postmasters get the facts alone. */
    MailText text(Template template, TemplateFields fields) {
        List<String> lines = new ArrayList<>();
        if (report.audience() == Audience.SENDER) {
            template.text().stream()
                    .map(fields::expanded)
                    .map(SafeText::blanked)
                    .forEach(line -> lines.addAll(Folding.asWritten(line)));
        }
        for (Attempt attempt : report.attempts()) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.addAll(Folding.PARAGRAPH.lines(paragraph(attempt)));
        }
        return MailText.of(lines, template.charset());
    }

    private String paragraph(Attempt attempt) {
        String recipient = attempt.outcome().recipient().asString();
        String original = message.envelope().options().of(attempt.outcome().recipient()).original();
        boolean rewritten = !original.isBlank() && !original.equalsIgnoreCase(recipient);
        return SafeText.blanked("<" + recipient + ">")
                + (rewritten ? SafeText.bounded(" (expanded from <" + original + ">)") : "")
                + ": "
                + SafeText.bounded(report.reason(attempt.outcome().status()));
    }
}
