/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;

/** Bytes that are at hand, to be read as those of a file are. */
final class BytesInMemory implements OpenFile {

    private final byte[] bytes;

    BytesInMemory(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read(long position, byte[] to, int offset, int length) {
        if (position >= bytes.length) {
            return 0;
        }
        int count = (int) Math.min(length, bytes.length - position);
        System.arraycopy(bytes, (int) position, to, offset, count);
        return count;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void write(long position, byte[] from, int offset, int length) throws IOException {
        throw new IOException("only to be read");
    }

    @Override
    public void truncate(long size) throws IOException {
        throw new IOException("only to be read");
    }

    @Override
    public void force() {}

    @Override
    public void forceBytes() {}

    @Override
    public void close() {}
}
