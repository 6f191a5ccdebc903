/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.name.Names;
import java.time.Clock;
import org.apache.james.server.task.json.dto.AdditionalInformationDTO;
import org.apache.james.server.task.json.dto.AdditionalInformationDTOModule;
import org.apache.james.server.task.json.dto.TaskDTO;
import org.apache.james.server.task.json.dto.TaskDTOModule;
import org.apache.james.task.Task;
import org.apache.james.task.TaskExecutionDetails;
import org.apache.james.task.TaskManager;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.dto.DTOModuleInjections;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.jamesqmgr.admin.HealthInspector;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.web.MessageTasks;
import org.jamesqmgr.admin.web.QmgrRoutes;
import org.jamesqmgr.admin.web.TaskDetails;
import org.jamesqmgr.config.SettingsFile;

/**
 * Puts the queue manager's routes among those of WebAdmin, which then needs no configuration for
 * them. For James applications that have WebAdmin on their class path.
 */
final class WebAdminModule extends AbstractModule {

    private static final String WEB_ADMIN = "org.apache.james.webadmin.Routes";

    private static final TypeLiteral<
                    AdditionalInformationDTOModule<
                            ? extends TaskExecutionDetails.AdditionalInformation,
                            ? extends AdditionalInformationDTO>>
            DETAILS = new TypeLiteral<>() {};

    /** Whether this James application has WebAdmin's classes. */
    static boolean applies() {
        try {
            Class.forName(WEB_ADMIN, false, WebAdminModule.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Override
    protected void configure() {
        Multibinder.newSetBinder(binder(), Routes.class).addBinding().to(QmgrRoutes.class);
        Provider<MessageTasks> tasks = getProvider(MessageTasks.class);
        Multibinder.newSetBinder(
                        binder(),
                        new TypeLiteral<TaskDTOModule<? extends Task, ? extends TaskDTO>>() {})
                .addBinding()
                .toProvider(() -> tasks.get().module());
        Multibinder.newSetBinder(binder(), DETAILS).addBinding().toInstance(TaskDetails.module());
        Multibinder.newSetBinder(binder(), DETAILS, Names.named(DTOModuleInjections.WEBADMIN_DTO))
                .addBinding()
                .toInstance(TaskDetails.module());
    }

    @Provides
    @Singleton
    MessageTasks tasks(QueueAdmin admin, Clock clock) {
        return new MessageTasks(admin, clock);
    }

    /**
     * Asks the injector only when WebAdmin wants the routes: an application may have the classes of
     * WebAdmin and yet bind neither it nor what it needs, and must start all the same.
     */
    @Provides
    @Singleton
    QmgrRoutes routes(
            QueueAdmin admin,
            HealthInspector health,
            SettingsFile settings,
            MessageTasks tasks,
            Injector injector) {
        return new QmgrRoutes(
                admin,
                health,
                settings::reload,
                tasks,
                injector.getInstance(TaskManager.class),
                injector.getInstance(JsonTransformer.class));
    }
}
