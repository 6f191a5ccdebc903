/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.jamesqmgr.bounce.ReportKind;
import org.jamesqmgr.engine.HandOver;
import org.jamesqmgr.engine.HandOver.Start;
import org.jamesqmgr.engine.OpenRuns;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.Reporter;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.james.mail.MailContent;
import org.jamesqmgr.james.mail.MailSnapshot;
import org.jamesqmgr.james.mail.WatchedContent;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the mail that a mailet has in its hands, which may be a part of the one that was queued, and
 * gives it to the queue manager. On a thread with an open run it is collected there and becomes safe
 * when the run ends well. On any other thread it is safe on return.
 *
 * <p>Safe for use by any thread; a mail is used by one thread at a time.
 */
public final class MailParts {

    private static final Logger LOGGER = LoggerFactory.getLogger(MailParts.class);

    /** James's name for the queue of its pipeline. */
    private static final TransportName SPOOL = new TransportName("spool");

    private final QueueManager queueManager;
    private final Clock clock;
    private final MailCodec codec = new MailCodec();

    @Inject
    public MailParts(QueueManager queueManager, Clock clock) {
        this.queueManager = queueManager;
        this.clock = clock;
    }

    /** The run that is open on the current thread. */
    Optional<OpenRuns.Run> run() {
        return queueManager.runs().current();
    }

    /**
     * Gives the mail to a transport.
     *
     * @param options adds to the envelope what the mailet was configured with
     * @throws MessagingException if it was not taken; nothing of it remains
     */
    void handOver(Mail mail, TransportName transport, UnaryOperator<Envelope> options)
            throws MessagingException {
        Optional<OpenRuns.Run> run = run();
        Envelope envelope = options.apply(Originals.added(envelope(mail, transport, run), run));
        if (run.isEmpty()) {
            submit(mail, envelope, Start.READY, "");
            return;
        }
        MailSnapshot content = snapshot(mail, run.get());
        HandOver message = handOver(mail, envelope, content, run.get(), Start.READY, "");
        run.get().handOver(message, () -> close(content));
    }

    /**
     * Keeps the mail back, to pass the processor it is in again later.
     */
    void keepBack(Mail mail, Start start, String reason) throws MessagingException {
        Optional<OpenRuns.Run> run = run();
        TransportName transport = run.map(MailParts::transport).orElse(SPOOL);
        Envelope envelope = envelope(mail, transport, run);
        if (run.isEmpty()) {
            submit(mail, envelope, start, reason);
            return;
        }
        MailSnapshot content = snapshot(mail, run.get());
        HandOver part = handOver(mail, envelope, content, run.get(), start, reason);
        run.get().keepBack(part, content.same(), () -> close(content));
    }

    /**
     * Reports that the mail has failed.
     *
     * @param failures one for each recipient of the mail
     * @return the mail as a message whose deliveries have failed
     */
    QueuedMessage returnToSender(Mail mail, List<Attempt> failures, Reporter reporter)
            throws MessagingException {
        Optional<OpenRuns.Run> run = run();
        TransportName transport = run.map(MailParts::transport).orElse(SPOOL);
        Envelope envelope = Originals.added(envelope(mail, transport, run), run);
        MailSnapshot content = run.isPresent() ? snapshot(mail, run.get()) : snapshot(mail);
        try {
            QueuedMessage message = failed(envelope, content, run, failures);
            List<HandOver> reports =
                    reporter.reports(ReportKind.FAILURE, message, content, failures);
            if (run.isPresent() && !reports.isEmpty()) {
                reports.forEach(report -> run.get().handOver(report, () -> close(content)));
            } else {
                submit(reports);
                close(content);
            }
            return message;
        } catch (MessageStoreException | RuntimeException e) {
            close(content);
            throw new MessagingException(mail.getName() + " cannot be returned", e);
        }
    }

    private void submit(List<HandOver> messages) throws MessageStoreException {
        if (!messages.isEmpty()) {
            queueManager.submit(messages);
        }
    }

    private static TransportName transport(OpenRuns.Run run) {
        return run.message().envelope().transport();
    }

    private static QueuedMessage failed(
            Envelope envelope,
            MailSnapshot content,
            Optional<OpenRuns.Run> run,
            List<Attempt> failures) {
        return new QueuedMessage(
                run.map(open -> open.message().id()).orElseGet(() -> unqueued(envelope.arrival())),
                QueueName.ACTIVE,
                envelope,
                envelope.recipients().stream().map(Recipient::pending).toList(),
                MessageStatus.accepted(envelope),
                failures,
                content.size());
    }

    /** The id of a mail that is in no queue, for its report; no queued message's. */
    private static QueueId unqueued(Instant time) {
        return new QueueId(ChronoUnit.MICROS.between(Instant.EPOCH, time), 0);
    }

    private static HandOver handOver(
            Mail mail,
            Envelope envelope,
            MailSnapshot content,
            OpenRuns.Run run,
            Start start,
            String reason) {
        Provenance provenance =
                new Provenance(
                        "",
                        "",
                        mail.getName(),
                        content.messageId(),
                        Optional.of(run.message().id()));
        return new HandOver(envelope, content, content.derived(), () -> provenance, start, reason);
    }

    private void submit(Mail mail, Envelope envelope, Start start, String reason)
            throws MessagingException {
        try {
            WatchedContent content = new WatchedContent(MailContent.of(mail));
            if (start == Start.READY) {
                queueManager.submit(envelope, content, () -> provenance(mail, content.messageId()));
            } else {
                queueManager.submit(
                        List.of(
                                new HandOver(
                                        envelope,
                                        content,
                                        Optional.empty(),
                                        () -> provenance(mail, content.messageId()),
                                        start,
                                        reason)));
            }
        } catch (MessageStoreException e) {
            throw new MessagingException("cannot queue " + mail.getName(), e);
        }
    }

    private static Provenance provenance(Mail mail, String messageId) {
        return new Provenance("", "", mail.getName(), messageId, Optional.empty());
    }

    private Envelope envelope(Mail mail, TransportName transport, Optional<OpenRuns.Run> run)
            throws MessagingException {
        Instant now = clock.instant();
        Envelope envelope = codec.envelopeOf(mail, transport, now, Duration.ZERO);
        Optional<Envelope> before = run.map(OpenRuns.Run::message).map(QueuedMessage::envelope);
        Instant arrival = before.map(Envelope::arrival).orElse(now);
        return new Envelope(
                transport,
                envelope.sender(),
                envelope.recipients().stream().distinct().toList(),
                arrival,
                before.map(Envelope::created).orElse(now),
                arrival,
                envelope.priority(),
                envelope.attributes(),
                envelope.options());
    }

    private static MailSnapshot snapshot(Mail mail, OpenRuns.Run run) throws MessagingException {
        try {
            return MailSnapshot.of(mail, run.content());
        } catch (IOException e) {
            throw new MessagingException("cannot read or keep the message of " + mail.getName(), e);
        }
    }

    private static MailSnapshot snapshot(Mail mail) throws MessagingException {
        try {
            return MailSnapshot.of(mail);
        } catch (IOException e) {
            throw new MessagingException("cannot read or keep the message of " + mail.getName(), e);
        }
    }

    private static void close(Closeable content) {
        try {
            content.close();
        } catch (IOException e) {
            LOGGER.debug("a temporary file that is not needed any more", e);
        }
    }
}
