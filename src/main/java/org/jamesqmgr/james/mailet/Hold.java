/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jamesqmgr.engine.HandOver.Start;

/**
 * Puts a mail on hold: it waits until an operator looks at it and releases it ({@code postsuper -H}),
 * or deletes it.
 *
 * <pre>{@code
 * <mailet match="SenderIs=newsletter@example.org" class="org.jamesqmgr.james.mailet.Hold">
 *     <reason>newsletters are looked at first</reason>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code reason} (required): shown in the listing of the queue.
 * </ul>
 *
 * <p>Released mail passes the processor it was held in once more, from the start, and this time goes
 * on here: a mail is held once for each reason. A mail that a matcher has split is held as a message
 * of its own; what became of its other parts is not affected.
 */
public final class Hold extends GenericMailet {

    private final KeepBack keepBack;

    @Inject
    public Hold(MailParts parts) {
        this.keepBack = new KeepBack("Hold", parts, Start.HELD);
    }

    @Override
    public void init() throws MessagingException {
        keepBack.init(getMailetConfig());
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        keepBack.service(mail);
    }

    @Override
    public String getMailetInfo() {
        return "Hold";
    }
}
