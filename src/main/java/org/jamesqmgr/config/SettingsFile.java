/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jamesqmgr.transport.RoutingTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code conf/qmgr.xml} of a running server. What can change while it runs: {@code transport_maps}, {@code relayhost}, {@code
 * sender_dependent_relayhost_maps}. Safe for use by any thread.
 */
public final class SettingsFile {
    private static final Logger LOGGER = LoggerFactory.getLogger(SettingsFile.class);

    private final Path file;
    private final Consumer<RoutingTable> routes;
    private QmgrSettings inForce;

    /**
     * @param started the settings the server has started with
     * @param routes told of other routes
     */
    public SettingsFile(Path file, QmgrSettings started, Consumer<RoutingTable> routes) {
        this.file = file;
        this.inForce = started;
        this.routes = routes;
    }

    /**
     * Reads the file again and puts in force what can be. Of all else that has changed, a warning says that it needs a
     * restart.
     *
     * @throws QmgrConfigurationException if the server would not start with the file; everything stays as it was
     */
    public synchronized void reload() throws QmgrConfigurationException {
        QmgrSettings read = QmgrSettingsReader.read(file);
        RoutingTable old = inForce.delivery().routes();
        RoutingTable given = read.delivery().routes();
        if (!given.agents().equals(old.agents())) {
            LOGGER.warn("{}: other transports need a restart, as do routes to them", file);
            return;
        }
        if (!given.equals(old)) {
            routes.accept(given);
            LOGGER.info("{}: other routes are in force", file);
        }
        inForce = inForce.withRoutes(given);
        if (!inForce.equals(read)) {
            LOGGER.warn("{}: only routes change without a restart, and more has changed", file);
        }
    }
}
