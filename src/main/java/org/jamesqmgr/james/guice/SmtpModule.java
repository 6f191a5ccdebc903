/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.jamesqmgr.admin.Clogs;
import org.jamesqmgr.admin.HealthInspector;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.Unwired;
import org.jamesqmgr.admin.jmx.EventNotifications;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.james.queue.NewMail;
import org.jamesqmgr.james.smtp.SmtpServers;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.store.MessageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds what the SMTP handlers need, and what {@code smtpserver.xml} says about them. */
final class SmtpModule extends AbstractModule {

    private static final Logger LOGGER = LoggerFactory.getLogger(SmtpModule.class);

    private static final String SMTP_SERVERS = "smtpserver";

    @Provides
    @Singleton
    SmtpServers smtpServers(ConfigurationProvider configuration) throws ConfigurationException {
        return SmtpServers.of(configuration.getConfiguration(SMTP_SERVERS));
    }

    @Provides
    @Singleton
    FreeSpace freeSpace(
            QmgrSettings settings,
            MessageStore store,
            FileSystem files,
            SmtpServers servers,
            EventNotifications notifications)
            throws FileNotFoundException {
        List<FreeSpace.Disk> disks = new ArrayList<>();
        disks.add(new FreeSpace.Disk("mail queue", store::usableSpace));
        Path queue = files.getFile(settings.queueDirectory()).toPath();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        if (!onOneFileSystem(queue, temporary)) {
            disks.add(
                    new FreeSpace.Disk(
                            "temporary directory " + temporary, () -> usable(temporary)));
        }
        FreeSpace space =
                new FreeSpace(
                        disks, settings.queueMinfree(), servers.largestMessage(), System::nanoTime);
        space.listen(notifications);
        return space;
    }

    /** James receives larger messages into temporary files, so that this disk counts, too. */
    private static boolean onOneFileSystem(Path queue, Path temporary) {
        try {
            return Files.getFileStore(queue).equals(Files.getFileStore(temporary));
        } catch (IOException e) {
            return false;
        }
    }

    private static long usable(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            LOGGER.warn("no telling how much space {} has left", directory, e);
            return Long.MAX_VALUE;
        }
    }

    @Provides
    @Singleton
    NewMail newMail(FreeSpace space, NoticeDesk notices) {
        return new NewMail(space, notices);
    }

    @Provides
    @Singleton
    HealthInspector healthInspector(
            QueueAdmin admin, Clogs clogs, FreeSpace space, Unwired unwired) {
        return new HealthInspector(admin, clogs, space, unwired);
    }

    @Provides
    @Singleton
    Unwired unwired(SmtpServers servers, QmgrSettings settings) {
        return new Unwired(servers.unwired(settings.queueMinfree(), settings.notices().classes()));
    }
}
