/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;

/** Content that counts who reads it. */
final class StoredBytes implements Content {

    private final byte[] bytes;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    StoredBytes(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** One char per byte. */
    static StoredBytes of(String latin1) {
        return new StoredBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    static StoredBytes of(ContentWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return new StoredBytes(out.toByteArray());
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public InputStream open() {
        opened.incrementAndGet();
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public boolean markSupported() {
                return false;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    int opened() {
        return opened.get();
    }

    int closed() {
        return closed.get();
    }

    String asLatin1() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
