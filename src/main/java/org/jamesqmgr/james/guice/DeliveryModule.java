/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import java.io.FileNotFoundException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.utils.InitializationOperation;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.config.DeliverySettings;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.SettingsFile;
import org.jamesqmgr.engine.DeliveryPlan;
import org.jamesqmgr.engine.FollowUp;
import org.jamesqmgr.engine.PushTransport;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.Reporter;
import org.jamesqmgr.james.queue.DoubleBounces;
import org.jamesqmgr.james.queue.MailReporter;
import org.jamesqmgr.james.queue.PipelineFollowUp;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.DeliveryAgent;
import org.jamesqmgr.transport.DiscardAgent;
import org.jamesqmgr.transport.ErrorAgent;
import org.jamesqmgr.transport.RetryAgent;
import org.jamesqmgr.transport.Transports;
import org.jamesqmgr.transport.local.LocalDeliveryAgent;
import org.jamesqmgr.transport.smtp.ProtocolNotices;

/** Binds what delivers mail, and its start once James stands. */
final class DeliveryModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(FollowUp.class).to(PipelineFollowUp.class).in(Scopes.SINGLETON);
        bind(Reporter.class).to(MailReporter.class).in(Scopes.SINGLETON);
        bind(DeliveryStart.class).in(Scopes.SINGLETON);
        Multibinder.newSetBinder(binder(), InitializationOperation.class)
                .addBinding()
                .to(DeliveryStart.class);
    }

    @Provides
    @Singleton
    DoubleBounces doubleBounces(DoubleBounce doubleBounce, QueueEventListener listener) {
        return new DoubleBounces(doubleBounce.address(), listener);
    }

    @Provides
    @Singleton
    Transports transports(QmgrSettings settings) {
        return new Transports(settings.delivery().routes().agents());
    }

    @Provides
    @Singleton
    Map<AgentKind, DeliveryAgent> agents(
            QmgrSettings settings,
            CurrentRoutes routes,
            FileSystem files,
            LocalDeliveryAgent local,
            ProtocolNotices notices,
            Clock clock)
            throws QmgrConfigurationException, FileNotFoundException {
        Map<AgentKind, DeliveryAgent> agents = new EnumMap<>(AgentKind.class);
        agents.put(AgentKind.SMTP, smtp(settings, routes, files, notices, clock));
        agents.put(AgentKind.LOCAL, local);
        agents.put(AgentKind.ERROR, new ErrorAgent(clock));
        agents.put(AgentKind.RETRY, new RetryAgent(clock));
        agents.put(AgentKind.DISCARD, new DiscardAgent(clock));
        return agents;
    }

    private static DeliveryAgent smtp(
            QmgrSettings settings,
            CurrentRoutes routes,
            FileSystem files,
            ProtocolNotices notices,
            Clock clock)
            throws QmgrConfigurationException, FileNotFoundException {
        try {
            return SmtpClient.agent(settings, routes, files, notices, clock);
        } catch (QmgrConfigurationException e) {
            e.problems()
                    .forEach(problem -> QmgrModule.refuse("smtp_sasl_password_maps: " + problem));
            throw e;
        }
    }

    @Provides
    @Singleton
    DeliveryPlan plan(
            QmgrSettings settings,
            ReportSettings reports,
            Map<AgentKind, DeliveryAgent> agents,
            FollowUp followUp) {
        DeliverySettings delivery = settings.delivery();
        List<PushTransport> transports =
                delivery.transports().stream()
                        .map(
                                defined ->
                                        new PushTransport(
                                                defined.name(),
                                                defined.limits(),
                                                agents.get(defined.agent())))
                        .toList();
        return DeliveryPlan.of(transports, delivery.routes(), followUp)
                .withDeferTransports(delivery.deferTransports())
                .withSoftBounce(delivery.softBounce())
                .withDelayWarningTime(reports.delayWarningTime());
    }

    @Provides
    @Singleton
    SettingsFile settingsFile(
            QmgrSettings settings,
            FileSystem files,
            CurrentRoutes current,
            QueueManager queueManager,
            DeliveryPlan plan)
            throws FileNotFoundException {
        return new SettingsFile(
                files.getFile(QmgrModule.SETTINGS_FILE).toPath(),
                settings,
                routes -> {
                    current.replace(routes);
                    queueManager.reconfigure(plan.withRouter(routes));
                });
    }
}
