/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.model.QueueId;

/** The content messages of one message, read, and put together. For one thread. */
final class ReadContent implements Channel.Sink, AutoCloseable {

    private SpooledContent accepted;
    private SpooledContent start;
    private long from;

    @Override
    public OutputStream to(ClientMessage message) throws IOException {
        SpooledContent content = new SpooledContent();
        if (Envelopes.START.equals(message.getStringProperty(Envelopes.PART))) {
            close(start);
            start = content;
            from = message.getLongProperty(Envelopes.FROM);
        } else {
            close(accepted);
            accepted = content;
        }
        return content;
    }

    /** How long it is as one; -1 if there was nothing. */
    long size() {
        if (accepted == null) {
            return -1;
        }
        return accepted.size() - from + (start == null ? 0 : start.size());
    }

    IOException incomplete(QueueId id, long size) {
        return accepted == null
                ? gone(id)
                : new IOException(
                        id + ": " + size() + " bytes of content are there instead of " + size);
    }

    private static FileNotFoundException gone(QueueId id) {
        return new FileNotFoundException(id + " has left the store");
    }

    /**
     * What was read, as one; it needs this no longer.
     *
     * @throws FileNotFoundException if there was nothing
     */
    InputStream open(QueueId id) throws IOException {
        if (accepted == null) {
            throw gone(id);
        }
        InputStream rest = accepted.openAndClose();
        accepted = null;
        rest.skipNBytes(from);
        if (start == null) {
            return rest;
        }
        InputStream all = new SequenceInputStream(start.openAndClose(), rest);
        start = null;
        return all;
    }

    @Override
    public void close() throws IOException {
        close(accepted);
        close(start);
    }

    private static void close(SpooledContent content) throws IOException {
        if (content != null) {
            content.close();
        }
    }
}
