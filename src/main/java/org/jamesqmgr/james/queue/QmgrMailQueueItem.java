/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.mail.MessagingException;
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
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
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
    private final RunContent content;
    private final MailCodec codec;
    private final PipelineRetries retries;
    private final OpenRuns runs;
    private final Clock clock;

    @GuardedBy("this")
    private MailImpl mail;

    @GuardedBy("this")
    private final RunResults results = new RunResults();

    @GuardedBy("this")
    private final KeptBackReasons keptBack;

    @GuardedBy("this")
    private Optional<PipelineWatch.Failure> failure = Optional.empty();

    @GuardedBy("this")
    private Ending onSuccess = this::completeWithResults;

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
        this.content = new RunContent(pulled.content());
        this.keptBack = new KeptBackReasons(pulled.message());
        this.codec = codec;
        this.retries = retries;
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public QueuedMessage message() {
        return pulled.message();
    }

    @Override
    public Content content() {
        return content;
    }

    @Override
    public synchronized void handOver(HandOver message, Runnable onEnd) {
        results.handOver(message, onEnd);
    }

    @Override
    public synchronized void keepBack(HandOver part, boolean sameContent, Runnable onEnd) {
        HandOver noted =
                new HandOver(
                        keptBack.noted(part.envelope()),
                        part.content(),
                        part.derived(),
                        part.provenance(),
                        part.start(),
                        part.reason());
        results.keepBack(noted, sameContent, onEnd);
    }

    @Override
    public synchronized boolean wasKeptBack(String reason) {
        return keptBack.include(reason);
    }

    /** The last one tells why the pipeline failed, if it did. */
    synchronized void note(PipelineWatch.Failure thrown) {
        failure = Optional.of(thrown);
    }

    @GuardedBy("this")
    private void failed(String reason) {
        if (failure.filter(PipelineWatch.Failure::interrupted).isEmpty()) {
            String where = failure.map(PipelineWatch.Failure::where).orElse("pipeline");
            pulled.failed(where, reason, failure.map(PipelineWatch.Failure::thrown));
        }
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
            MailImpl read = codec.mailOf(pulled.message(), content);
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
        if (content.unreadable().isPresent()) {
            return true;
        }
        if (delay.isEmpty()) {
            failed(retries.reason(returned));
        }
        if (delay.isEmpty() && (results.any() || messageIsGone(returned))) {
            repeat(returned);
            return true;
        }
        if (!sameContent(returned)) {
            return content.unreadable().isPresent();
        }
        Envelope changed = envelope(returned, pulled.message().envelope().notBefore());
        if (delay.isPresent()) {
            Instant due = MailCodec.dueAt(clock.instant(), delay.get());
            onSuccess = message -> rescheduleWithResults(message, changed, due);
        } else {
            String reason = retries.reason(returned);
            onSuccess = message -> message.reenqueue(changed, reason);
        }
        return true;
    }

    /**
     * The pipeline has failed after parts of the mail were handed over, or consumed. The mail that
     * comes back has the recipients of those parts again but not their state, so the whole run is
     * repeated from where it started, with the message as it is stored; what it has made is dropped.
     */
    private synchronized void repeat(Mail returned) throws MailQueueException {
        results.forget();
        MailImpl stored = codec.mailOf(pulled.message(), content);
        retries.copyFailures(returned, stored);
        stored.setErrorMessage(returned.getErrorMessage());
        Envelope again = envelope(stored, pulled.message().envelope().notBefore());
        String reason = retries.reason(returned);
        onSuccess = message -> message.reenqueue(again, reason);
    }

    /** James disposes of a mail that was consumed, even if another part of it fails later. */
    private boolean messageIsGone(Mail returned) throws MailQueueException {
        try {
            return returned.getMessage() == null && content.size() > 0;
        } catch (MessagingException e) {
            throw new MailQueueException("cannot get at the message of " + returned.getName(), e);
        }
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

    private synchronized Envelope envelope(Mail returned, Instant notBefore)
            throws MailQueueException {
        Envelope before = pulled.message().envelope();
        Envelope changed = codec.envelopeOf(returned, before.transport(), before.arrival(), NONE);
        return keptBack.noted(aged(changed, before, notBefore));
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
                changed.options());
    }

    private boolean sameContent(Mail returned) throws MailQueueException {
        try {
            return MailContent.of(returned).sameAs(content);
        } catch (IOException e) {
            LOGGER.warn("{}: its content cannot be compared, queued as a new message", id(), e);
            return false;
        }
    }

    /**
     * Success that cannot be stored is made a deferral, which needs no space: the whole run is
     * repeated later, and nothing of what it has made takes effect before. So is any run for which the
     * store could not read the content. When nothing at all can be stored the message is given back
     * as soon as it can.
     */
    @Override
    public void done(CompletionStatus status) throws MailQueueException {
        try {
            end(status);
        } catch (MessageStoreException e) {
            pulled.giveBackUntilDone("its end could not be stored");
            throw new MailQueueException(id() + ": " + e.getMessage(), e);
        } finally {
            close();
        }
    }

    private void end(CompletionStatus status) throws MessageStoreException {
        Optional<String> unreadable = content.unreadable();
        if (unreadable.isPresent()) {
            deferInstead("its content could not be read: " + unreadable.get());
            return;
        }
        try {
            ending(status).end(pulled);
        } catch (MessageStoreException e) {
            if (status != CompletionStatus.SUCCESS) {
                throw e;
            }
            LOGGER.warn("{}: its end cannot be stored, it is deferred instead", id(), e);
            deferInstead("the end of the mailet pipeline could not be stored: " + e.getMessage());
        }
    }

    private void deferInstead(String reason) throws MessageStoreException {
        try {
            pulled.reenqueue(noted(message().envelope()), reason);
        } catch (MessageStoreException e) {
            // No room for the envelope; a deferral needs none.
            pulled.retry(reason);
        }
    }

    private synchronized Envelope noted(Envelope envelope) {
        return keptBack.noted(envelope);
    }

    /** Not if the message is still in work: whatever its consumer does next is about it. */
    private synchronized void close() {
        if (pulled.ended()) {
            runs.close(this);
            results.forget();
        }
    }

    private synchronized void completeWithResults(PulledMessage message)
            throws MessageStoreException {
        if (mail != null && retries.gaveUp(mail)) {
            // All of it is in James's error repository.
            failed("given up, it is in James's error repository: " + retries.reason(mail));
            results.forget();
        }
        results.complete(message);
    }

    private synchronized void rescheduleWithResults(
            PulledMessage message, Envelope changed, Instant due) throws MessageStoreException {
        message.reenqueueAt(changed, due, results.messages());
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
