/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.QmgrSettingsReader;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;

/**
 * A store that a program opens itself, while its server is stopped. It is named by the configuration
 * directory of that server, by its {@code qmgr.xml}, or, where it is one, by the queue directory.
 */
final class OfflineStore {

    private static final String SETTINGS = "qmgr.xml";

    private final String option;
    private final Path directory;

    private OfflineStore(String option, Path directory) {
        this.option = option;
        this.directory = directory;
    }

    /**
     * Finds out what is meant; opens nothing.
     *
     * @param option where it was named, for what is said of it
     * @throws FatalException if that is no store
     */
    static OfflineStore of(String option, Path named) {
        Path path = named.toAbsolutePath().normalize();
        if (Files.isDirectory(path.resolve("incoming"))) {
            return new OfflineStore(option, path);
        }
        Path file = Files.isDirectory(path) ? path.resolve(SETTINGS) : path;
        if (!Files.isRegularFile(file)) {
            throw FatalException.badRequest(
                    option
                            + ": there is no "
                            + file
                            + ": name a configuration directory with a qmgr.xml, that file, or a"
                            + " queue directory");
        }
        return of(option, file, settings(file));
    }

    private static OfflineStore of(String option, Path file, QmgrSettings settings) {
        return switch (settings.store()) {
            case DIRECTORY ->
                    new OfflineStore(
                            option,
                            DirectoryView.directory(file.getParent(), settings.queueDirectory()));
            case ARTEMIS ->
                    throw FatalException.badRequest(
                            option
                                    + ": "
                                    + file
                                    + " names the store at a broker, which cannot be moved yet:"
                                    + " name one with the store directory");
        };
    }

    private static QmgrSettings settings(Path file) {
        try {
            return QmgrSettingsReader.read(file);
        } catch (QmgrConfigurationException e) {
            throw new FatalException(Exit.BAD_CONFIGURATION, e.problems().get(0));
        }
    }

    /** As an administrator would call it. */
    @Override
    public String toString() {
        return directory.toString();
    }

    boolean isSameAs(OfflineStore other) {
        try {
            return directory.equals(other.directory)
                    || (Files.exists(directory)
                            && Files.exists(other.directory)
                            && Files.isSameFile(directory, other.directory));
        } catch (IOException e) {
            return false; // Opening it says what is wrong.
        }
    }

    /**
     * Opens it; what is missing is not made.
     *
     * @throws UnavailableException if a server has it, or it cannot be used
     */
    MessageStore openExisting(Clock clock) throws UnavailableException {
        if (!Files.isDirectory(directory)) {
            throw FatalException.badRequest(option + ": there is no queue directory " + directory);
        }
        return open(clock);
    }

    /**
     * Opens it, and makes it where it is missing.
     *
     * @throws UnavailableException if a server has it, or it cannot be used
     */
    MessageStore open(Clock clock) throws UnavailableException {
        try {
            return DirectoryMessageStore.open(directory, clock);
        } catch (MessageStoreException e) {
            throw UnavailableException.refused(option + ": " + e.getMessage());
        }
    }
}
