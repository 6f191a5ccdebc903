/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import javax.inject.Provider;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.mailet.MailetContext;
import org.jamesqmgr.bounce.ReportComposer;
import org.jamesqmgr.bounce.ReportRules;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.bounce.ReportTemplates;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.ReportingSettings;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.NoticeRecipients;
import org.jamesqmgr.notice.NoticeSettings;

/** Binds what is said in reports and notices, by which rules, and to whom. */
final class ReportModule extends AbstractModule {

    @Override
    protected void configure() {
        // Eager: bad words are to stop the start, not the first report.
        bind(ReportTemplates.class).toProvider(TemplateFile.class).asEagerSingleton();
    }

    @Provides
    @Singleton
    ReportingSettings reporting(QmgrSettings settings) {
        return settings.reporting();
    }

    @Provides
    @Singleton
    ReportSettings reports(QmgrSettings settings) {
        return settings.reports();
    }

    @Provides
    @Singleton
    NoticeSettings notices(QmgrSettings settings) {
        return settings.notices();
    }

    /**
     * To be asked for when a notice is made, by way of a {@code Provider}: James learns its domains and
     * its postmaster while it starts, after everything has been constructed. Made anew each time, which
     * costs nothing to speak of.
     */
    @Provides
    NoticeRecipients noticeRecipients(
            NoticeSettings notices, MailetContext context, DomainList domains)
            throws DomainListException {
        MailAddress postmaster = context.getPostmaster();
        if (postmaster == null) {
            throw new IllegalStateException("James has not read its postmaster yet");
        }
        return NoticeAddresses.of(notices, postmaster, domains.getDefaultDomain());
    }

    @Provides
    @Singleton
    DoubleBounce doubleBounce(ReportSettings reports, QmgrSettings settings) {
        return DoubleBounce.of(reports.doubleBounceSender(), settings.delivery().myhostname());
    }

    @Provides
    @Singleton
    ReportComposer composer(
            ReportTemplates templates, ReportSettings reports, QmgrSettings settings) {
        return new ReportComposer(
                templates,
                settings.delivery().myhostname(),
                reports.delayWarningTime(),
                settings.maximalQueueLifetime(),
                reports.bounceSizeLimit());
    }

    @Provides
    @Singleton
    ReportRules rules(
            ReportSettings reports,
            NoticeSettings notices,
            Provider<NoticeRecipients> recipients,
            DoubleBounce doubleBounce) {
        return new ReportRules(
                reports,
                notices.classes(),
                noticeClass -> recipients.get().of(noticeClass),
                doubleBounce.address());
    }
}
