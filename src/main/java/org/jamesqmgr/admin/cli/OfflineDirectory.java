/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;

/**
 * A queue directory whose server is stopped.
 *
 * @param option where it was named
 */
record OfflineDirectory(String option, Path directory) implements OfflineStore {

    /** As an administrator would call it. */
    @Override
    public String toString() {
        return directory.toString();
    }

    @Override
    public boolean isSameAs(OfflineStore other) {
        return other instanceof OfflineDirectory another && isAlso(another.directory);
    }

    private boolean isAlso(Path other) {
        try {
            return directory.equals(other)
                    || (Files.exists(directory)
                            && Files.exists(other)
                            && Files.isSameFile(directory, other));
        } catch (IOException e) {
            return false; // Opening it says what is wrong.
        }
    }

    @Override
    public MessageStore openExisting(Clock clock) throws UnavailableException {
        if (!Files.isDirectory(directory)) {
            throw FatalException.badRequest(option + ": there is no queue directory " + directory);
        }
        return open(clock);
    }

    @Override
    public MessageStore open(Clock clock) throws UnavailableException {
        try {
            return DirectoryMessageStore.open(directory, clock);
        } catch (MessageStoreException e) {
            throw UnavailableException.refused(option + ": " + e.getMessage());
        }
    }
}
