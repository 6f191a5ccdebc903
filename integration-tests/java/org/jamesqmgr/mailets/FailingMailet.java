/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Fails for every mail with the header {@code X-Trouble} for as long as the file {@code while} exists. */
public final class FailingMailet extends GenericMailet {

    @Override
    public void service(Mail mail) throws MessagingException {
        boolean chosen = mail.getMessage().getHeader("X-Trouble") != null;
        if (chosen && Files.exists(Path.of(getInitParameter("while")))) {
            throw new MessagingException("what it needs is down");
        }
    }
}
