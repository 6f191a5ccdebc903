/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import javax.inject.Provider;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.jamesqmgr.bounce.ReportKind;
import org.jamesqmgr.engine.FollowUp;
import org.jamesqmgr.engine.HandOver;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.Reporter;
import org.jamesqmgr.james.mail.DeliveryFailures;
import org.jamesqmgr.james.mail.EnvelopeNote;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.james.mail.MailContent;
import org.jamesqmgr.james.mail.WatchedContent;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Reports what became of mail. Mail that failed goes to the processor that QueueDelivery was told
 * instead, if it was told one and the mail has a sender, as with RemoteDelivery; delivered mail goes
 * there too. All recipients that failed together go as one mail.
 *
 * <p>Safe for use by any thread.
 */
public final class PipelineFollowUp implements FollowUp {

    private static final TransportName SPOOL = new TransportName(MailQueueFactory.SPOOL.asString());

    private final Provider<QueueManager> queueManager;
    private final Reporter reporter;
    private final Clock clock;
    private final MailCodec codec = new MailCodec();

    /**
     * @param queueManager asked for when a mail needs it: it depends on the queues itself
     */
    @Inject
    public PipelineFollowUp(Provider<QueueManager> queueManager, Reporter reporter, Clock clock) {
        this.queueManager = queueManager;
        this.reporter = reporter;
        this.clock = clock;
    }

    @Override
    public void undeliverable(QueuedMessage message, Content content, List<Attempt> failures)
            throws MessageStoreException {
        Optional<String> processor = EnvelopeNote.BOUNCE_PROCESSOR.in(message.envelope());
        if (processor.isPresent() && !message.envelope().sender().isNullSender()) {
            MailImpl mail = mail(message, content, recipients(failures));
            DeliveryErrors.set(mail, failures);
            DeliveryFailures.set(mail, failures);
            toProcessor(message, mail, processor.get(), List.of());
        } else {
            submit(reporter.reports(ReportKind.FAILURE, message, content, failures));
        }
    }

    @Override
    public void delayed(QueuedMessage message, Content content, List<Attempt> deferrals)
            throws MessageStoreException {
        submit(reporter.reports(ReportKind.DELAY, message, content, deferrals));
    }

    @Override
    public void delivered(QueuedMessage message, Content content, List<Attempt> deliveries)
            throws MessageStoreException {
        List<HandOver> reports = reporter.reports(ReportKind.SUCCESS, message, content, deliveries);
        Optional<String> processor = EnvelopeNote.ON_SUCCESS.in(message.envelope());
        if (processor.isPresent()) {
            MailImpl mail = mail(message, content, recipients(deliveries));
            toProcessor(message, mail, processor.get(), reports);
        } else {
            submit(reports);
        }
    }

    private void submit(List<HandOver> made) throws MessageStoreException {
        if (!made.isEmpty()) {
            queueManager.get().submit(made);
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

    /** Together with what else is made, or not at all. */
    private void toProcessor(
            QueuedMessage message, MailImpl mail, String processor, List<HandOver> others)
            throws MessageStoreException {
        try {
            mail.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
            mail.setState(processor);
            Envelope envelope = codec.envelopeOf(mail, SPOOL, clock.instant(), Duration.ZERO);
            WatchedContent content = new WatchedContent(MailContent.of(mail));
            List<HandOver> all = new ArrayList<>(others);
            all.add(new HandOver(envelope, content, () -> provenance(message, mail, content)));
            submit(all);
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

    private static List<MailAddress> recipients(List<Attempt> attempts) {
        return attempts.stream().map(attempt -> attempt.outcome().recipient()).toList();
    }
}
