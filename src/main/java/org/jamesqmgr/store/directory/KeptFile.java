/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import org.jamesqmgr.model.QueueId;

/** A queue file as it was when its message was accepted. */
final class KeptFile {

    private final QueueId id;
    private final byte[] image;

    /**
     * @param image all its bytes; not copied
     */
    KeptFile(QueueId id, byte[] image) {
        this.id = id;
        this.image = image;
    }

    QueueId id() {
        return id;
    }

    byte[] image() {
        return image;
    }
}
