/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.filesystem.api.FileSystem;
import org.jamesqmgr.config.BrokerSettings;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.artemis.ArtemisMessageStore;
import org.jamesqmgr.store.artemis.ArtemisSettings;

/** Opens the store at a broker. Nobody else names a class that needs the broker's client. */
final class SharedStore {

    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private SharedStore() {}

    static MessageStore open(QmgrSettings settings, FileSystem fileSystem, Clock clock)
            throws MessageStoreException {
        BrokerSettings broker = settings.broker();
        ArtemisSettings artemis =
                new ArtemisSettings(
                        broker.url(),
                        broker.user(),
                        password(broker, fileSystem),
                        broker.prefix(),
                        settings.delivery().myhostname(),
                        broker.timeout());
        try {
            return ArtemisMessageStore.open(artemis, clock, threads());
        } catch (NoClassDefFoundError e) {
            throw new MessageStoreException(
                    "the broker's client is missing: put artemis-core-client and artemis-commons"
                            + " into lib",
                    e);
        }
    }

    private static ExecutorService threads() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newCachedThreadPool(
                work -> {
                    Thread thread = new Thread(work, "qmgr-broker-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private static String password(BrokerSettings broker, FileSystem fileSystem)
            throws MessageStoreException {
        if (broker.passwordFile().isEmpty()) {
            return "";
        }
        try {
            Path file = fileSystem.getFile(broker.passwordFile()).toPath();
            requireClosed(file);
            List<String> lines = Files.readAllLines(file);
            return lines.isEmpty() ? "" : lines.get(0).strip();
        } catch (IOException e) {
            throw new MessageStoreException(
                    "broker_password_file: cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static void requireClosed(Path file) throws IOException, MessageStoreException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
            throw new MessageStoreException(
                    "broker_password_file: others may read " + file + ", allowed: mode 0600");
        }
    }
}
