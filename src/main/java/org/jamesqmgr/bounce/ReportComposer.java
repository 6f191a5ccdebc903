/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;

/** Writes reports. */
public final class ReportComposer {

    private final String myhostname;

    public ReportComposer(
            ReportTemplates templates,
            String myhostname,
            Duration delayWarningTime,
            Duration maximalQueueLifetime) {
        this.myhostname = myhostname;
    }

    public ContentWriter compose(
            Report report, QueuedMessage message, Content original, Instant now) {
        return out -> write(report, message, original, now, out);
    }

    private void write(
            Report report, QueuedMessage message, Content original, Instant now, OutputStream out)
            throws IOException {
        line(out, "From: Mail Delivery System <MAILER-DAEMON@" + myhostname + ">");
        line(out, "Subject: " + report.kind() + " for " + report.audience());
        line(out, "To: " + report.to().asString());
        line(
                out,
                "Message-ID: <"
                        + now.toEpochMilli()
                        + "."
                        + message.id()
                        + "."
                        + report.audience()
                        + "@"
                        + myhostname
                        + ">");
        line(out, "MIME-Version: 1.0");
        line(out, "Content-Type: multipart/report; report-type=delivery-status; boundary=b");
        line(out, "");
        line(out, "--b");
        line(out, "");
        for (Attempt attempt : report.attempts()) {
            String recipient = attempt.outcome().recipient().asString();
            line(out, "<" + recipient + ">: " + attempt.outcome().status().reason());
        }
        if (report.original() == Report.Original.WHOLE) {
            line(out, "--b");
            line(out, "Content-Type: message/rfc822");
            line(out, "");
            try (InputStream in = original.open()) {
                in.transferTo(out);
            }
        }
        line(out, "--b--");
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
    }
}
