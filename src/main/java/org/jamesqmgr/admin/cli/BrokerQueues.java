/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.nio.file.Path;
import java.time.Clock;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.SharedStore;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The queues at a broker, on which servers may work meanwhile.
 *
 * @param option where they were named
 * @param conf the configuration directory that names them
 */
record BrokerQueues(String option, Path conf, QmgrSettings settings) implements OfflineStore {

    /** As an administrator would call it. */
    @Override
    public String toString() {
        return settings.broker().prefix() + " at " + settings.broker().url();
    }

    @Override
    public boolean isSameAs(OfflineStore other) {
        return other instanceof BrokerQueues another && toString().equals(another.toString());
    }

    @Override
    public MessageStore openExisting(Clock clock) throws UnavailableException {
        return open(clock);
    }

    @Override
    public MessageStore open(Clock clock) throws UnavailableException {
        try {
            return new SharedStore(settings, url -> DirectoryView.directory(conf, url), clock)
                    .openToMove();
        } catch (MessageStoreException e) {
            throw UnavailableException.refused(option + ": " + e.getMessage());
        }
    }
}
