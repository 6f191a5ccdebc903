/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.QmgrSettingsReader;
import org.jamesqmgr.store.MessageStore;

/**
 * A store that a program opens itself. It is named by the configuration directory of its server, by
 * its {@code qmgr.xml}, or, where it is one, by the queue directory.
 */
interface OfflineStore {

    /**
     * Finds out what is meant; opens nothing.
     *
     * @param option where it was named, for what is said of it
     * @throws FatalException if that is no store
     */
    static OfflineStore of(String option, Path named) {
        Path path = named.toAbsolutePath().normalize();
        if (Files.isDirectory(path.resolve("incoming"))) {
            return new OfflineDirectory(option, path);
        }
        Path file = Files.isDirectory(path) ? path.resolve("qmgr.xml") : path;
        if (!Files.isRegularFile(file)) {
            throw FatalException.badRequest(
                    option
                            + ": there is no "
                            + file
                            + ": name a configuration directory with a qmgr.xml, that file, or a"
                            + " queue directory");
        }
        return of(option, file.getParent(), settings(file));
    }

    private static OfflineStore of(String option, Path conf, QmgrSettings settings) {
        return switch (settings.store()) {
            case DIRECTORY ->
                    new OfflineDirectory(
                            option, DirectoryView.directory(conf, settings.queueDirectory()));
            case ARTEMIS -> new BrokerQueues(option, conf, settings);
        };
    }

    private static QmgrSettings settings(Path file) {
        try {
            return QmgrSettingsReader.read(file);
        } catch (QmgrConfigurationException e) {
            throw new FatalException(Exit.BAD_CONFIGURATION, e.problems().get(0));
        }
    }

    /** Whether another one is the same store, however it was named. */
    boolean isSameAs(OfflineStore other);

    /**
     * Opens it; what is missing is not made.
     *
     * @throws UnavailableException if a server has it that does not share it, or it cannot be used
     */
    MessageStore openExisting(Clock clock) throws UnavailableException;

    /**
     * Opens it, and makes it where it is missing.
     *
     * @throws UnavailableException if a server has it that does not share it, or it cannot be used
     */
    MessageStore open(Clock clock) throws UnavailableException;
}
