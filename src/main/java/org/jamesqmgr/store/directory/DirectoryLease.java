/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.directory.QueueIndex.Entry;
import org.jamesqmgr.store.directory.QueueIndex.Standing;
import org.jamesqmgr.store.directory.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease on a file in the active directory. */
final class DirectoryLease implements MessageLease {

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryLease.class);

    private final DirectoryMessageStore store;
    private final Taken before;
    private final Standing again;
    private final Entry entry;
    private final QueueId id;
    private final Path path;
    private final AtomicBoolean ended = new AtomicBoolean();
    private QueueFile file;
    private QueuedMessage message;
    private boolean begun;

    DirectoryLease(DirectoryMessageStore store, Taken taken, Standing again, QueueFile file) {
        this.store = store;
        this.again = again;
        this.before = taken;
        this.entry = taken.entry();
        this.id = entry.id();
        this.path = store.layout().file(QueueName.ACTIVE, id);
        this.file = file;
        this.message = file.message(id, QueueName.ACTIVE);
    }

    @Override
    public QueuedMessage message() {
        return message;
    }

    @Override
    public Content content() {
        return new StoredContent(message.size(), () -> ContentStream.open(store.files(), path));
    }

    @Override
    public void begin(Instant now) throws MessageStoreException {
        work(
                () -> {
                    append(RecordLog.workBegins(), false);
                    begun = true;
                });
    }

    @Override
    public void replaceEnvelope(Envelope envelope) throws MessageStoreException {
        work(
                () -> {
                    append(RecordLog.envelope(envelope), true); // commit
                    message = file.message(id, QueueName.ACTIVE);
                    store.index().changed(entry, envelope.transport(), envelope.priority());
                });
    }

    @Override
    public void complete() throws MessageStoreException {
        end(
                () -> {
                    store.files().delete(path); // commit
                    store.index().forget(entry);
                });
        store.ended(this, false);
    }

    @Override
    public void defer(MessageStatus status) throws MessageStoreException {
        end(
                () -> {
                    recordIfPossible(status);
                    moveIfPossible(QueueName.DEFERRED, status.due());
                    store.putDeferred(entry, status);
                });
        store.ended(this, true);
    }

    @Override
    public void hold(MessageStatus status) throws MessageStoreException {
        end(
                () -> {
                    recordIfPossible(status);
                    moveIfPossible(QueueName.HOLD, status.due());
                    store.index().put(entry, Standing.HELD, status.due());
                });
        store.ended(this, false);
    }

    @Override
    public void giveBack() throws MessageStoreException {
        end(
                () -> {
                    if (begun) {
                        recordIfPossible(message.status());
                    }
                    boolean waits = again == Standing.SCHEDULED || again == Standing.DEFERRED;
                    moveIfPossible(
                            waits ? QueueName.DEFERRED : QueueName.INCOMING,
                            message.status().due());
                    store.index().put(entry, again, before.time());
                });
        store.ended(this, true);
    }

    @Override
    public void close() throws MessageStoreException {
        if (!ended.get()) {
            giveBack();
        }
    }

    private void moveIfPossible(QueueName to, Instant modified) {
        try {
            store.move(entry, id, to, modified);
        } catch (IOException e) {
            LOGGER.warn("{} stays in the active directory: it cannot be moved to {}", id, to, e);
        }
    }

    /** What a full disk takes from us is the record, not the message. */
    private void recordIfPossible(MessageStatus status) {
        try {
            append(RecordLog.status(status), false);
        } catch (IOException e) {
            LOGGER.warn("the status of {} could not be recorded: {}", id, status, e);
        }
    }

    private void append(byte[] record, boolean force) throws IOException {
        try (OpenFile open = store.files().open(path)) {
            DirectoryMessageStore.append(open, file.log().end(), record);
            if (force) {
                open.force();
            }
        }
        file = file.with(file.log().replay(record, record.length));
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void work(Step step) throws MessageStoreException {
        if (ended.get()) {
            throw new IllegalStateException("the lease on " + id + " was ended already");
        }
        run(step);
    }

    private void end(Step step) throws MessageStoreException {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("the lease on " + id + " was ended already");
        }
        run(step);
    }

    private void run(Step step) throws MessageStoreException {
        store.whileOpen(
                () -> {
                    try {
                        step.run();
                        return id;
                    } catch (IOException e) {
                        throw new MessageStoreException(
                                "trouble with " + id + ": " + e.getMessage(), e);
                    }
                });
    }
}
