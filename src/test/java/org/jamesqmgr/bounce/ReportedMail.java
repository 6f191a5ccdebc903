/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;

/** A mail from Carol that is reported on, and a composer whose names are known. Immutable. */
final class ReportedMail {

    static final String HOST = "mail.example.test";
    static final Instant ARRIVAL = Instant.parse("2026-11-23T10:48:00Z");
    static final Instant NOW = Instant.parse("2026-11-28T10:52:07Z");
    static final Duration DELAY_WARNING = Duration.ofHours(4);
    static final Duration LIFETIME = Duration.ofDays(5);

    static final String LETTER =
            """
            Received: from client.test (client.test [192.0.2.7])\r
            \tby mail.example.test (james-qmgr) with ESMTP;\r
            \tMon, 23 Nov 2026 10:48:00 +0000 (UTC)\r
            Subject: Minutes of Monday\r
            From: Carol <carol@example.test>\r
            To: list@example.test\r
            MIME-Version: 1.0\r
            Content-Type: text/plain; charset=us-ascii\r
            Message-ID: <minutes@client.test>\r
            Date: Mon, 23 Nov 2026 10:48:00 +0000 (UTC)\r
            \r
            Here are the minutes.\r
            """;

    private static final Duration WHILE = Duration.ofMillis(120);
    private static final QueueId ID =
            new QueueId(ARRIVAL.getEpochSecond() * 1_000_000 + 251_000, 4711);

    private final MaybeSender sender;
    private final DeliveryOptions options;
    private final byte[] original;

    private ReportedMail(MaybeSender sender, DeliveryOptions options, byte[] original) {
        this.sender = sender;
        this.options = options;
        this.original = original;
    }

    static ReportedMail fromCarol() {
        return new ReportedMail(
                MaybeSender.of(address("carol@example.test")),
                DeliveryOptions.NONE,
                LETTER.getBytes(StandardCharsets.US_ASCII));
    }

    ReportedMail from(MaybeSender other) {
        return new ReportedMail(other, options, original);
    }

    ReportedMail with(DeliveryOptions others) {
        return new ReportedMail(sender, others, original);
    }

    ReportedMail saying(byte[] other) {
        return new ReportedMail(sender, options, other);
    }

    ReportedMail saying(String other) {
        return saying(other.getBytes(StandardCharsets.UTF_8));
    }

    Content content() {
        return new Bytes(original);
    }

    QueuedMessage queued() {
        Envelope envelope =
                mail(new TransportName("smtp"), ARRIVAL)
                        .from(sender)
                        .to("list@example.test")
                        .build()
                        .withOptions(options);
        return new QueuedMessage(
                ID,
                QueueName.ACTIVE,
                envelope,
                envelope.recipients().stream().map(Recipient::pending).toList(),
                MessageStatus.accepted(envelope),
                List.of(),
                original.length);
    }

    /** The report in our own words. */
    byte[] reported(Report report) {
        return reported(report, ReportTemplates.standard());
    }

    byte[] reported(Report report, ReportTemplates templates) {
        return bytes(composer(templates).compose(report, queued(), content(), NOW));
    }

    static ReportComposer composer(ReportTemplates templates) {
        return new ReportComposer(
                templates,
                HOST,
                LIFETIME,
                new TemplateFields(HOST, DELAY_WARNING, LIFETIME, 50_000),
                new Serials("2v8kq0c1n5r7t"));
    }

    static byte[] bytes(ContentWriter writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Report toSender(ReportKind kind, Report.Original original, Attempt... attempts) {
        return new Report(
                kind,
                Audience.SENDER,
                MaybeSender.nullSender(),
                address("carol@example.test"),
                List.of(attempts),
                original);
    }

    static Report toPostmaster(ReportKind kind, Report.Original original, Attempt... attempts) {
        return new Report(
                kind,
                Audience.POSTMASTER,
                MaybeSender.of(address("double-bounce@mail.example.test")),
                address("postmaster@example.test"),
                List.of(attempts),
                original);
    }

    /** A host answered. */
    static Attempt answered(String recipient, String code, String reply, String command) {
        return attempt(
                recipient,
                new DeliveryStatus(
                        EnhancedStatusCode.parse(code).orElseThrow(),
                        "host mx.target.test[192.0.2.1] said: "
                                + reply
                                + " (in reply to "
                                + command
                                + " command)",
                        reply,
                        "mx.target.test"),
                "mx.target.test[192.0.2.1]:25");
    }

    /** We found out by ourselves. */
    static Attempt found(String recipient, String code, String reason) {
        return attempt(recipient, DeliveryStatus.local(code, reason), "none");
    }

    static Attempt attempt(String recipient, DeliveryStatus status, String relay) {
        return new Attempt(
                ARRIVAL,
                RecipientOutcome.of(address(recipient), status),
                new Conversation(relay, 1, WHILE, WHILE));
    }

    /** Content in memory. */
    private static final class Bytes implements Content {

        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
