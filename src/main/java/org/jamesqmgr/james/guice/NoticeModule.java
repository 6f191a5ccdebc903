/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.apache.james.utils.InitializationOperation;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.engine.NoticeSender;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NoticeOutbox;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.transport.smtp.ProtocolNotices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds what tells the postmaster of trouble. */
final class NoticeModule extends AbstractModule {

    private static final Logger LOGGER = LoggerFactory.getLogger(NoticeModule.class);

    @Override
    protected void configure() {
        bind(NoticeDesk.class).to(NoticeSender.class);
        Multibinder.newSetBinder(binder(), InitializationOperation.class)
                .addBinding()
                .to(PipelineWatchStart.class);
    }

    @Provides
    @Singleton
    NoticeSettings noticeSettings() {
        Map<NotifyClass, String> recipients = new EnumMap<>(NotifyClass.class);
        EnumSet.allOf(NotifyClass.class).forEach(each -> recipients.put(each, "postmaster"));
        return new NoticeSettings(
                EnumSet.of(NotifyClass.RESOURCE, NotifyClass.SOFTWARE),
                recipients,
                Duration.ofSeconds(60));
    }

    @Provides
    @Singleton
    DoubleBounce doubleBounce(QmgrSettings settings) {
        return new DoubleBounce("double-bounce@" + settings.delivery().myhostname());
    }

    @Provides
    @Singleton
    ProtocolNotices protocolNotices(NoticeDesk desk, DoubleBounce own) {
        return new ProtocolNotices(desk, own);
    }

    @Provides
    @Singleton
    NoticeOutbox noticeOutbox() {
        return notice ->
                LOGGER.warn(
                        "{}: {}\n{}",
                        notice.noticeClass(),
                        notice.subject(),
                        String.join("\n", notice.text()));
    }

    /** Closed by the queue manager at its end, when mail is still accepted. */
    @Provides
    @Singleton
    NoticeSender noticeSender(NoticeSettings settings, NoticeOutbox outbox, Clock clock) {
        return NoticeSender.start(settings, outbox, clock);
    }
}
