/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.james.lifecycle.api.Disposable;
import org.apache.james.server.core.MimeMessageSource;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.Content;

/**
 * Lets James read the content of a stored message. Nothing is opened before it is asked for.
 * Disposing closes the streams that mailets left open, and leaves the stored content alone.
 */
final class StoredMessageSource implements MimeMessageSource, Disposable {

    private final QueueId id;
    private final Content content;
    private final Set<InputStream> open = ConcurrentHashMap.newKeySet();

    StoredMessageSource(QueueId id, Content content) {
        this.id = id;
        this.content = content;
    }

    @Override
    public String getSourceId() {
        return "qmgr:" + id.asString();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream in = new TrackedInputStream(buffered(content.open()));
        open.add(in);
        return in;
    }

    /** Whether this is what it reads. */
    boolean reads(Content other) {
        return content == other;
    }

    @Override
    public long getMessageSize() {
        return content.size();
    }

    @Override
    public void dispose() {
        for (InputStream in : open) {
            close(in);
        }
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // Nothing was written and nobody reads on.
        }
    }

    /**
     * Buffered, because headers are read byte by byte; and able to go back, because JavaMail loses
     * a byte of the body behind a bare CR otherwise.
     */
    private static InputStream buffered(InputStream in) {
        return in.markSupported() ? in : new BufferedInputStream(in);
    }

    private final class TrackedInputStream extends FilterInputStream {
        TrackedInputStream(InputStream in) {
            super(in);
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
        }
    }
}
