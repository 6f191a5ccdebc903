/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.io.IOException;
import java.io.OutputStream;

/** Pours the bytes of a message into the store, in one pass. */
@FunctionalInterface
public interface ContentWriter {

    /**
     * Writes the whole content.
     *
     * @param out buffered by the store; must not be closed
     * @throws IOException if the content cannot be produced or stored; the message is then not
     *     accepted and nothing of it remains
     */
    void writeTo(OutputStream out) throws IOException;
}
