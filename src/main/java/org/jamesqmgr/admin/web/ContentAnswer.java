/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jamesqmgr.store.MessageStoreException;
import spark.Response;

/** Answers with bytes that are read a part at a time, as the client takes them. */
final class ContentAnswer {

    private static final int PART = 64 * 1024;

    /** What has parts; nothing if it is not there, or no longer. */
    @FunctionalInterface
    interface Source {
        Optional<byte[]> part(long offset, int length) throws MessageStoreException;
    }

    private ContentAnswer() {}

    /**
     * Sends it all. The length goes first: if it is gone before its end, the client finds out.
     *
     * @return false if it is not there; nothing was sent then
     */
    static boolean send(Source source, long size, String type, Response response)
            throws MessageStoreException, IOException {
        Optional<byte[]> part = source.part(0, PART);
        if (part.isEmpty()) {
            return false;
        }
        response.type(type);
        response.raw().setContentLengthLong(size);
        OutputStream out = response.raw().getOutputStream();
        long sent = 0;
        while (part.isPresent() && part.get().length > 0) {
            out.write(part.get());
            sent += part.get().length;
            part = source.part(sent, PART);
        }
        out.flush();
        return true;
    }
}
