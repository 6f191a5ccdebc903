/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.EnvelopeBuilder;

/**
 * What an implementation provides to have its store proven, and the words in which the contract
 * speaks of it.
 */
public interface StoreUnderTest {

    /** What {@link #clock} says when a test begins. Stores tell due times apart by microseconds. */
    Instant START = Instant.parse("2026-03-01T12:00:00.123456Z");

    TransportName SPOOL = new TransportName("spool");
    TransportName SMTP = new TransportName("smtp");

    /** A time that no wait in these tests outlives. */
    Duration PATIENCE = Duration.ofSeconds(30);

    /** The store as it stands: empty when a test begins, then the last one reopened. */
    MessageStore store();

    /**
     * Lets the process die and starts it again: whatever the operating system has been told is kept,
     * nothing else. Leases taken before are lost.
     */
    MessageStore reopenAfterKill() throws Exception;

    /** Closes the store and opens it again. */
    MessageStore reopenAfterClose() throws Exception;

    /** The store's clock. It stands still unless a test sets it. */
    UpdatableTickingClock clock();

    /**
     * Spoils what is stored of a waiting message so that its envelope cannot be read. The store is
     * not told.
     */
    void damage(QueueId id) throws Exception;

    // Times

    default Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    /** At that second, with the deferred queue looked over just then. */
    default ClaimWindow window(long seconds) {
        return new ClaimWindow(at(seconds), at(seconds), false);
    }

    /** Long after everything in a test. */
    default ClaimWindow late() {
        return window(1_000_000);
    }

    // Mails

    default EnvelopeBuilder newMail() {
        return mail(SPOOL, START);
    }

    default EnvelopeBuilder newMailAt(long seconds) {
        return mail(SPOOL, at(seconds));
    }

    default EnvelopeBuilder scheduledMail(long dueSeconds) {
        return newMail().notBefore(at(dueSeconds));
    }

    // Steps

    default QueueId accept(EnvelopeBuilder envelope) throws MessageStoreException {
        return accept(envelope.build());
    }

    default QueueId accept(Envelope envelope) throws MessageStoreException {
        return store().accept(envelope, bytes("Subject: test\r\n\r\nbody\r\n"));
    }

    /** Accepts a mail and lets its first attempt fail. */
    default QueueId acceptDeferred(EnvelopeBuilder envelope, Instant due)
            throws MessageStoreException {
        QueueId id = accept(envelope);
        claim(id).defer(found(id).status().deferred(due, "try later"));
        return id;
    }

    default QueueId acceptDeferred(long dueSeconds) throws MessageStoreException {
        return acceptDeferred(newMail(), at(dueSeconds));
    }

    default QueueId acceptHeld(EnvelopeBuilder envelope) throws MessageStoreException {
        QueueId id = accept(envelope);
        OperatorResult result = store().hold(id, "held by the test");
        if (result != OperatorResult.DONE) {
            throw new AssertionError("cannot be held: " + result);
        }
        return id;
    }

    /** Accepts a mail during work on which the server dies that many times. */
    default QueueId acceptCrashed(EnvelopeBuilder envelope, int crashes) throws Exception {
        QueueId id = accept(envelope);
        for (int i = 0; i < crashes; i++) {
            claim(id).begin(START);
            reopenAfterKill();
        }
        return id;
    }

    /** Claims a message that must be there to be claimed. */
    default MessageLease claim(QueueId id) throws MessageStoreException {
        return store().claim(id).orElseThrow(() -> new AssertionError(id + " was not given"));
    }

    default MessageLease claimNext() throws MessageStoreException {
        return store().claimNext(SPOOL, late())
                .orElseThrow(() -> new AssertionError("nothing was given"));
    }

    /** Which message would be claimed. It keeps its place. */
    default Optional<QueueId> peek(ClaimWindow window) throws MessageStoreException {
        Optional<MessageLease> lease = store().claimNext(SPOOL, window);
        if (lease.isPresent()) {
            lease.get().giveBack();
        }
        return lease.map(given -> given.message().id());
    }

    /** Claims and completes whatever is due, and tells in which order it came. */
    default List<QueueId> drain(ClaimWindow window) throws MessageStoreException {
        Stream.Builder<QueueId> ids = Stream.builder();
        Optional<MessageLease> lease = store().claimNext(SPOOL, window);
        while (lease.isPresent()) {
            ids.add(lease.get().message().id());
            lease.get().complete();
            lease = store().claimNext(SPOOL, window);
        }
        return ids.build().toList();
    }

    // Looks

    default QueuedMessage found(QueueId id) throws MessageStoreException {
        return store().find(id).orElseThrow(() -> new AssertionError(id + " is not in the store"));
    }

    default QueueName queueOf(QueueId id) throws MessageStoreException {
        return found(id).queue();
    }

    default MessageStatus statusOf(QueueId id) throws MessageStoreException {
        return found(id).status();
    }

    default List<QueueId> listed(TransportName transport) {
        try (Stream<QueuedMessage> messages = store().list(transport)) {
            return messages.map(QueuedMessage::id).toList();
        }
    }

    default byte[] read(Content content) {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A writer of the given text. */
    default ContentWriter bytes(String ascii) {
        return bytes(ascii.getBytes(US_ASCII));
    }

    default ContentWriter bytes(byte[] content) {
        return out -> out.write(content);
    }
}
