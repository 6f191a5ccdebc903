/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.HandOver;
import org.jamesqmgr.engine.OpenRuns;
import org.jamesqmgr.engine.PulledMessage;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.james.mail.MailContent;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queued message in the hands of a James consumer. Taking the mail begins the work and opens a
 * run on the thread that does so; {@link #done} ends both.
 *
 * <table>
 *   <caption>What {@code done} means</caption>
 *   <tr><td>SUCCESS</td><td>the message leaves the queue; or, if the consumer put its own mail back
 *       into the queue during the run, the message stays and waits</td></tr>
 *   <tr><td>RETRY</td><td>deferred with backoff</td></tr>
 *   <tr><td>REJECT</td><td>deferred; after three in a row on hold</td></tr>
 *   <tr><td>never called</td><td>given back once nobody holds the item any more</td></tr>
 * </table>
 *
 * <p>Safe for use by any thread, as far as its mail is.
 */
final class QmgrMailQueueItem implements MailQueueItem, OpenRuns.Run {

    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrMailQueueItem.class);

    private static final Duration NONE = Duration.ZERO;

    private final PulledMessage pulled;
    private final MailCodec codec;
    private final PipelineRetries retries;
    private final OpenRuns runs;
    private final Clock clock;

    @GuardedBy("this")
    private MailImpl mail;

    @GuardedBy("this")
    private final List<HandOver> handOvers = new ArrayList<>();

    @GuardedBy("this")
    private Ending onSuccess = this::completeWithHandOvers;

    @FunctionalInterface
    private interface Ending {
        void end(PulledMessage pulled) throws MessageStoreException;
    }

    QmgrMailQueueItem(
            PulledMessage pulled,
            MailCodec codec,
            PipelineRetries retries,
            OpenRuns runs,
            Clock clock) {
        this.pulled = pulled;
        this.codec = codec;
        this.retries = retries;
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public synchronized void handOver(HandOver message) {
        handOvers.add(message);
    }

    QueueId id() {
        return pulled.message().id();
    }

    boolean cameFrom(TransportName transport) {
        return pulled.message().envelope().transport().equals(transport);
    }

    /**
     * The mail, always the same one.
     *
     * @throws IllegalStateException if the stored envelope is not a James mail
     */
    @Override
    public synchronized Mail getMail() {
        if (mail == null) {
            mail = readMail();
            begin();
        }
        if (!pulled.ended()) {
            runs.open(this);
        }
        return mail;
    }

    private MailImpl readMail() {
        try {
            MailImpl read = codec.mailOf(pulled.message(), pulled.content());
            retries.prepare(read, pulled.message());
            return read;
        } catch (MailQueueException e) {
            throw new IllegalStateException(id() + " cannot be made a mail again", e);
        }
    }

    private void begin() {
        try {
            pulled.begin();
        } catch (MessageStoreException e) {
            // Only the count of crashes suffers.
            LOGGER.warn("{}: that work begins could not be noted", id(), e);
        }
    }

    /**
     * Whether a mail that is put into its own queue is the one this item gave out, coming back: for
     * a later time, or because the pipeline failed.
     */
    synchronized boolean isReturned(Mail returned, Optional<Duration> delay) {
        return returned == mail
                && !pulled.ended()
                && (delay.isPresent() || retries.failedAgain(returned));
    }

    /**
     * Takes the mail of this item back in place, to take effect at {@code done(SUCCESS)}. Until then
     * the message is queued as it was, so nothing can be lost.
     *
     * @return false if its content has changed: then it must be queued as {@link #successor}
     */
    synchronized boolean takeBack(Mail returned, Optional<Duration> delay)
            throws MailQueueException {
        if (!sameContent(returned)) {
            return false;
        }
        Envelope changed = envelope(returned, pulled.message().envelope().notBefore());
        if (delay.isPresent()) {
            Instant due = MailCodec.dueAt(clock.instant(), delay.get());
            onSuccess = message -> message.reenqueueAt(changed, due);
        } else {
            String reason = retries.reason(returned);
            onSuccess = message -> message.reenqueue(changed, reason);
        }
        return true;
    }

    /** The envelope of the new message that a mail with changed content becomes; its age stays. */
    Envelope successor(Mail returned, Optional<Duration> delay) throws MailQueueException {
        Instant now = clock.instant();
        Instant due =
                delay.isPresent()
                        ? MailCodec.dueAt(now, delay.get())
                        : retries.nextAttempt(pulled.message());
        return envelope(returned, due);
    }

    private Envelope envelope(Mail returned, Instant notBefore) throws MailQueueException {
        Envelope before = pulled.message().envelope();
        return aged(
                codec.envelopeOf(returned, before.transport(), before.arrival(), NONE),
                before,
                notBefore);
    }

    /** The same message goes on: its age and its times stay. */
    private static Envelope aged(Envelope changed, Envelope before, Instant notBefore) {
        return new Envelope(
                changed.transport(),
                changed.sender(),
                changed.recipients(),
                before.arrival(),
                before.created(),
                notBefore,
                changed.priority(),
                changed.attributes(),
                before.options());
    }

    private boolean sameContent(Mail returned) throws MailQueueException {
        try {
            return MailContent.of(returned).sameAs(pulled.content());
        } catch (IOException e) {
            LOGGER.warn("{}: its content cannot be compared, queued as a new message", id(), e);
            return false;
        }
    }

    @Override
    public void done(CompletionStatus status) throws MailQueueException {
        runs.close(this);
        try {
            ending(status).end(pulled);
        } catch (MessageStoreException e) {
            throw new MailQueueException(id() + ": " + e.getMessage(), e);
        }
    }

    private synchronized void completeWithHandOvers(PulledMessage message)
            throws MessageStoreException {
        message.complete(List.copyOf(handOvers));
    }

    private synchronized Ending ending(CompletionStatus status) {
        return switch (status) {
            case SUCCESS -> onSuccess;
            case RETRY -> message -> message.retry("its consumer asked for another try");
            case REJECT -> message -> message.reject("refused by its consumer");
        };
    }

    /** Nobody will take this item: it was discarded on its way to the consumer. */
    void giveBack() {
        try {
            pulled.giveBack();
        } catch (MessageStoreException e) {
            LOGGER.error("{} cannot be given back, it comes back at the next start", id(), e);
        }
    }
}
