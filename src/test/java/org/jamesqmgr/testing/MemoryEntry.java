/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import com.google.common.io.ByteSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.Lanes;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.RecipientLog;

/**
 * One message in the {@link MemoryMessageStore}, and what each event makes of it.
 *
 * @param begun whether its lease is being worked on
 * @param prompt whether it was deferred for so short a time that it waits for no queue run
 * @param damaged whether reading it will fail
 */
record MemoryEntry(
        QueueId id,
        QueueName queue,
        Envelope envelope,
        MessageStatus status,
        RecipientLog recipients,
        ByteSource content,
        boolean begun,
        boolean prompt,
        boolean damaged) {

    /** By due time, then by id. */
    static final Comparator<MemoryEntry> BY_DUE_TIME =
            Comparator.comparing((MemoryEntry entry) -> entry.status().due())
                    .thenComparing(MemoryEntry::id);

    static MemoryEntry accepted(QueueId id, Envelope envelope, ByteSource content) {
        QueueName queue = envelope.scheduled() ? QueueName.DEFERRED : QueueName.INCOMING;
        MessageStatus status = MessageStatus.accepted(envelope);
        return new MemoryEntry(
                id, queue, envelope, status, new RecipientLog(), content, false, false, false);
    }

    /** The order in which messages that can be claimed are claimed. */
    static Comparator<MemoryEntry> claimOrder(boolean deferredFirst) {
        return Comparator.comparing((MemoryEntry entry) -> -entry.envelope.priority())
                .thenComparing(entry -> entry.isOnDeferredSide() != deferredFirst)
                .thenComparing(BY_DUE_TIME);
    }

    static MemoryEntry adopted(QueuedMessage message, ByteSource content) {
        return new MemoryEntry(
                message.id(),
                message.queue(),
                message.envelope(),
                message.status(),
                RecipientLog.of(message),
                content,
                false,
                false,
                false);
    }

    QueuedMessage message() {
        return new QueuedMessage(
                id,
                queue,
                envelope,
                recipients.recipients(envelope),
                status,
                recipients.history(),
                content.sizeIfKnown().get());
    }

    boolean isOf(TransportName transport) {
        return queue != QueueName.CORRUPT && envelope.transport().equals(transport);
    }

    boolean isIn(QueueName someQueue) {
        return queue == someQueue;
    }

    boolean waits() {
        return queue == QueueName.INCOMING || queue == QueueName.DEFERRED;
    }

    boolean isSuspect() {
        return waits() && status.crashes() >= MessageStore.SUSPECT_CRASHES;
    }

    /** Whether it waits for the time that somebody asked for. */
    boolean isScheduled() {
        return queue == QueueName.DEFERRED && status.scheduled();
    }

    boolean isDue(ClaimWindow window) {
        if (!waits() || isSuspect() || !window.lanes().open(Lanes.of(envelope))) {
            return false;
        }
        if (status.scheduled()) {
            return !status.due().isAfter(window.now());
        }
        return queue == QueueName.INCOMING || prompt || !status.due().isAfter(window.queueRun());
    }

    MemoryEntry claimed() {
        return in(QueueName.ACTIVE, status);
    }

    MemoryEntry workedOn() {
        return new MemoryEntry(
                id, queue, envelope, status, recipients, content, true, prompt, damaged);
    }

    MemoryEntry with(Envelope newEnvelope) {
        RecipientLog pending = recipients.copy();
        pending.reopen();
        return new MemoryEntry(
                id, queue, newEnvelope, status, pending, content, begun, prompt, damaged);
    }

    MemoryEntry goneOn(Envelope newEnvelope, DerivedContent derived) {
        derived.size(content.sizeIfKnown().get());
        RecipientLog pending = recipients.copy();
        pending.reopen();
        ByteSource rest = content.slice(derived.from(), Long.MAX_VALUE - derived.from());
        return new MemoryEntry(
                id,
                queue,
                newEnvelope,
                MessageStatus.accepted(newEnvelope),
                pending,
                sized(ByteSource.concat(ByteSource.wrap(derived.start()), rest)),
                false,
                prompt,
                damaged);
    }

    private static ByteSource sized(ByteSource source) {
        try {
            return ByteSource.wrap(source.read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MemoryEntry recorded(List<Attempt> attempts) {
        RecipientLog more = recipients.copy();
        more.add(attempts);
        return with(more);
    }

    MemoryEntry reported() {
        RecipientLog told = recipients.copy();
        told.reported();
        return with(told);
    }

    private MemoryEntry with(RecipientLog newLog) {
        return new MemoryEntry(
                id, queue, envelope, status, newLog, content, begun, prompt, damaged);
    }

    MemoryEntry givenBack() {
        return in(QueueName.INCOMING, status);
    }

    /** After it was claimed before its time. */
    MemoryEntry waitingOn() {
        return in(QueueName.DEFERRED, status);
    }

    boolean waitsLongerThan(Instant now) {
        return queue == QueueName.DEFERRED && status.due().isAfter(now);
    }

    MemoryEntry lostByCrash() {
        return in(QueueName.INCOMING, begun ? status.crashed() : status);
    }

    MemoryEntry deferred(MessageStatus newStatus, Instant promptLimit) {
        boolean soon = !newStatus.scheduled() && !newStatus.due().isAfter(promptLimit);
        QueueName next = queue.moveTo(QueueName.DEFERRED);
        return new MemoryEntry(
                id, next, envelope, newStatus, recipients, content, false, soon, damaged);
    }

    /** What is due already keeps its place. */
    MemoryEntry flushed(Instant now) {
        if (queue == QueueName.DEFERRED) {
            return in(QueueName.INCOMING, status.flushed(now));
        }
        return status.due().isAfter(now) ? in(queue, status.flushed(now)) : this;
    }

    MemoryEntry held(MessageStatus newStatus) {
        return in(QueueName.HOLD, newStatus);
    }

    MemoryEntry released() {
        return in(QueueName.DEFERRED, status.pardoned());
    }

    MemoryEntry expiring() {
        return new MemoryEntry(
                id,
                queue,
                envelope,
                status.expiring(),
                recipients,
                content,
                begun,
                prompt,
                damaged);
    }

    MemoryEntry corrupted() {
        return in(QueueName.CORRUPT, status);
    }

    MemoryEntry spoiled() {
        return new MemoryEntry(
                id, queue, envelope, status, recipients, content, begun, prompt, true);
    }

    private boolean isOnDeferredSide() {
        return queue == QueueName.DEFERRED && !status.scheduled();
    }

    /** The same message in another queue: nobody works on it there yet. */
    private MemoryEntry in(QueueName newQueue, MessageStatus newStatus) {
        QueueName next = newQueue == queue ? queue : queue.moveTo(newQueue);
        return new MemoryEntry(
                id, next, envelope, newStatus, recipients, content, false, false, damaged);
    }
}
