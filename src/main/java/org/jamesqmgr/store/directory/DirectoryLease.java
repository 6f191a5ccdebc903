/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.RecipientOutcome.Deferred;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease on a file in the active directory.
 *
 * <p>Deferring, holding and giving back write a record that says where the message is bound, then
 * rename. Killed in between, recovery goes by the record; on a full disk the record is lost and the
 * rename works.
 */
final class DirectoryLease implements MessageLease {

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryLease.class);

    private final DirectoryMessageStore store;
    private final QueueFiles files;
    private Standing again;
    private Instant since;
    private final Entry entry;
    private final QueueId id;
    private final AtomicBoolean ended = new AtomicBoolean();
    private QueueFile file;

    /** Null until it is asked for again: with many recipients it costs more than one outcome should. */
    private QueuedMessage message;

    /**
     * @param before how the message stood when it was claimed
     * @param again how it stands if it is given back
     */
    DirectoryLease(DirectoryMessageStore store, Taken before, Standing again, QueueFile file) {
        this.store = store;
        this.files = store.queueFiles();
        this.again = again;
        this.since = before.time();
        this.entry = before.entry();
        this.id = entry.id();
        this.file = file;
        this.message = file.message(id, QueueName.ACTIVE);
    }

    @Override
    public QueuedMessage message() {
        if (message == null) {
            message = file.message(id, QueueName.ACTIVE);
        }
        return message;
    }

    TransportName transport() {
        return file.log().envelope().transport();
    }

    QueueId id() {
        return id;
    }

    @Override
    public Content content() {
        return store.claimedContent(id, file);
    }

    @Override
    public void begin(Instant now) throws MessageStoreException {
        work(() -> append(RecordLog.workBegins(), false, RecordLog::workBegun));
    }

    @Override
    public void replaceEnvelope(Envelope envelope) throws MessageStoreException {
        // An envelope that came with a hand-over may not be on the disk yet.
        boolean kept = file.log().change().isEmpty() && file.log().recipients().untouched();
        if (kept && envelope.equals(file.log().envelope())) {
            return;
        }
        work(
                () -> {
                    append(RecordLog.envelope(envelope), true, log -> log.with(envelope)); // commit
                    message = null;
                    store.index().changed(entry, envelope);
                });
    }

    @Override
    public boolean mayGoOn() {
        return file.asStored();
    }

    @Override
    public void goOn(Envelope envelope, DerivedContent content) throws MessageStoreException {
        if (!mayGoOn()) {
            throw new IllegalStateException(id + " has gone on before");
        }
        content.size(file.header().contentLength()); // throws, where writing it would be damage
        work(
                () -> {
                    byte[] record = RecordLog.handedOver(envelope, content);
                    append(record, false, log -> log.goneOn(envelope, content)); // commit
                    files.written(entry);
                    message = null;
                    again = Standing.ofNew(file.log().status(), store.now());
                    since = file.log().status().due();
                    store.index().changed(entry, envelope);
                });
    }

    @Override
    public void record(List<Attempt> attempts) throws MessageStoreException {
        boolean all = files.hasRoomForDeferrals(entry, file);
        List<Attempt> lasting = all ? attempts : decisions(attempts);
        work(
                () -> {
                    keep(RecordLog.attempts(lasting));
                    file.log().recipients().add(attempts);
                    message = null;
                });
    }

    private static List<Attempt> decisions(List<Attempt> attempts) {
        return attempts.stream()
                .filter(attempt -> !(attempt.outcome() instanceof Deferred))
                .toList();
    }

    @Override
    public void reported() throws MessageStoreException {
        work(
                () -> {
                    keep(RecordLog.senderNotified());
                    file.log().recipients().reported();
                    message = null;
                });
    }

    @Override
    public void complete() throws MessageStoreException {
        end(
                () -> {
                    try {
                        files.delete(entry);
                    } catch (NoSuchFileException e) {
                        LOGGER.warn("{} is done; its file was removed by hand already", id, e);
                    }
                    store.index().forget(entry);
                });
        store.ended(this, false);
    }

    @Override
    public void defer(MessageStatus status) throws MessageStoreException {
        end(
                () -> {
                    leave(status, QueueName.DEFERRED);
                    store.index().putDeferred(entry, status, store.now());
                });
        store.ended(this, true);
    }

    @Override
    public void hold(MessageStatus status) throws MessageStoreException {
        end(
                () -> {
                    leave(status, QueueName.HOLD);
                    store.index().put(entry, Standing.HELD, status.due());
                });
        store.ended(this, false);
    }

    @Override
    public void giveBack() throws MessageStoreException {
        end(
                () -> {
                    MessageStatus status = file.log().status();
                    boolean waits = again == Standing.SCHEDULED || again == Standing.DEFERRED;
                    QueueName to = waits ? QueueName.DEFERRED : QueueName.INCOMING;
                    if (file.log().begun()) {
                        recordIfPossible(status, to);
                    }
                    files.stamp(entry, status.due());
                    moveIfPossible(to);
                    store.index().put(entry, again, since);
                });
        store.ended(this, true);
    }

    @Override
    public void close() throws MessageStoreException {
        if (!ended.get()) {
            giveBack();
        }
    }

    private void leave(MessageStatus status, QueueName to) {
        recordIfPossible(status, to);
        files.stamp(entry, status.due());
        moveIfPossible(to);
        files.settle(entry);
    }

    private void recordIfPossible(MessageStatus status, QueueName bound) {
        try {
            append(RecordLog.status(status, bound), false, log -> log.with(status, bound));
            files.written(entry);
        } catch (IOException e) {
            files.notWritten(entry, status);
            LOGGER.warn("the status of {} could not be recorded: {}", id, status, e);
        }
    }

    private void moveIfPossible(QueueName to) {
        try {
            files.move(entry, to);
        } catch (IOException e) {
            LOGGER.warn("{} cannot be moved from active to {}", id, to.asString(), e);
        }
    }

    /**
     * Appends a record.
     *
     * @param effect what it makes of a log that ends with it, the same as if it were read
     */
    private void append(byte[] record, boolean force, UnaryOperator<RecordLog> effect)
            throws IOException {
        RecordLog log = files.append(entry, file.log(), record, force);
        file = file.with(effect.apply(log.endingAt(log.end() + record.length)));
    }

    /** What has happened is not undone by a full disk. */
    private void keep(byte[] records) throws IOException {
        if (records.length == 0) {
            return;
        }
        try {
            RecordLog log = files.append(entry, file.log(), records, false);
            file = file.with(log.endingAt(log.end() + records.length));
        } catch (IOException e) {
            if (!Corruption.spaceIsShort(e)) {
                throw e;
            }
            files.notWritten(entry, records);
            LOGGER.warn("what became of recipients of {} could not be recorded", id, e);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void work(Step step) throws MessageStoreException {
        if (ended.get()) {
            throw alreadyEnded();
        }
        run(step);
    }

    /** An ending that fails did not happen and can be tried again. */
    private void end(Step step) throws MessageStoreException {
        if (!ended.compareAndSet(false, true)) {
            throw alreadyEnded();
        }
        boolean done = false;
        try {
            run(step);
            done = true;
        } finally {
            ended.set(done);
        }
    }

    private IllegalStateException alreadyEnded() {
        return new IllegalStateException("the lease on " + id + " was ended already");
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
