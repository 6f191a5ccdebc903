/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.time.Instant;
import java.util.List;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueuedMessage;

/**
 * The exclusive right to work on one message, from claim to end. While it lasts the message is in
 * the active queue and nobody else gets it; if the server dies the message comes back by itself.
 *
 * <p>A lease is ended exactly once, by {@link #complete}, {@link #defer}, {@link #hold} or {@link
 * #giveBack}; a second ending is an {@link IllegalStateException}. Closing a lease that was not
 * ended gives the message back. One thread at a time.
 *
 * <p>Endings are not forced to disk: after a power cut an ending may be undone and the message is
 * worked on again, after a kill of the process it may not.
 */
public interface MessageLease extends AutoCloseable {

    /** The message as claimed. */
    QueuedMessage message();

    /** Readable until the lease is completed. */
    Content content();

    /**
     * Marks that work on the message starts. If the server dies before the lease is ended, the
     * message's crash count rises by one; without the mark it merely waited and is not blamed.
     */
    void begin(Instant now) throws MessageStoreException;

    /**
     * Replaces the envelope, keeping id and content. All recipients of the new envelope are pending.
     * Durable on return.
     */
    void replaceEnvelope(Envelope envelope) throws MessageStoreException;

    /**
     * The work on the message is complete, and the message goes on as what was made of it: under its
     * id, for the recipients of another envelope, all of them pending, with content derived from its
     * own and nothing held against it. The lease lasts.
     *
     * <p>Not forced to disk, so that it costs no more than a write: after a power cut the message may
     * be what it was before, and the work on it is repeated.
     *
     * @throws MessageStoreException if nothing was changed
     */
    void goOn(Envelope envelope, DerivedContent content) throws MessageStoreException;

    /**
     * Whether the message can {@link #goOn}. Every one can once; a store need not do more.
     */
    boolean mayGoOn();

    /**
     * Keeps what became of recipients: who was delivered to is done, who bounced is undeliverable, who
     * was deferred stays pending. The attempts join the history. Not forced to disk.
     *
     * <p>{@link #message()} shows it afterwards, even if it could not be written: a full disk must
     * not undo what has happened. Then only a kill of the process forgets it.
     */
    void record(List<Attempt> attempts) throws MessageStoreException;

    /** The sender knows of the undeliverable recipients: they are done. Kept like attempts. */
    void reported() throws MessageStoreException;

    /** All is done: the message leaves the store. */
    void complete() throws MessageStoreException;

    /**
     * Back to wait until {@code status.due()}. Works on a full disk: then the due time is kept, the
     * rest of the status may be lost with the process.
     */
    void defer(MessageStatus status) throws MessageStoreException;

    /** To the hold queue, with {@code status.reason()}. Works on a full disk like {@link #defer}. */
    void hold(MessageStatus status) throws MessageStoreException;

    /**
     * Back to wait as if never claimed: in incoming if it was due, else for the time it waited for; no
     * attempt is counted and nobody is blamed.
     */
    void giveBack() throws MessageStoreException;

    /** Gives the message back unless the lease was ended. */
    @Override
    void close() throws MessageStoreException;
}
