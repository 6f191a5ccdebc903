/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;

/**
 * Where what is under the queue directory:
 *
 * <pre>
 *   .lock                      held while a server runs, names it
 *   .layout                    version of this layout
 *   incoming/4fXk2Q1bTnz3Gh7d
 *   active/...
 *   deferred/T/...             by one character of the id, so that no directory gets too long
 *   hold/...
 *   corrupt/...
 * </pre>
 */
record Layout(Path root) {

    private static final String HASHES = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

    /** The last character of the microseconds: the one that is spread evenly at any rate of mail. */
    private static final int HASH_POSITION = 9;

    Path lock() {
        return root.resolve(".lock");
    }

    Path version() {
        return root.resolve(".layout");
    }

    Path queue(QueueName queue) {
        return root.resolve(queue.asString());
    }

    /** The directories that hold the files of a queue. */
    List<Path> directories(QueueName queue) {
        if (queue != QueueName.DEFERRED) {
            return List.of(queue(queue));
        }
        List<Path> directories = new ArrayList<>(HASHES.length());
        for (int i = 0; i < HASHES.length(); i++) {
            directories.add(queue(queue).resolve(HASHES.substring(i, i + 1)));
        }
        return directories;
    }

    Path file(QueueName queue, QueueId id) {
        String name = id.asString();
        Path directory = queue(queue);
        return queue == QueueName.DEFERRED
                ? directory.resolve(name.substring(HASH_POSITION, HASH_POSITION + 1)).resolve(name)
                : directory.resolve(name);
    }
}
