/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;

/**
 * What an operator does to a message that nobody works on. Safe for use by any thread.
 *
 * <p>An action that fails half way leaves the message where the file system has it.
 */
final class OperatorActions {

    private final QueueIndex index;
    private final QueueFiles files;
    private final Corruption corruption;
    private final Clock clock;

    OperatorActions(QueueIndex index, QueueFiles files, Corruption corruption, Clock clock) {
        this.index = index;
        this.files = files;
        this.corruption = corruption;
        this.clock = clock;
    }

    @FunctionalInterface
    private interface Action {
        void on(Taken taken) throws IOException, MessageStoreException;
    }

    OperatorResult remove(QueueId id) throws MessageStoreException {
        OperatorResult result = act(id, Standing.ANY_BUT_TAKEN, this::remove);
        return result == OperatorResult.NOT_FOUND ? removeCorrupt(id) : result;
    }

    private void remove(Taken taken) throws IOException, MessageStoreException {
        Entry entry = taken.entry();
        QueueName place = index.place(entry);
        files.delete(entry);
        index.forget(entry);
        try {
            files.forceDeletion(place, entry.id()); // commit
        } catch (IOException e) {
            throw new MessageStoreException(
                    entry.id() + " is removed, but a power cut may undo that: " + e.getMessage(),
                    e);
        }
    }

    private OperatorResult removeCorrupt(QueueId id) throws MessageStoreException {
        try {
            boolean removed = corruption.remove(id);
            if (removed) {
                files.forgetForGood(id);
            }
            return removed ? OperatorResult.DONE : OperatorResult.NOT_FOUND;
        } catch (IOException e) {
            throw new MessageStoreException("cannot remove " + id + ": " + e.getMessage(), e);
        }
    }

    OperatorResult flush(QueueId id, Instant now) throws MessageStoreException {
        return act(id, Standing.WAITING, taken -> flush(taken, now));
    }

    private void flush(Taken taken, Instant now) throws IOException {
        Entry entry = taken.entry();
        if (taken.standing() == Standing.READY) {
            index.put(entry, Standing.READY, taken.time());
            return;
        }
        // Not forced, nor is the move: if the power fails the message waits as it did before.
        files.note(entry, QueueName.INCOMING, status -> status.flushed(now));
        files.move(entry, QueueName.INCOMING);
        boolean suspect = taken.standing() == Standing.SUSPECT;
        index.put(entry, suspect ? Standing.SUSPECT : Standing.READY, now);
    }

    OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        return act(id, Standing.WAITING, taken -> hold(taken, reason));
    }

    private void hold(Taken taken, String reason) throws IOException {
        Entry entry = taken.entry();
        files.record(entry, QueueName.HOLD, status -> status.because(reason));
        files.moveDurably(entry, QueueName.HOLD);
        index.put(entry, Standing.HELD, taken.time());
    }

    OperatorResult release(QueueId id) throws MessageStoreException {
        return act(id, EnumSet.of(Standing.HELD), this::release);
    }

    private void release(Taken taken) throws IOException {
        Entry entry = taken.entry();
        MessageStatus status = files.record(entry, QueueName.DEFERRED, MessageStatus::pardoned);
        files.stamp(entry, status.due());
        files.moveDurably(entry, QueueName.DEFERRED);
        index.putDeferred(entry, status, clock.instant());
    }

    OperatorResult expire(QueueId id) throws MessageStoreException {
        return act(id, Standing.ANY_BUT_TAKEN, this::expire);
    }

    private void expire(Taken taken) throws IOException {
        Entry entry = taken.entry();
        QueueName place = index.place(entry);
        MessageStatus status = files.record(entry, place, MessageStatus::expiring); // commit
        if (place == QueueName.DEFERRED) {
            files.stamp(entry, status.due());
        }
        index.put(entry, taken.standing(), taken.time());
    }

    /** The message as read to its last byte; empty if it is not there, damaged, or somebody's. */
    Optional<QueuedMessage> examine(QueueId id) throws MessageStoreException {
        List<QueueFile> read = new ArrayList<>(1);
        act(
                id,
                Standing.ANY_BUT_TAKEN,
                taken -> {
                    read.add(files.read(taken.entry(), QueueFile.Depth.CONTENT));
                    index.put(taken.entry(), taken.standing(), taken.time());
                });
        return read.stream().map(file -> file.message(id, shown(id))).findFirst();
    }

    private QueueName shown(QueueId id) {
        return index.shown(id, index.place(id).orElse(QueueName.INCOMING));
    }

    private OperatorResult act(QueueId id, Set<Standing> allowed, Action action)
            throws MessageStoreException {
        Optional<Taken> taken = index.take(id, allowed);
        if (taken.isEmpty()) {
            boolean claimed = index.standing(id).equals(Optional.of(Standing.TAKEN));
            return claimed ? OperatorResult.CLAIMED : OperatorResult.NOT_FOUND;
        }
        try {
            action.on(taken.get());
            return OperatorResult.DONE;
        } catch (IOException e) {
            if (files.putAway(taken.get(), e)) {
                return OperatorResult.NOT_FOUND;
            }
            files.putByPlace(taken.get());
            throw new MessageStoreException("cannot act on " + id + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            files.putByPlace(taken.get());
            throw e;
        }
    }
}
