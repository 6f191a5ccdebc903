/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jamesqmgr.bounce.Multipart.Part;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;

/**
 * Writes reports on mail as {@code multipart/report} (RFC 3464, RFC 6522), laid out as Postfix does: a text for people,
 * a part for programs, the mail or its header. Sends nothing. Safe for use by any thread.
 *
 * <p>Whatever is in the mail, in replies and in addresses, a report is valid MIME, 7bit or 8bit, never binary. RFC 2046,
 * 5.2.1 forbids encoding the embedded mail, so where 8bit does not allow what is in it, it is mended: a lone LF becomes
 * CRLF, a lone CR and NUL become blanks, lines of more than 998 bytes are broken. A header that is sent without its body
 * ends after 102400 bytes at the latest, with a field that says so. Replies are quoted up to 4000 characters, with a mark
 * where one was cut.
 *
 * <p>The part for programs is ASCII, since {@code message/delivery-status} must be; characters beyond it are written as
 * {@code \x{E9}} (RFC 6533). The part for people is in the character set of its template, or in utf-8.
 */
public final class ReportComposer {

    private final ReportTemplates templates;
    private final String myhostname;
    private final Duration maximalQueueLifetime;
    private final TemplateFields fields;
    private final Serials serials;

    /**
     * A composer.
     *
     * @param myhostname names us in every report
     * @param delayWarningTime told in delay reports
     * @param maximalQueueLifetime told in delay reports
     * @param bounceSizeLimit only told, by templates that want to: the caller decides what a report carries
     */
    public ReportComposer(
            ReportTemplates templates,
            String myhostname,
            Duration delayWarningTime,
            Duration maximalQueueLifetime,
            long bounceSizeLimit) {
        this(
                templates,
                myhostname,
                maximalQueueLifetime,
                new TemplateFields(
                        myhostname, delayWarningTime, maximalQueueLifetime, bounceSizeLimit),
                new Serials());
    }

    ReportComposer(
            ReportTemplates templates,
            String myhostname,
            Duration maximalQueueLifetime,
            TemplateFields fields,
            Serials serials) {
        this.templates = templates;
        this.myhostname = myhostname;
        this.maximalQueueLifetime = maximalQueueLifetime;
        this.fields = fields;
        this.serials = serials;
    }

    /**
     * A report, composed while it is written.
     *
     * @param report tells of recipients in the order of its attempts. A failure may have a status of
     *     4.x.x: mail that has waited too long
     * @param message that is told of
     * @param original its content; read twice each time the report is written
     * @return streams, and may be used more than once, with the same bytes; never holds the original
     *     on the heap. Throws what {@code original} throws
     */
    public ContentWriter compose(
            Report report, QueuedMessage message, Content original, Instant now) {
        String serial = serials.next();
        return out -> write(out, report, message, original, now, serial);
    }

    private void write(
            OutputStream out,
            Report report,
            QueuedMessage message,
            Content original,
            Instant now,
            String serial)
            throws IOException {
        Template template = templates.of(report.kind());
        String name = serial + "." + message.id().asString();
        Multipart parts = Multipart.of(parts(report, message, original, template), name);
        HeaderLines header =
                header(report, template, now)
                        .field("MIME-Version", "1.0")
                        .line("Content-Type: multipart/report; report-type=delivery-status;")
                        .line("\tboundary=\"" + parts.boundary() + "\"")
                        .field("Content-Transfer-Encoding", parts.transferEncoding())
                        .rigid("Message-Id", Serials.messageId(now, name, myhostname));
        header.writeTo(out);
        parts.writeTo(out);
    }

    private HeaderLines header(Report report, Template template, Instant now) {
        boolean toPostmaster = report.audience() == Audience.POSTMASTER;
        return new HeaderLines()
                .field("Date", MailDate.format(now))
                .field("From", template.from().asHeader(myhostname, template.charset()))
                .text("Subject", template.subject(report.audience()), template.charset())
                .rigid("To", report.to().asString())
                .field("Auto-Submitted", toPostmaster ? "auto-generated" : "auto-replied");
    }

    private List<Part> parts(
            Report report, QueuedMessage message, Content original, Template template) {
        MailText text = new Notification(report, message).text(template, fields);
        MailText status =
                MailText.of(
                        new DeliveryStatusPart(myhostname, maximalQueueLifetime, report, message)
                                .lines(),
                        StandardCharsets.US_ASCII);
        // <> for the null sender
        String sender = "<" + message.envelope().sender().asString("") + ">";
        EmbeddedOriginal embedded = new EmbeddedOriginal(original, sender, report.original());
        return List.of(
                new Part("Notification", text.type(), text),
                new Part("Delivery report", "message/delivery-status", status),
                new Part(description(report), type(report.original()), embedded));
    }

    private static String description(Report report) {
        String mail = report.kind() == ReportKind.SUCCESS ? "Message" : "Undelivered Message";
        return report.original() == Report.Original.WHOLE ? mail : mail + " Headers";
    }

    private static String type(Report.Original amount) {
        return switch (amount) {
            case WHOLE -> "message/rfc822";
            case HEADERS -> "text/rfc822-headers";
        };
    }
}
