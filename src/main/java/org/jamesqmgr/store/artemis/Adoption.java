/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.RecipientLog;
import org.jamesqmgr.store.Sameness;
import org.jamesqmgr.store.TakeOver;

/**
 * Takes over what another store had: content and envelope in one transaction. Its commit is answered
 * when the broker has it on disk, so what is found here is safe.
 *
 * <p>Safe for use by any thread.
 */
final class Adoption {

    private final Envelopes envelopes;
    private final Damaged damaged;
    private final Corrupt corrupt;
    private final Lookup lookup;
    private final Rescue rescue;
    private final QueueIdSequence ids;

    /** What is being taken over: nobody else in this process may do that. */
    private final TakeOver takeOver = new TakeOver();

    Adoption(
            Envelopes envelopes,
            Damaged damaged,
            Corrupt corrupt,
            Lookup lookup,
            Rescue rescue,
            QueueIdSequence ids) {
        this.envelopes = envelopes;
        this.damaged = damaged;
        this.corrupt = corrupt;
        this.lookup = lookup;
        this.rescue = rescue;
        this.ids = ids;
    }

    /** Whether the message is here for good; false if another has its id. */
    boolean adopt(QueuedMessage theirs, Content content) throws MessageStoreException {
        QueuedMessage message = Sameness.adopted(theirs);
        QueueId id = message.id();
        return takeOver.alone(
                id.asString(),
                () -> isHere(id) ? isThis(message, content) : takeIn(message, content));
    }

    /**
     * A content is there for as long as its envelope is anywhere, and one look finds it, unless it is new
     * and somewhere in work.
     */
    private boolean isHere(QueueId id) throws MessageStoreException {
        return lookup.knows(id) || envelopes.hasContent(id) || rescue.worker(id).isPresent();
    }

    private boolean isThis(QueuedMessage message, Content content)
            throws IOException, MessageStoreException {
        lookup.bringIn(message.id());
        Optional<QueuedMessage> here = lookup.find(message.id());
        return here.isPresent() && isSame(here.get(), message, content);
    }

    private boolean isSame(QueuedMessage here, QueuedMessage message, Content content)
            throws IOException {
        // A server may have begun to work on it since it was brought, and done nothing yet.
        QueuedMessage waiting = here.queue() == QueueName.ACTIVE ? here.in(message.queue()) : here;
        return Sameness.of(waiting, message) && Sameness.of(lookup.content(waiting), content);
    }

    private boolean takeIn(QueuedMessage message, Content content)
            throws IOException, MessageStoreException {
        QueueId id = message.id();
        StoredMessage stored =
                new StoredMessage(
                        message.envelope(),
                        message.status(),
                        message.queue(),
                        RecipientLog.of(message),
                        content.size(),
                        Optional.empty(),
                        Optional.empty());
        try (SpooledContent spooled = spooled(content)) {
            envelopes.accept(id, stored, spooled, ids.next().asString()); // commit
        }
        lookup.learn(id, message.queue(), stored);
        return true;
    }

    private static SpooledContent spooled(Content content) throws IOException {
        SpooledContent spooled = new SpooledContent();
        try (InputStream bytes = content.open()) {
            bytes.transferTo(spooled);
            if (spooled.size() != content.size()) {
                throw new IOException(
                        "its content has "
                                + spooled.size()
                                + " bytes and should have "
                                + content.size());
            }
            return spooled;
        } catch (IOException | RuntimeException e) {
            spooled.close();
            throw e;
        }
    }

    /** Returns the name that it has here. */
    String adoptDamaged(DamagedFile theirs, Content content) throws MessageStoreException {
        if (theirs.name().isEmpty()) {
            throw new MessageStoreException("damaged mail cannot be without a name");
        }
        return takeOver.alone(theirs.name(), () -> takeInDamaged(theirs, content));
    }

    private String takeInDamaged(DamagedFile theirs, Content content)
            throws IOException, MessageStoreException {
        String name = theirs.name();
        Optional<Content> kept = damaged.content(name);
        for (int copy = 2; kept.isPresent(); copy++) {
            if (Sameness.of(kept.get(), content)) {
                return name;
            }
            name = theirs.name() + "." + copy;
            kept = damaged.content(name);
        }
        // Under an id of its own: that in its name may be the id of a message.
        QueueId key = ids.next();
        try (SpooledContent spooled = spooled(content)) {
            damaged.keep(key, name, theirs, spooled); // commit
        }
        corrupt.isOne(key, name);
        return name;
    }
}
