/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;

/**
 * Where what is under the queue directory:
 *
 * <pre>
 *   .lock                      held while a server runs, names it
 *   .layout                    version of this layout
 *   .journal                   new messages that are no files yet, if any
 *   .orders                    what an operator has suspended, if anything
 *   .adopted/...               mail of another store until it is complete, if any ever came
 *   incoming/4fXk2Q1bTnz3Gh7d
 *   active/...
 *   deferred/T/...             by one character of the id, so that no directory gets too long
 *   hold/...
 *   corrupt/...
 * </pre>
 */
final class Layout {

    private static final String HASHES = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

    /** The last character of the microseconds: the one that is spread evenly at any rate of mail. */
    private static final int HASH_POSITION = 9;

    private final Path root;

    /** Made once: they are asked for at every step of every message. */
    private final Map<QueueName, Path> queues = new EnumMap<>(QueueName.class);

    private final Map<Character, Path> deferred = new LinkedHashMap<>();

    Layout(Path root) {
        this.root = root;
        for (QueueName queue : QueueName.values()) {
            queues.put(queue, root.resolve(queue.asString()));
        }
        for (int i = 0; i < HASHES.length(); i++) {
            char hash = HASHES.charAt(i);
            deferred.put(hash, queue(QueueName.DEFERRED).resolve(Character.toString(hash)));
        }
    }

    Path root() {
        return root;
    }

    Path lock() {
        return root.resolve(".lock");
    }

    Path version() {
        return root.resolve(".layout");
    }

    Path journal() {
        return root.resolve(".journal");
    }

    /** A journal that cannot be read. */
    Path damagedJournal() {
        return root.resolve(".journal.damaged");
    }

    Path orders() {
        return root.resolve(".orders");
    }

    /** What is to become {@link #orders}. */
    Path newOrders() {
        return root.resolve(".orders.new");
    }

    /** Where what is taken over from another store is written: no server ever delivers from here. */
    Path adopted() {
        return root.resolve(".adopted");
    }

    Path queue(QueueName queue) {
        return queues.get(queue);
    }

    /** The directories that hold the files of a queue. */
    List<Path> directories(QueueName queue) {
        return queue == QueueName.DEFERRED ? List.copyOf(deferred.values()) : List.of(queue(queue));
    }

    /** The directory that holds the file of a message. */
    Path directory(QueueName queue, QueueId id) {
        return directory(queue, id.asString());
    }

    private Path directory(QueueName queue, String name) {
        return queue == QueueName.DEFERRED
                ? deferred.get(name.charAt(HASH_POSITION))
                : queue(queue);
    }

    Path file(QueueName queue, QueueId id) {
        String name = id.asString();
        return directory(queue, name).resolve(name);
    }
}
