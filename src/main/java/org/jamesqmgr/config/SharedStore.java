/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.nio.file.Files.getPosixFilePermissions;
import static java.nio.file.Files.readAllLines;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jamesqmgr.engine.EngineThreads;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.artemis.ArtemisMessageStore;
import org.jamesqmgr.store.artemis.ArtemisSettings;

/** Opens the store at a broker. Nobody else names a class that needs the broker's client. */
public final class SharedStore {

    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    /** Who moves mail at a broker. No host is called so. */
    private static final String MOVER = "qmgr_migrate";

    private final QmgrSettings settings;
    private final Files files;
    private final Clock clock;

    public SharedStore(QmgrSettings settings, Files files, Clock clock) {
        this.settings = settings;
        this.files = files;
        this.clock = clock;
    }

    /** Knows where the files are that settings name. */
    @FunctionalInterface
    public interface Files {

        /** The file that {@code qmgr.xml} names so. */
        Path file(String url) throws IOException;
    }

    /** Opens it as a server, and waits for a broker that is not there. */
    public MessageStore open() throws MessageStoreException {
        return opened(settings.delivery().myhostname(), ArtemisMessageStore::open);
    }

    /**
     * Opens it as a program that moves mail, beside servers and the only one of its kind; waits for
     * nobody.
     */
    public MessageStore openToMove() throws MessageStoreException {
        return opened(MOVER, ArtemisMessageStore::openAlone);
    }

    @FunctionalInterface
    private interface Opening {
        MessageStore open(ArtemisSettings settings, Clock clock, Executor threads)
                throws MessageStoreException;
    }

    private MessageStore opened(String name, Opening opening) throws MessageStoreException {
        BrokerSettings broker = settings.broker();
        ArtemisSettings artemis =
                new ArtemisSettings(
                        broker.url(),
                        broker.user(),
                        password(broker.passwordFile()),
                        broker.prefix(),
                        name,
                        broker.timeout());
        try {
            return opening.open(artemis, clock, EngineThreads.unbounded("qmgr-broker"));
        } catch (NoClassDefFoundError e) {
            throw new MessageStoreException(
                    "the broker's client is missing: put artemis-core-client-2.27.1.jar and"
                            + " artemis-commons-2.27.1.jar into lib, in the home of the server",
                    e);
        }
    }

    private String password(String url) throws MessageStoreException {
        if (url.isEmpty()) {
            return "";
        }
        try {
            Path file = files.file(url);
            requireClosed(file);
            List<String> lines = readAllLines(file);
            return lines.isEmpty() ? "" : lines.get(0).strip();
        } catch (IOException e) {
            throw new MessageStoreException(
                    "broker_password_file: cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static void requireClosed(Path file) throws IOException, MessageStoreException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix && getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
            throw new MessageStoreException(
                    "broker_password_file: others may read " + file + ", allowed: mode 0600");
        }
    }
}
