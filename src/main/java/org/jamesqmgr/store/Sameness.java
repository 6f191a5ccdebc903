/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;

/** Whether two stores have the same message: then one of them may forget it. */
public final class Sameness {

    private static final int BUFFER = 64 << 10;

    private Sameness() {}

    /** As a store takes over a message: what is active in one is nobody's in another. */
    public static QueuedMessage adopted(QueuedMessage message) {
        return message.queue() == QueueName.ACTIVE ? message.in(QueueName.INCOMING) : message;
    }

    /** Whether both are one message at the same point of its story, as far as can be seen. */
    public static boolean of(QueuedMessage one, QueuedMessage other) {
        return adopted(one).equals(adopted(other));
    }

    /** Whether both are the same bytes. */
    public static boolean of(Content one, Content other) throws IOException {
        if (one.size() != other.size()) {
            return false;
        }
        try (InputStream first = one.open();
                InputStream second = other.open()) {
            byte[] some = first.readNBytes(BUFFER);
            while (Arrays.equals(some, second.readNBytes(BUFFER))) {
                if (some.length == 0) {
                    return true;
                }
                some = first.readNBytes(BUFFER);
            }
            return false;
        }
    }
}
