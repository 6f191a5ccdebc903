/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a message as it was accepted: header, blank line, body, exactly.
 *
 * <p>Safe for use by any thread. Content is never held on the heap as a whole.
 */
public interface Content {

    /** Size in bytes. */
    long size();

    /**
     * A fresh stream from the first byte; the caller closes it.
     *
     * @throws IOException if the message has left the store meanwhile, or cannot be read; caused by a
     *     {@link MessageStoreException} if the store cannot be asked now and may be later
     */
    InputStream open() throws IOException;
}
