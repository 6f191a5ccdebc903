/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.RecipientLog;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease on an envelope in the active queue of this run. What happens is noted in the log of the
 * run at once, and in the envelope when the lease ends.
 */
final class ArtemisLease implements MessageLease {

    private static final Logger LOGGER = LoggerFactory.getLogger(ArtemisLease.class);

    private final ArtemisMessageStore store;
    private final Entry entry;
    private final QueueId id;
    private final String claim;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean doubtful;
    private Standing again;
    private Instant since;
    private long records;

    @GuardedBy("this")
    private StoredMessage stored;

    /** Null until it is asked for again. */
    @GuardedBy("this")
    private QueuedMessage message;

    /**
     * @param before how the message stood when it was claimed
     * @param again how it stands if it is given back
     */
    ArtemisLease(
            ArtemisMessageStore store,
            Taken before,
            Standing again,
            String claim,
            StoredMessage stored) {
        this.store = store;
        this.entry = before.entry();
        this.id = entry.id();
        this.again = again;
        this.since = before.time();
        this.claim = claim;
        this.stored = stored;
    }

    QueueId id() {
        return id;
    }

    /** Whether there may be records of it in the log. */
    boolean logged() {
        return records > 0;
    }

    String claim() {
        return claim;
    }

    /** Whether an ending has failed, which the broker may have done: the message may be anywhere. */
    boolean isDoubtful() {
        return doubtful;
    }

    @Override
    public synchronized QueuedMessage message() {
        if (message == null) {
            message = stored.message(id, QueueName.ACTIVE);
        }
        return message;
    }

    synchronized StoredMessage stored() {
        return stored;
    }

    private synchronized void is(StoredMessage next) {
        stored = next;
        message = null;
    }

    @Override
    public Content content() {
        return store.claimedContent(this);
    }

    @Override
    public void begin(Instant now) throws MessageStoreException {
        work(() -> log(LogRecord.Type.BEGUN, new byte[0])); // commit
    }

    @Override
    public void replaceEnvelope(Envelope envelope) throws MessageStoreException {
        work(
                () -> {
                    log(LogRecord.Type.ENVELOPE, EnvelopeCodec.encode(envelope)); // commit
                    is(stored().with(envelope));
                    store.index().changed(entry, envelope);
                });
    }

    @Override
    public boolean mayGoOn() {
        return stored().change().isEmpty();
    }

    @Override
    public void goOn(Envelope envelope, DerivedContent content) throws MessageStoreException {
        if (!mayGoOn()) {
            throw new IllegalStateException(id + " has gone on before");
        }
        content.size(stored().accepted());
        work(
                () -> {
                    StoredMessage before = stored();
                    boolean carries = before.carries(content);
                    LogRecord made =
                            entry(
                                    LogRecord.Type.GONE_ON,
                                    LogRecord.goneOn(envelope, content, carries));
                    if (carries) {
                        store.envelopes().log(made); // commit
                    } else {
                        store.envelopes().goOn(made, before, content); // commit
                    }
                    is(before.goneOn(envelope, content));
                    MessageStatus status = stored().status();
                    again = Standing.ofNew(status, store.now());
                    since = status.due();
                    store.index().changed(entry, envelope);
                });
    }

    @Override
    public void record(List<Attempt> attempts) throws MessageStoreException {
        if (attempts.isEmpty()) {
            return;
        }
        work(
                () -> {
                    byte[] payload = LogRecord.attempts(attempts);
                    happened(recipients -> recipients.add(attempts));
                    keep(LogRecord.Type.ATTEMPTS, payload);
                });
    }

    @Override
    public void reported() throws MessageStoreException {
        work(
                () -> {
                    happened(RecipientLog::reported);
                    keep(LogRecord.Type.REPORTED, new byte[0]);
                });
    }

    private synchronized void happened(Consumer<RecipientLog> change) {
        change.accept(stored.recipients());
        message = null;
    }

    /** What has happened is not undone by a broker that is gone: then the ending will say it. */
    private void keep(LogRecord.Type type, byte[] payload) {
        try {
            log(type, payload);
        } catch (MessageStoreException e) {
            LOGGER.warn("what became of recipients of {} could not be noted yet", id, e);
        }
    }

    private LogRecord entry(LogRecord.Type type, byte[] payload) {
        return new LogRecord(id, claim, ++records, type, payload);
    }

    private void log(LogRecord.Type type, byte[] payload) throws MessageStoreException {
        store.envelopes().log(entry(type, payload));
    }

    @Override
    public void complete() throws MessageStoreException {
        end(
                () -> {
                    boolean mine = store.envelopes().complete(id, stored()); // commit
                    store.index().forget(entry);
                    is(stored().apart());
                    if (!mine) {
                        store.lost(id);
                    }
                });
        store.ended(this, false);
    }

    @Override
    public void defer(MessageStatus status) throws MessageStoreException {
        end(
                () -> {
                    if (leave(status, QueueName.DEFERRED)) {
                        store.index().putDeferred(entry, status, store.now());
                    }
                });
        store.ended(this, true);
    }

    @Override
    public void hold(MessageStatus status) throws MessageStoreException {
        end(
                () -> {
                    if (leave(status, QueueName.HOLD)) {
                        store.index().put(entry, Standing.HELD, status.due());
                    }
                });
        store.ended(this, false);
    }

    @Override
    public void giveBack() throws MessageStoreException {
        end(
                () -> {
                    boolean waits = again == Standing.SCHEDULED || again == Standing.DEFERRED;
                    if (leave(stored().status(), waits ? QueueName.DEFERRED : QueueName.INCOMING)) {
                        store.index().put(entry, again, since);
                    }
                });
        store.ended(this, true);
    }

    @Override
    public void close() throws MessageStoreException {
        if (!ended.get()) {
            giveBack();
        }
    }

    /** Returns false if the message was not this server's any more. */
    private boolean leave(MessageStatus status, QueueName to) throws MessageStoreException {
        StoredMessage next = stored().with(status, to);
        boolean mine = store.envelopes().end(id, next); // commit
        if (mine) {
            is(next);
            store.index().moved(entry, to);
        } else {
            store.index().forget(entry);
            store.lost(id);
        }
        return mine;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, MessageStoreException;
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
            doubtful |= !done;
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
