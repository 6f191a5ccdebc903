/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of messages that were accepted a moment ago, still open: most messages are done with before
 * it would have paid to close theirs. What is known of them need not be read from them either.
 *
 * <p>A few hundred at most; the others are opened whenever they are needed. Safe for use by any
 * thread.
 */
final class HeldFiles {

    private static final Logger LOGGER = LoggerFactory.getLogger(HeldFiles.class);

    /** Far below what a process may have open. */
    static final int MOST = 256;

    private final Map<QueueId, Held> held = new ConcurrentHashMap<>();

    /**
     * Keeps a file open, or closes it if there are too many.
     *
     * @param shape what is in it
     */
    void hold(QueueId id, OpenFile file, QueueFile shape) {
        Held kept = new Held(file, shape);
        if (held.size() < MOST) {
            held.put(id, kept);
        } else {
            kept.leave();
        }
    }

    /** What is in a file, if nobody asked before: who asks goes on from there. */
    Optional<QueueFile> takeShape(QueueId id) {
        return Optional.ofNullable(held.get(id)).flatMap(Held::takeShape);
    }

    /** A file that is held, for a while; closing it gives it back. */
    Optional<OpenFile> borrow(QueueId id) {
        return Optional.ofNullable(held.get(id)).flatMap(Held::borrow);
    }

    /** Holds a file no longer: it is closed once nobody uses it. */
    void release(QueueId id) {
        Held kept = held.remove(id);
        if (kept != null) {
            kept.leave();
        }
    }

    void releaseAll() {
        List.copyOf(held.keySet()).forEach(this::release);
    }

    /** One open file, closed by the last who leaves it. */
    private static final class Held {
        private final OpenFile file;

        @GuardedBy("this")
        private Optional<QueueFile> shape;

        @GuardedBy("this")
        private int users = 1;

        Held(OpenFile file, QueueFile shape) {
            this.file = file;
            this.shape = Optional.of(shape);
        }

        synchronized Optional<QueueFile> takeShape() {
            Optional<QueueFile> taken = shape;
            shape = Optional.empty();
            return taken;
        }

        synchronized Optional<OpenFile> borrow() {
            if (users == 0) {
                return Optional.empty();
            }
            users++;
            return Optional.of(new Borrowed(this));
        }

        void leave() {
            if (isLastToLeave()) {
                try {
                    file.close();
                } catch (IOException e) {
                    LOGGER.warn("a queue file cannot be closed", e);
                }
            }
        }

        private synchronized boolean isLastToLeave() {
            users--;
            return users == 0;
        }
    }

    /** A file in use by one who did not open it. */
    private static final class Borrowed implements OpenFile {
        private final Held held;
        private final OpenFile file;
        private boolean open = true;

        Borrowed(Held held) {
            this.held = held;
            this.file = held.file;
        }

        @Override
        public int read(long position, byte[] bytes, int offset, int length) throws IOException {
            return file.read(position, bytes, offset, length);
        }

        @Override
        public void write(long position, byte[] bytes, int offset, int length) throws IOException {
            file.write(position, bytes, offset, length);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void forceBytes() throws IOException {
            file.forceBytes();
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                held.leave();
            }
        }
    }
}
