/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.io.IOException;
import java.io.InputStream;

/** Content that is found and opened when it is asked for. */
public record StoredContent(long size, Opening opening) implements Content {

    /** How it is opened, each time anew. */
    @FunctionalInterface
    public interface Opening {
        InputStream open() throws IOException;
    }

    @Override
    public InputStream open() throws IOException {
        return opening.open();
    }
}
