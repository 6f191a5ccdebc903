/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.bounce.ReportComposer;
import org.jamesqmgr.bounce.ReportRules;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.bounce.ReportTemplates;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.james.queue.MailReporter;
import org.jamesqmgr.james.queue.SystemMail;
import org.jamesqmgr.notice.NotifyClass;

/** The reporter of a server with Postfix's defaults and one postmaster. */
public final class Reporters {

    public static final MailAddress POSTMASTER = address("postmaster@mail.example");
    public static final MailAddress DOUBLE_BOUNCE = address("double-bounce@mail.example");

    private Reporters() {}

    /**
     * A reporter.
     *
     * @param classes what the postmaster wants to hear of
     */
    public static MailReporter reporter(
            Set<NotifyClass> classes, QueueEventListener listener, Clock clock) {
        ReportRules rules =
                new ReportRules(
                        new ReportSettings(50_000, Duration.ZERO, "double-bounce", ""),
                        classes,
                        noticeClass -> POSTMASTER,
                        DOUBLE_BOUNCE);
        ReportComposer composer =
                new ReportComposer(
                        ReportTemplates.standard(),
                        "mail.example",
                        Duration.ZERO,
                        Duration.ofDays(5),
                        50_000);
        return new MailReporter(rules, composer, new SystemMail(clock), listener, clock);
    }
}
