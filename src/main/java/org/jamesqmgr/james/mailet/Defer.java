/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jamesqmgr.engine.HandOver.Start;

/**
 * Lets a mail wait for its next try, as if a delivery had failed: back to deferred, with backoff.
 *
 * <pre>{@code
 * <mailet match="HostIs=slow.example" class="org.jamesqmgr.james.mailet.Defer">
 *     <reason>mail for slow.example goes a little later</reason>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code reason} (required): shown in the listing of the queue.
 * </ul>
 *
 * <p>After its wait the mail passes the processor it was deferred in once more, from the start, and
 * this time goes on here: a mail is deferred once for each reason. A mail that a matcher has split is
 * deferred as a message of its own; what became of its other parts is not affected.
 */
public final class Defer extends GenericMailet {

    private final KeepBack keepBack;

    @Inject
    public Defer(MailParts parts) {
        this.keepBack = new KeepBack("Defer", parts, Start.DEFERRED);
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
        return "Defer";
    }
}
