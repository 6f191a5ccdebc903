/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Ends the server, at once and without a goodbye, on any mail that has the header {@code X-Poison}. */
public final class HaltOnPoison extends GenericMailet {

    /** The status the server ends with. */
    public static final int STATUS = 99;

    @Override
    public void service(Mail mail) throws MessagingException {
        if (mail.getMessage().getHeader("X-Poison") != null) {
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
