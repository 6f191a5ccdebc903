/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetConfig;
import org.jamesqmgr.engine.HandOver.Start;

/** What the mailets have in common that keep mail back, each mail once. */
final class KeepBack {

    private static final String REASON = "reason";

    private final String mailet;
    private final MailParts parts;
    private final Start start;
    private String reason;

    KeepBack(String mailet, MailParts parts, Start start) {
        this.mailet = mailet;
        this.parts = parts;
        this.start = start;
    }

    void init(MailetConfig config) throws MessagingException {
        Parameters parameters = new Parameters(mailet, config);
        parameters.allow(REASON);
        String text = parameters.required(REASON, "a text of one line");
        if (text.lines().count() > 1) {
            throw parameters.wrong(REASON, text, "a text of one line");
        }
        reason = text;
    }

    void service(Mail mail) throws MessagingException {
        boolean again = parts.run().filter(run -> run.wasKeptBack(reason)).isPresent();
        if (!again && !mail.getRecipients().isEmpty()) {
            parts.keepBack(mail, start, reason);
            mail.setState(Mail.GHOST);
        }
    }
}
