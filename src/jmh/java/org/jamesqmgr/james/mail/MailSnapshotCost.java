/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import org.apache.james.server.core.MailImpl;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a mailet has left of a message of 4 kB: all, or all but a header field more. */
@State(Scope.Thread)
public class MailSnapshotCost {

    private static final String MESSAGE =
            "Received: from client.origin.example (EHLO client.origin.example) ([192.0.2.1])\r\n"
                    + "          by server.target.example (JAMES SMTP Server ) with ESMTP ID 1\r\n"
                    + "          for <recipient@target.example>;\r\n"
                    + "          Mon, 23 Nov 2026 10:00:00 +0000 (UTC)\r\n"
                    + "From: sender@origin.example\r\n"
                    + "To: recipient@target.example\r\n"
                    + "Subject: one of many\r\n"
                    + "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
                    + "Message-ID: <one.of.many@origin.example>\r\n"
                    + "\r\n"
                    + "A line of text, of about the length that usual lines have.\r\n".repeat(58);

    @Param({"false", "true"})
    public boolean changed;

    private final StoredBytes stored = StoredBytes.of(MESSAGE);
    private MailImpl mail;

    @Setup(Level.Trial)
    public void changeMail() throws Exception {
        mail = MailImpl.builder().name("mail").build();
        mail.setMessageNoCopy(new StoredMimeMessage(StoredMails.ID, stored, () -> {}));
        if (changed) {
            mail.getMessage().addHeader("X-Seen", "yes");
        }
    }

    @Benchmark
    public String snapshot() throws Exception {
        return MailSnapshot.of(mail, stored).messageId();
    }
}
