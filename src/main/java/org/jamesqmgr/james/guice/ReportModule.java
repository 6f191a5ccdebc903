/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.filesystem.api.FileSystem;
import org.jamesqmgr.bounce.ReportComposer;
import org.jamesqmgr.bounce.ReportRules;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.bounce.ReportTemplates;
import org.jamesqmgr.bounce.TemplateException;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.engine.FollowUp;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.Reporter;
import org.jamesqmgr.james.queue.DoubleBounces;
import org.jamesqmgr.james.queue.MailReporter;
import org.jamesqmgr.james.queue.NoticeRecipients;
import org.jamesqmgr.james.queue.PipelineFollowUp;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;

/** Binds what reports on mail. */
final class ReportModule extends AbstractModule {

    private static final long BOUNCE_SIZE_LIMIT = 50_000;

    @Override
    protected void configure() {
        bind(FollowUp.class).to(PipelineFollowUp.class).in(Scopes.SINGLETON);
        bind(Reporter.class).to(MailReporter.class).in(Scopes.SINGLETON);
    }

    @Provides
    @Singleton
    ReportSettings reportSettings() {
        return new ReportSettings(BOUNCE_SIZE_LIMIT, Duration.ZERO, "double-bounce", "");
    }

    @Provides
    @Singleton
    NoticeSettings noticeSettings() {
        return new NoticeSettings(
                Set.of(NotifyClass.RESOURCE, NotifyClass.SOFTWARE),
                Stream.of(NotifyClass.values())
                        .collect(Collectors.toMap(Function.identity(), each -> "postmaster")),
                Duration.ofSeconds(60));
    }

    @Provides
    @Singleton
    ReportTemplates templates(ReportSettings settings, FileSystem files)
            throws IOException, TemplateException {
        if (settings.templateFile().isEmpty()) {
            return ReportTemplates.standard();
        }
        try {
            return ReportTemplates.parse(
                    Files.readString(files.getFile(settings.templateFile()).toPath()));
        } catch (IOException | TemplateException e) {
            QmgrModule.refuse(
                    "bounce_template_file: " + settings.templateFile() + ": " + e.getMessage());
            throw e;
        }
    }

    @Provides
    @Singleton
    ReportComposer composer(
            ReportTemplates templates, ReportSettings reports, QmgrSettings settings) {
        return new ReportComposer(
                templates,
                settings.delivery().myhostname(),
                reports.delayWarningTime(),
                settings.maximalQueueLifetime());
    }

    @Provides
    @Singleton
    ReportRules rules(
            ReportSettings reports,
            NoticeSettings notices,
            NoticeRecipients postmasters,
            QmgrSettings settings)
            throws AddressException {
        return new ReportRules(
                reports, notices.classes(), postmasters::of, doubleBounce(reports, settings));
    }

    @Provides
    @Singleton
    DoubleBounces doubleBounces(
            ReportSettings reports, QmgrSettings settings, QueueEventListener listener)
            throws AddressException {
        return new DoubleBounces(doubleBounce(reports, settings), listener);
    }

    private static MailAddress doubleBounce(ReportSettings reports, QmgrSettings settings)
            throws AddressException {
        return new MailAddress(reports.doubleBounceSender(), settings.delivery().myhostname());
    }
}
