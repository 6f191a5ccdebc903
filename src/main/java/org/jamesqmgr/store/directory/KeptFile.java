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
    private final int accepted;

    /**
     * @param image its bytes, and those of the room behind it; not copied
     * @param accepted so many bytes it had when the message was accepted
     */
    KeptFile(QueueId id, byte[] image, int accepted) {
        this.id = id;
        this.image = image;
        this.accepted = accepted;
    }

    QueueId id() {
        return id;
    }

    /** As seen from outside: in active once anything was recorded of it, since it stays there then. */
    QueuedMessage message() throws IOException {
        QueueFile read = QueueFile.read(new BytesInMemory(bytes()), QueueFile.Depth.ENVELOPE);
        boolean worked = read.log().end() > accepted;
        return read.message(id, worked ? QueueName.ACTIVE : QueueName.INCOMING);
    }

    InputStream content() throws IOException {
        BytesInMemory bytes = new BytesInMemory(bytes());
        return ContentStream.of(bytes, QueueFile.read(bytes, QueueFile.Depth.ENVELOPE));
    }

    /**
     * Up to the last record that is whole. If the records are damaged, as a power cut may leave them, up
     * to where they begin: what must be safe is never recorded here.
     */
    byte[] bytes() throws IOException {
        try {
            QueueFile read = QueueFile.read(new BytesInMemory(image), QueueFile.Depth.ENVELOPE);
            return Arrays.copyOf(image, (int) read.log().end());
        } catch (DamagedMessageException e) {
            return Arrays.copyOf(image, accepted);
        }
    }

    /** Whether nothing is behind so many bytes that could be read as a part of what is appended. */
    boolean hasOnlyRoomBehind(int length) {
        return Arrays.equals(
                image,
                length,
                image.length,
                new byte[image.length - length],
                0,
                image.length - length);
    }
}
