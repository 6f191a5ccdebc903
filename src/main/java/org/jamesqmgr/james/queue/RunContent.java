/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The content of a message in one run of the pipeline. Remembers that the store could not be asked
 * for it: James takes that for a defect of the mail, and mailets may take it for anything.
 */
final class RunContent implements Content {

    private final Content stored;
    private volatile Optional<String> unreadable = Optional.empty();

    RunContent(Content stored) {
        this.stored = stored;
    }

    @Override
    public long size() {
        return stored.size();
    }

    @Override
    public InputStream open() throws IOException {
        try {
            return stored.open();
        } catch (IOException e) {
            if (e.getCause() instanceof MessageStoreException trouble) {
                unreadable = Optional.of(trouble.getMessage());
            }
            throw e;
        }
    }

    /** Why the store could not be asked for the content, if that happened. */
    Optional<String> unreadable() {
        return unreadable;
    }
}
