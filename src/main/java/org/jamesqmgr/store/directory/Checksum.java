/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.util.zip.CRC32C;

/** CRC-32C, which processors compute by themselves. */
final class Checksum {

    private Checksum() {}

    static int of(byte[] bytes, int offset, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, offset, length);
        return (int) checksum.getValue();
    }
}
