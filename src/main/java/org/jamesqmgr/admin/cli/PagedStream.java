/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that are asked for part by part, the next when the last are read. */
final class PagedStream extends InputStream {

    private static final int PART = 1 << 20;

    private final Source source;
    private long position;
    private long left;
    private byte[] part = {};
    private int read;

    /** Where the parts come from. */
    @FunctionalInterface
    interface Source {
        /** Shorter than asked for only at the end; null if there is nothing any more. */
        byte[] part(long offset, int length);
    }

    /**
     * @param from the first byte
     * @param length most bytes
     */
    PagedStream(long from, long length, Source source) {
        this.position = from;
        this.left = length;
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        return ready() ? part[read++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ready()) {
            return -1;
        }
        int count = Math.min(length, part.length - read);
        System.arraycopy(part, read, bytes, offset, count);
        read += count;
        return count;
    }

    private boolean ready() throws IOException {
        if (read < part.length) {
            return true;
        }
        int wanted = (int) Math.min(PART, left);
        if (wanted == 0) {
            return false;
        }
        byte[] next = source.part(position, wanted);
        if (next == null) {
            throw new IOException("the message is gone");
        }
        part = next;
        read = 0;
        position += part.length;
        left = part.length < wanted ? 0 : left - part.length;
        return part.length > 0;
    }
}
