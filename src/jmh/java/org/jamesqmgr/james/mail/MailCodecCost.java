/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A mail as James's SMTP server makes it, to the envelope and back. */
@State(Scope.Thread)
public class MailCodecCost {

    private static final Map<String, AttributeValue<?>> ATTRIBUTES =
            Map.of(
                    "dsn-arrival-date",
                    AttributeValue.of(
                            ZonedDateTime.ofInstant(
                                    Instant.parse("2026-11-23T10:00:00.123456789Z"),
                                    ZoneId.of("Europe/Berlin"))),
                    Mail.SMTP_SESSION_ID.asString(),
                    AttributeValue.of("e0bc5b7b-8c4c-4a43-8d6c-5c77e3a4f50b"),
                    Mail.SMTP_HELO.asString(),
                    AttributeValue.of("client.origin.example"),
                    Mail.SMTP_AUTH_USER.asString(),
                    AttributeValue.of("sender@origin.example"),
                    "org.apache.james.transport.mailets.remote",
                    AttributeValue.of(true));

    private final MailCodec codec = new MailCodec();
    private Content content;
    private MailImpl mail;
    private QueuedMessage stored;

    @Setup
    @SuppressWarnings("JavaUtilDate") // James's mails speak it
    public void makeMail() throws Exception {
        content = StoredBytes.of("Subject: one\r\n\r\nbody\r\n");
        mail =
                MailImpl.builder()
                        .name("Mail1763892000000-e0bc5b7b-8c4c-4a43-8d6c-5c77e3a4f50b")
                        .sender(MaybeSender.of(new MailAddress("sender@origin.example")))
                        .addRecipient(new MailAddress("recipient@target.example"))
                        .build();
        mail.setState("root");
        mail.setRemoteHost("client.origin.example");
        mail.setRemoteAddr("192.0.2.1");
        mail.setLastUpdated(Date.from(StoredMails.NOW));
        ATTRIBUTES.forEach(
                (name, value) -> mail.setAttribute(new Attribute(AttributeName.of(name), value)));
        mail.setMessageNoCopy(new StoredMimeMessage(StoredMails.ID, content, () -> {}));
        stored = StoredMails.queued(toEnvelope(), content.size());
    }

    @Benchmark
    public Envelope toEnvelope() throws Exception {
        return codec.envelopeOf(mail, StoredMails.SPOOL, StoredMails.NOW, Duration.ZERO);
    }

    @Benchmark
    public MailImpl toMail() throws Exception {
        return codec.mailOf(stored, content);
    }
}
