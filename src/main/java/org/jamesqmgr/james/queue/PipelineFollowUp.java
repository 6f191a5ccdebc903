/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import javax.inject.Inject;
import javax.inject.Provider;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jamesqmgr.engine.FollowUp;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.mail.EnvelopeNote;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.james.mail.MailContent;
import org.jamesqmgr.james.mail.WatchedContent;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives mail back to James's pipeline once its delivery is settled, as RemoteDelivery does: to the
 * processor that QueueDelivery was told, or to the sender as James's own bounce. All recipients
 * that failed together go as one mail. Mail from the null sender is never returned.
 *
 * <p>Safe for use by any thread.
 */
public final class PipelineFollowUp implements FollowUp {

    private static final Logger LOGGER = LoggerFactory.getLogger(PipelineFollowUp.class);

    private static final TransportName SPOOL = new TransportName(MailQueueFactory.SPOOL.asString());

    private static final int LONGEST_CHAIN = 20;

    private final Provider<QueueManager> queueManager;
    private final Provider<MailetContext> mailetContext;
    private final Clock clock;
    private final MailCodec codec = new MailCodec();

    /** What it needs is asked for when a mail needs it: all of that depends on the queues itself. */
    @Inject
    public PipelineFollowUp(
            Provider<QueueManager> queueManager,
            Provider<MailetContext> mailetContext,
            Clock clock) {
        this.queueManager = queueManager;
        this.mailetContext = mailetContext;
        this.clock = clock;
    }

    @Override
    public void undeliverable(QueuedMessage message, Content content, List<Attempt> failures)
            throws MessageStoreException {
        if (message.envelope().sender().isNullSender()) {
            LOGGER.warn(
                    "{}: undeliverable to {}; from the null sender, so nobody is told",
                    message.id(),
                    recipients(failures));
            return;
        }
        tell(message, content, failures);
    }

    private void tell(QueuedMessage message, Content content, List<Attempt> failures)
            throws MessageStoreException {
        Optional<String> processor = EnvelopeNote.BOUNCE_PROCESSOR.in(message.envelope());
        if (processor.isPresent()) {
            MailImpl mail = mail(message, content, recipients(failures));
            DeliveryErrors.set(mail, failures);
            toProcessor(message, mail, processor.get());
            return;
        }
        List<Attempt> wanted =
                failures.stream().filter(failure -> wanted(message, failure)).toList();
        if (!wanted.isEmpty()) {
            bounce(mail(message, content, recipients(wanted)), message, wanted);
        }
    }

    /** RFC 3461, 4.1: who asked for other notices only is not told of failures. */
    private static boolean wanted(QueuedMessage message, Attempt failure) {
        var asked = message.envelope().options().of(failure.outcome().recipient()).notifications();
        return asked.isEmpty() || asked.contains(Notify.FAILURE);
    }

    @Override
    public void delivered(QueuedMessage message, Content content, List<Attempt> deliveries)
            throws MessageStoreException {
        Optional<String> processor = EnvelopeNote.ON_SUCCESS.in(message.envelope());
        if (processor.isPresent()) {
            toProcessor(message, mail(message, content, recipients(deliveries)), processor.get());
        }
    }

    private MailImpl mail(QueuedMessage message, Content content, List<MailAddress> recipients)
            throws MessageStoreException {
        try {
            MailImpl mail = codec.mailOf(message, content);
            mail.setRecipients(recipients);
            return mail;
        } catch (MailQueueException e) {
            throw new MessageStoreException(message.id() + " cannot be made a mail again", e);
        }
    }

    private void toProcessor(QueuedMessage message, MailImpl mail, String processor)
            throws MessageStoreException {
        try {
            mail.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
            mail.setState(processor);
            Envelope envelope = codec.envelopeOf(mail, SPOOL, clock.instant(), Duration.ZERO);
            WatchedContent content = new WatchedContent(MailContent.of(mail));
            queueManager.get().submit(envelope, content, () -> provenance(message, mail, content));
        } catch (MailQueueException e) {
            throw new MessageStoreException(message.id() + ": cannot go to " + processor, e);
        } finally {
            mail.dispose();
        }
    }

    private static Provenance provenance(QueuedMessage message, Mail mail, WatchedContent content) {
        return new Provenance(
                "", "", mail.getName(), content.messageId(), Optional.of(message.id()));
    }

    /** Of a header that James cannot make a reply to the sender hears all the same. */
    private void bounce(MailImpl mail, QueuedMessage message, List<Attempt> failures)
            throws MessageStoreException {
        try {
            send(mail, failures);
        } catch (MailQueueException e) {
            throw new MessageStoreException(message.id() + ": its bounce cannot be queued", e);
        } catch (MessagingException e) {
            if (isTrouble(e)) {
                throw new MessageStoreException(message.id() + ": its bounce cannot be made", e);
            }
            LOGGER.warn("{}: its header is bad, its bounce tells its subject alone", mail, e);
            bounceWithoutHeader(mail, message, failures);
        } finally {
            mail.dispose();
        }
    }

    private void bounceWithoutHeader(MailImpl mail, QueuedMessage message, List<Attempt> failures)
            throws MessageStoreException {
        try {
            MimeMessage bare = new MimeMessage(Session.getInstance(new Properties()));
            bare.setSubject(mail.getMessage().getSubject());
            bare.setText("");
            bare.saveChanges();
            mail.setMessage(bare);
            send(mail, failures);
        } catch (MessagingException e) {
            throw new MessageStoreException(message.id() + ": its bounce cannot be made", e);
        }
    }

    private void send(MailImpl mail, List<Attempt> failures) throws MessagingException {
        mailetContext.get().bounce(mail, DeliveryErrors.explanation(failures));
    }

    /** Whether another try may go better. */
    private static boolean isTrouble(MessagingException e) {
        return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .limit(LONGEST_CHAIN)
                .anyMatch(IOException.class::isInstance);
    }

    private static List<MailAddress> recipients(List<Attempt> attempts) {
        return attempts.stream().map(attempt -> attempt.outcome().recipient()).toList();
    }
}
