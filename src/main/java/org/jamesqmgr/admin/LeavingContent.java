/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jamesqmgr.store.Content;

/**
 * Content on its way into another store, which remembers whether it could be read: if not, only this
 * message is in trouble, and not the store it goes to.
 */
public final class LeavingContent implements Content {

    private final Content content;
    private volatile IOException trouble;

    public LeavingContent(Content content) {
        this.content = content;
    }

    /** What went wrong when it was read. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble).map(IOException::toString);
    }

    private IOException remembered(IOException e) {
        trouble = e;
        return e;
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public InputStream open() throws IOException {
        try {
            return new Watched(content.open());
        } catch (IOException e) {
            throw remembered(e);
        }
    }

    private final class Watched extends FilterInputStream {

        private long seen;

        Watched(InputStream in) {
            super(in);
        }

        /** One that ends early is no more readable than one that breaks off. */
        private void count(int read) throws IOException {
            if (read >= 0) {
                seen += read;
            } else if (seen < size()) {
                throw new EOFException("it ends after " + seen + " bytes of " + size());
            }
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            seen += skipped;
            return skipped;
        }

        @Override
        public int read() throws IOException {
            try {
                int read = super.read();
                count(read < 0 ? read : 1);
                return read;
            } catch (IOException e) {
                throw remembered(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int read = super.read(bytes, offset, length);
                count(read);
                return read;
            } catch (IOException e) {
                throw remembered(e);
            }
        }
    }
}
