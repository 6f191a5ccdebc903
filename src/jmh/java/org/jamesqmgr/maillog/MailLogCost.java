/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.maillog;

import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.slf4j.LoggerFactory;

/** The lines of a message that comes from a client and is delivered; nobody writes them down. */
@State(Scope.Thread)
public class MailLogCost {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456789Z");
    private static final TransportName SMTP = new TransportName("smtp");
    private static final QueueId ID = new QueueId(1_767_225_600_000_000L, 7);

    private final MailLog log = new MailLog("postfix", 4711);
    private final Envelope envelope = mail(SMTP, NOW).build();
    private final Provenance provenance =
            new Provenance(
                    "client.origin.example",
                    "192.0.2.1",
                    "Mail1763892000000-e0bc5b7b-8c4c-4a43-8d6c-5c77e3a4f50b",
                    "<one.of.many@origin.example>",
                    Optional.empty());
    private final QueuedMessage message =
            new QueuedMessage(
                    ID,
                    QueueName.ACTIVE,
                    envelope,
                    envelope.recipients().stream().map(Recipient::pending).toList(),
                    MessageStatus.accepted(envelope),
                    List.of(),
                    4096);
    private final Attempt attempt =
            new Attempt(
                    NOW.plusMillis(17),
                    RecipientOutcome.of(
                            address("recipient@target.example"),
                            DeliveryStatus.local("2.0.0", "250 2.0.0 Ok: queued as 4fXk2Q1bTn")),
                    new Conversation(
                            "mx.target.example[192.0.2.9]:25",
                            3,
                            Duration.ofNanos(1_234_567),
                            Duration.ofNanos(41_234_567)));

    @Setup
    public void listen() {
        Logger logger = (Logger) LoggerFactory.getLogger("org.jamesqmgr.maillog");
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
    }

    @Benchmark
    public void linesOfAMessage() {
        log.accepted(ID, envelope, provenance);
        log.claimed(message);
        log.attempted(message, SMTP, NOW.plusMillis(13), attempt, false);
        log.done(message);
    }
}
