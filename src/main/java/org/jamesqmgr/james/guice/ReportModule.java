/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.mailet.MailetContext;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.bounce.ReportTemplates;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.ReportingSettings;
import org.jamesqmgr.notice.NoticeRecipients;
import org.jamesqmgr.notice.NoticeSettings;

/** Binds how reports and notices are made, and who gets them. */
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
        return NoticeAddresses.of(notices, context.getPostmaster(), domains.getDefaultDomain());
    }
}
