/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.Optional;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.OpenRuns;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.james.mail.WatchedContent;
import org.jamesqmgr.model.QueueId;

/** Where a mail that James puts into a queue came from. */
final class MailOrigin {

    private MailOrigin() {}

    /**
     * What the log is to say.
     *
     * @param content of the mail, written already
     */
    static Provenance of(Mail mail, WatchedContent content, OpenRuns runs) {
        Optional<QueueId> origin = runs.current().map(run -> run.message().id());
        boolean received = origin.isEmpty() && isFromSession(mail);
        return new Provenance(
                received ? text(mail.getRemoteHost()) : "",
                received ? text(mail.getRemoteAddr()) : "",
                text(mail.getName()),
                content.messageId(),
                origin);
    }

    /** James names a remote host in every mail; only sessions leave their mark. */
    private static boolean isFromSession(Mail mail) {
        return Mail.DEFAULT.equals(mail.getState())
                && mail.getAttribute(Mail.SMTP_SESSION_ID).isPresent();
    }

    private static String text(String orNull) {
        return orNull == null ? "" : orNull;
    }
}
