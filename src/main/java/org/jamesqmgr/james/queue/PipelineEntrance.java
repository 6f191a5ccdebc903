/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.admin.Requeueing;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is left of a message back to where mail enters the pipeline. It bears the attribute
 * {@value #REQUEUED} with the id it had, so that matchers can tell it from new mail. Safe for use by
 * any thread.
 */
public final class PipelineEntrance implements Requeueing {

    /** The attribute of mail that was requeued. */
    public static final String REQUEUED = "org.jamesqmgr.requeued";

    private static final Logger LOGGER = LoggerFactory.getLogger(PipelineEntrance.class);

    private static final TransportName SPOOL = new TransportName(MailQueueFactory.SPOOL.asString());

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

    private final MailCodec codec = new MailCodec();
    private final String host;
    private final ZoneId zone;

    /**
     * @param host the name of this mail server
     */
    public PipelineEntrance(String host, ZoneId zone) {
        this.host = host;
        this.zone = zone;
    }

    @Override
    public Optional<Envelope> envelope(QueuedMessage message, Instant now) {
        try {
            MailImpl mail = codec.mailOf(message, new Unread(message.size()));
            mail.setState(Mail.DEFAULT);
            mail.setErrorMessage(null);
            mail.removeAttribute(JamesMailSpooler.MAIL_PROCESSING_ERROR_COUNT);
            mail.setAttribute(requeued(message));
            return Optional.of(begun(codec.envelopeOf(mail, SPOOL, now, Duration.ZERO), message));
        } catch (MailQueueException e) {
            LOGGER.warn("{}: is no mail that can run through the pipeline", message.id(), e);
            return Optional.empty();
        }
    }

    private static Attribute requeued(QueuedMessage message) {
        AttributeValue<String> id = AttributeValue.of(message.id().asString());
        return new Attribute(AttributeName.of(REQUEUED), id);
    }

    /** As new, but for when the server took it and what its sender asked for. */
    private static Envelope begun(Envelope made, QueuedMessage message) {
        Envelope before = message.envelope();
        DeliveryOptions asked = before.options();
        return new Envelope(
                made.transport(),
                made.sender(),
                made.recipients(),
                before.arrival(),
                made.created(),
                before.arrival(),
                before.priority(),
                made.attributes(),
                new DeliveryOptions("", asked.returned(), asked.envelopeId(), asked.recipients()));
    }

    @Override
    public String header(QueuedMessage message, Instant now) {
        return "Received: by %s (james-qmgr, requeued, was\r\n\t%s); %s\r\n"
                .formatted(host, message.id(), DATE.format(now.atZone(zone)));
    }

    /** Content that is not looked at: the stored one goes on as it is. */
    private record Unread(long size) implements Content {

        @Override
        public InputStream open() {
            throw new IllegalStateException("nobody needs it");
        }
    }
}
