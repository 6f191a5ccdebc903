/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jamesqmgr.store.ContentWriter;

/**
 * Content that notes on its way into the store what the log wants to know of it. Nothing is parsed
 * beyond the first 64 kB. One thread at a time.
 */
public final class WatchedContent implements ContentWriter {

    private static final int LIMIT = 64 * 1024;

    private final ContentWriter content;
    private HeaderStart header = new HeaderStart(LIMIT);

    public WatchedContent(ContentWriter content) {
        this.content = content;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        header = new HeaderStart(LIMIT);
        content.writeTo(new Watch(out, header));
    }

    /** The Message-ID of what was written last, brackets and all; empty if it has none. */
    public String messageId() {
        return header.messageId();
    }

    private static final class Watch extends FilterOutputStream {

        private final HeaderStart header;

        Watch(OutputStream out, HeaderStart header) {
            super(out);
            this.header = header;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            header.take(bytes, offset, length);
            out.write(bytes, offset, length);
        }
    }
}
