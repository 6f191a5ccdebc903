/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.codec.DamagedMessageException;

/** A queue file as the journal has it: as it was accepted, with what was recorded since. */
final class KeptFile {

    private final QueueId id;
    private final byte[] image;

    /**
     * @param image its bytes, and those of the room behind it; not copied
     */
    KeptFile(QueueId id, byte[] image) {
        this.id = id;
        this.image = image;
    }

    QueueId id() {
        return id;
    }

    /** As it is on its way through a server: in active if work on it has begun. */
    QueuedMessage message() throws IOException {
        QueueFile read = read();
        return read.message(id, read.log().begun() ? QueueName.ACTIVE : QueueName.INCOMING);
    }

    InputStream content() throws IOException {
        return ContentStream.of(new BytesInMemory(image), read());
    }

    private QueueFile read() throws IOException {
        return QueueFile.read(new BytesInMemory(image), QueueFile.Depth.ENVELOPE);
    }

    /** Up to the last record that is whole; all of it, if what is there is damaged. */
    byte[] bytes() throws IOException {
        try {
            return Arrays.copyOf(image, (int) read().log().end());
        } catch (DamagedMessageException | NotKeptException e) {
            return image;
        }
    }
}
