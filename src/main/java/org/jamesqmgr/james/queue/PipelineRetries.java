/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Instant;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.QueuedMessage;

/**
 * Makes James's own retries of a failed pipeline run ours. James puts the mail back into the spool
 * with a count of its failures, five times at once, and then gives it up to its error repository.
 * Here each failure is a deferral with backoff of the same message: the mail is handed out with the
 * count taken off, for as long as its lifetime lasts; after that with the count at its limit, so that
 * the next failure is James's last.
 *
 * <p>Safe for use by any thread.
 */
final class PipelineRetries {

    private final QueueManager queueManager;

    PipelineRetries(QueueManager queueManager) {
        this.queueManager = queueManager;
    }

    /** Sets the count of failures of a mail that is about to be handed out. */
    void prepare(MailImpl mail, QueuedMessage message) {
        if (failures(mail) == 0) {
            return;
        }
        if (queueManager.expired(message)) {
            mail.setAttribute(
                    new Attribute(
                            JamesMailSpooler.MAIL_PROCESSING_ERROR_COUNT,
                            AttributeValue.of(JamesMailSpooler.MAXIMUM_FAILURE_COUNT)));
        } else {
            mail.removeAttribute(JamesMailSpooler.MAIL_PROCESSING_ERROR_COUNT);
        }
    }

    /** Whether a mail that comes back carries the mark of a failed run. */
    boolean failedAgain(Mail returned) {
        return failures(returned) > 0;
    }

    /** Carries the count of failures over to another mail. */
    void copyFailures(Mail from, Mail to) {
        from.getAttribute(JamesMailSpooler.MAIL_PROCESSING_ERROR_COUNT).ifPresent(to::setAttribute);
    }

    /**
     * Whether the pipeline failed for the last time, so that James has put the mail into its error
     * repository: it was at its limit, and was not consumed.
     */
    boolean gaveUp(Mail mail) {
        return failures(mail) >= JamesMailSpooler.MAXIMUM_FAILURE_COUNT
                && !Mail.GHOST.equals(mail.getState());
    }

    Instant nextAttempt(QueuedMessage message) {
        return queueManager.nextAttempt(message);
    }

    String reason(Mail returned) {
        String processor = said(" in processor ", returned.getState());
        return "the mailet pipeline failed" + processor + said(": ", returned.getErrorMessage());
    }

    private static String said(String before, String text) {
        return text == null || text.isBlank() ? "" : before + text.strip();
    }

    private static int failures(Mail mail) {
        return mail.getAttribute(JamesMailSpooler.MAIL_PROCESSING_ERROR_COUNT)
                .flatMap(attribute -> attribute.getValue().valueAs(Integer.class))
                .orElse(0);
    }
}
