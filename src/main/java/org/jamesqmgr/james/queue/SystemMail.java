/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Clock;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.HandOver;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.Provenance.Reporting;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.james.mail.WatchedContent;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.MessageStoreException;

/**
 * Mail that the server itself sends, as James's own is sent: through the whole pipeline, marked as
 * sent by a mailet. The content is streamed, never parsed. Safe for use by any thread.
 */
public final class SystemMail {

    private static final TransportName SPOOL = new TransportName(MailQueueFactory.SPOOL.asString());

    private final Clock clock;
    private final MailCodec codec = new MailCodec();

    @Inject
    public SystemMail(Clock clock) {
        this.clock = clock;
    }

    /**
     * A mail for the spool.
     *
     * @param origin the message that it tells of, if there is one
     * @throws MessageStoreException if there is no way to keep these addresses
     */
    public HandOver of(
            MaybeSender from, MailAddress to, ContentWriter content, Optional<QueueId> origin)
            throws MessageStoreException {
        return of(from, to, content, origin, Optional.empty());
    }

    /** A report. */
    HandOver of(
            MaybeSender from,
            MailAddress to,
            ContentWriter content,
            QueueId origin,
            Reporting report)
            throws MessageStoreException {
        return of(from, to, content, Optional.of(origin), Optional.of(report));
    }

    private HandOver of(
            MaybeSender from,
            MailAddress to,
            ContentWriter content,
            Optional<QueueId> origin,
            Optional<Reporting> report)
            throws MessageStoreException {
        String name = MailImpl.getId();
        WatchedContent watched = new WatchedContent(content);
        return new HandOver(
                envelope(name, from, to),
                watched,
                () -> new Provenance("", "", name, watched.messageId(), origin, report));
    }

    private Envelope envelope(String name, MaybeSender from, MailAddress to)
            throws MessageStoreException {
        MailImpl mail =
                MailImpl.builder()
                        .name(name)
                        .sender(from)
                        .addRecipient(to)
                        .addAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE)
                        .state(Mail.DEFAULT)
                        .build();
        try {
            return codec.envelopeOfContent(mail, SPOOL, clock.instant());
        } catch (MailQueueException e) {
            throw new MessageStoreException("a mail to " + to.asString() + " cannot be queued", e);
        } finally {
            mail.dispose();
        }
    }
}
