/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jamesqmgr.store.Content;

/** Content of which every reading gives the same bytes. */
public final class BytesAtHand implements Content {

    private final byte[] bytes;

    public BytesAtHand(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public BytesAtHand(String ascii) {
        this(ascii.getBytes(US_ASCII));
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }
}
