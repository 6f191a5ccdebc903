/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;

/** Sends mails through what any store does to an envelope: every text becomes UTF-8 and is read. */
final class StoredMails {

    static final TransportName SPOOL = new TransportName("spool");
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final QueueId ID = new QueueId(NOW.getEpochSecond() * 1_000_000, 7);

    private static final MailCodec CODEC = new MailCodec();

    private StoredMails() {}

    static MailImpl restored(Mail mail) throws MailQueueException, AddressException {
        return restored(mail, StoredBytes.of(""));
    }

    static MailImpl restored(Mail mail, Content content)
            throws MailQueueException, AddressException {
        Envelope envelope = CODEC.envelopeOf(mail, SPOOL, NOW, Duration.ZERO);
        return CODEC.mailOf(queued(readAgain(envelope), content.size()), content);
    }

    static QueuedMessage queued(Envelope envelope, long size) {
        List<Recipient> recipients =
                envelope.recipients().stream().map(Recipient::pending).toList();
        MessageStatus status = MessageStatus.accepted(envelope);
        return new QueuedMessage(
                ID, QueueName.INCOMING, envelope, recipients, status, List.of(), size);
    }

    private static Envelope readAgain(Envelope envelope) throws AddressException {
        List<MailAddress> recipients = new ArrayList<>();
        for (MailAddress recipient : envelope.recipients()) {
            recipients.add(new MailAddress(readAgain(recipient.asString())));
        }
        Map<String, String> attributes = new HashMap<>();
        envelope.attributes()
                .forEach((key, value) -> attributes.put(readAgain(key), readAgain(value)));
        return new Envelope(
                envelope.transport(),
                MaybeSender.getMailSender(readAgain(envelope.sender().asString())),
                recipients,
                envelope.arrival(),
                envelope.created(),
                envelope.notBefore(),
                envelope.priority(),
                attributes,
                envelope.options());
    }

    private static String readAgain(String text) {
        return new String(text.getBytes(UTF_8), UTF_8);
    }
}
