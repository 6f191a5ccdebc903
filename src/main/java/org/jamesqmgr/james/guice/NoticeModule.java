/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import java.time.Clock;
import org.apache.james.utils.InitializationOperation;
import org.jamesqmgr.bounce.NoticeComposer;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.engine.NoticeSender;
import org.jamesqmgr.james.queue.NoticeMail;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NoticeOutbox;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.transport.smtp.ProtocolNotices;

/** Binds what tells the postmaster of trouble. */
final class NoticeModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(NoticeDesk.class).to(NoticeSender.class);
        bind(NoticeOutbox.class).to(NoticeMail.class).in(Scopes.SINGLETON);
        Multibinder.newSetBinder(binder(), InitializationOperation.class)
                .addBinding()
                .to(PipelineWatchStart.class);
    }

    @Provides
    @Singleton
    ProtocolNotices protocolNotices(NoticeDesk desk, DoubleBounce own) {
        return new ProtocolNotices(desk, own);
    }

    @Provides
    @Singleton
    NoticeComposer noticeComposer(QmgrSettings settings) {
        return new NoticeComposer(settings.delivery().myhostname());
    }

    /** Closed by the queue manager at its end, when mail is still accepted. */
    @Provides
    @Singleton
    NoticeSender noticeSender(NoticeSettings settings, NoticeOutbox outbox, Clock clock) {
        return NoticeSender.start(settings, outbox, clock);
    }
}
