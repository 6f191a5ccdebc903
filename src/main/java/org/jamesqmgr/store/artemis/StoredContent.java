/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.io.InputStream;
import org.jamesqmgr.store.Content;

/** Content that is read from the broker whenever it is opened. */
record StoredContent(long size, Opening opening) implements Content {

    @FunctionalInterface
    interface Opening {
        InputStream open() throws IOException;
    }

    @Override
    public InputStream open() throws IOException {
        return opening.open();
    }
}
