/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.inject.Inject;
import javax.mail.MessagingException;
import javax.mail.internet.InternetHeaders;
import org.jamesqmgr.bounce.Report;
import org.jamesqmgr.bounce.ReportComposer;
import org.jamesqmgr.bounce.ReportKind;
import org.jamesqmgr.bounce.ReportRules;
import org.jamesqmgr.bounce.ReportRules.Ruling;
import org.jamesqmgr.engine.HandOver;
import org.jamesqmgr.engine.Provenance.Reporting;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.Reporter;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/** Reports as mails for the pipeline, which takes them to where senders and postmasters are. */
public final class MailReporter implements Reporter {

    /** So many bytes of a header are looked at. */
    private static final int HEADER_LIMIT = 64 * 1024;

    private final ReportRules rules;
    private final ReportComposer composer;
    private final SystemMail mails;
    private final QueueEventListener listener;
    private final Clock clock;

    @Inject
    public MailReporter(
            ReportRules rules,
            ReportComposer composer,
            SystemMail mails,
            QueueEventListener listener,
            Clock clock) {
        this.rules = rules;
        this.composer = composer;
        this.mails = mails;
        this.listener = listener;
        this.clock = clock;
    }

    @Override
    public List<HandOver> reports(
            ReportKind kind, QueuedMessage message, Content content, List<Attempt> attempts)
            throws MessageStoreException {
        Ruling ruling = rules.on(kind, message, () -> isReport(content), attempts);
        if (!ruling.silence().isEmpty()) {
            listener.notReported(message.id(), ruling.silence());
        }
        Instant now = clock.instant();
        List<HandOver> reports = new ArrayList<>();
        for (Report report : ruling.reports()) {
            reports.add(
                    mails.of(
                            report.from(),
                            report.to(),
                            composer.compose(report, message, content, now),
                            message.id(),
                            new Reporting(kind, report.audience())));
        }
        return reports;
    }

    /** One that cannot be read now cannot be reported on now either: whatever is said here. */
    private static boolean isReport(Content content) {
        try (InputStream in = content.open()) {
            byte[] start = in.readNBytes(HEADER_LIMIT);
            String[] types =
                    new InternetHeaders(new ByteArrayInputStream(start)).getHeader("Content-Type");
            return types != null && isReport(types[0].toLowerCase(Locale.ROOT));
        } catch (IOException | MessagingException e) {
            return false;
        }
    }

    private static boolean isReport(String type) {
        return type.strip().startsWith("multipart/report") && type.contains("delivery-status");
    }
}
