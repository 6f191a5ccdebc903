/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import java.io.FileNotFoundException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.utils.GuiceProbe;
import org.jamesqmgr.admin.Clogs;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.jmx.EventNotifications;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.QmgrSettingsReader;
import org.jamesqmgr.config.SharedStore;
import org.jamesqmgr.config.StoreKind;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.LoggingQueueEventListener;
import org.jamesqmgr.engine.NoticeSender;
import org.jamesqmgr.engine.NoticeTriggers;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.queue.AttemptMetrics;
import org.jamesqmgr.james.queue.DeliveryMetrics;
import org.jamesqmgr.james.queue.PipelineEntrance;
import org.jamesqmgr.james.queue.QmgrHealthCheck;
import org.jamesqmgr.james.queue.QmgrMailQueueFactory;
import org.jamesqmgr.maillog.MailLog;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.schedule.ActiveLimits;
import org.jamesqmgr.schedule.RejectionPolicy;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the queue manager in James's main injector, in the place of James's own mail queues. To be
 * the last of all overriding modules.
 *
 * <p>A configuration or a queue directory that cannot be used stops the start; the reason is one
 * line of the log, before whatever James has to say about it.
 */
public final class QmgrModule extends AbstractModule {

    /** The settings, as James names files. */
    static final String SETTINGS_FILE = "file://conf/qmgr.xml";

    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrModule.class);

    @Override
    protected void configure() {
        install(new ReportModule());
        install(new DeliveryModule());
        install(new NoticeModule());
        install(new SmtpModule());
        if (WebAdminModule.applies()) {
            install(new WebAdminModule());
        }
        // By class, not by a provider method: James finds what to stop among constructed types
        // only.
        bind(QmgrMailQueueFactory.class).in(Scopes.SINGLETON);
        bind(new TypeLiteral<MailQueueFactory<?>>() {}).to(QmgrMailQueueFactory.class);
        bind(new TypeLiteral<MailQueueFactory<? extends MailQueue>>() {})
                .to(QmgrMailQueueFactory.class);
        bind(new TypeLiteral<MailQueueFactory<? extends ManageableMailQueue>>() {})
                .to(QmgrMailQueueFactory.class);
        Multibinder.newSetBinder(binder(), HealthCheck.class)
                .addBinding()
                .to(QmgrHealthCheck.class);
        Multibinder.newSetBinder(binder(), GuiceProbe.class).addBinding().to(QmgrProbe.class);
    }

    @Provides
    @Singleton
    QmgrSettings settings(FileSystem fileSystem)
            throws QmgrConfigurationException, FileNotFoundException {
        try {
            return QmgrSettingsReader.read(fileSystem.getFile(SETTINGS_FILE).toPath());
        } catch (QmgrConfigurationException e) {
            e.problems().forEach(QmgrModule::refuse);
            throw e;
        }
    }

    @Provides
    @Singleton
    MessageStore store(QmgrSettings settings, FileSystem fileSystem, Clock clock)
            throws MessageStoreException, FileNotFoundException {
        boolean shared = settings.store() == StoreKind.ARTEMIS;
        try {
            return shared
                    ? new SharedStore(settings, url -> fileSystem.getFile(url).toPath(), clock)
                            .open()
                    : DirectoryMessageStore.open(
                            fileSystem.getFile(settings.queueDirectory()).toPath(), clock);
        } catch (MessageStoreException e) {
            refuse((shared ? "store: " : "queue_directory: ") + e.getMessage());
            throw e;
        }
    }

    /** Says why in the log, and once more at the very end: James follows with a long trace. */
    static void refuse(String problem) {
        LOGGER.error("James does not start: {}", problem);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> System.err.println("james-qmgr: not started: " + problem),
                                "james-qmgr-refusal"));
    }

    @Provides
    @Singleton
    RetrySchedule retrySchedule(QmgrSettings settings) {
        return new RetrySchedule(
                settings.minimalBackoffTime(),
                settings.maximalBackoffTime(),
                settings.maximalQueueLifetime());
    }

    @Provides
    @Singleton
    DeliveryMetrics deliveryMetrics(Transports transports, MetricFactory metrics) {
        return new DeliveryMetrics(transports, metrics);
    }

    @Provides
    @Singleton
    QueueEventListener listeners(
            QmgrSettings settings,
            DeliveryMetrics metrics,
            AttemptMetrics attempts,
            Clogs clogs,
            EventNotifications notifications,
            NoticeDesk notices,
            DoubleBounce doubleBounce) {
        MailLog mailLog =
                new MailLog(settings.delivery().syslogName(), ProcessHandle.current().pid());
        return QueueEventListener.all(
                List.of(
                        mailLog,
                        new LoggingQueueEventListener(),
                        metrics,
                        attempts,
                        clogs,
                        notifications,
                        new NoticeTriggers(notices, doubleBounce)));
    }

    @Provides
    @Singleton
    AttemptMetrics attemptMetrics(MetricFactory metrics) {
        return new AttemptMetrics(metrics);
    }

    @Provides
    @Singleton
    Clogs clogs(Clock clock) {
        return new Clogs(clock);
    }

    @Provides
    @Singleton
    QueueManager queueManager(
            QmgrSettings settings,
            RetrySchedule retrySchedule,
            MessageStore store,
            Clock clock,
            QueueEventListener listeners,
            NoticeSender notices) {
        EngineSettings engine =
                new EngineSettings(
                        settings.queueRunDelay(),
                        retrySchedule,
                        settings.delivery().bounceQueueLifetime(),
                        RejectionPolicy.defaults(),
                        new ActiveLimits(
                                settings.messageActiveLimit(), settings.messageRecipientLimit()),
                        settings.stopTimeout());
        QueueManager queueManager = QueueManager.start(store, engine, clock, listeners);
        queueManager.atEnd(notices::close);
        return queueManager;
    }

    @Provides
    @Singleton
    EventNotifications eventNotifications(Clock clock) {
        return new EventNotifications(clock);
    }

    @Provides
    @Singleton
    QueueAdmin queueAdmin(
            QmgrSettings settings, QueueManager queueManager, MessageStore store, Clock clock) {
        String host = settings.delivery().myhostname();
        PipelineEntrance entrance = new PipelineEntrance(host, ZoneId.systemDefault());
        return new QueueAdmin(queueManager, store, entrance, clock);
    }
}
