/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.maillog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.bounce.Audience;
import org.jamesqmgr.bounce.ReportKind;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.Provenance.Reporting;
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
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Tag("X4")
class MailLogTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TransportName SMTP = new TransportName("smtp");
    private static final QueueId ID = new QueueId(1_767_225_600_000_000L, 7);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.jamesqmgr.maillog");
    private final MailLog log = new MailLog("postfix", 42);
    private final Envelope envelope =
            EnvelopeBuilder.mail(SMTP, NOW).to("a@x.example", "b@x.example").build();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void mailOfAClientShouldBeLoggedAsReceivedFromIt() {
        log.accepted(
                ID,
                envelope,
                new Provenance(
                        "client.example", "192.0.2.1", "Mail1", "<m@x.example>", Optional.empty()));

        assertThat(logged())
                .containsExactly(
                        "postfix/smtpd[42]: " + ID + ": client=client.example[192.0.2.1]",
                        "postfix/cleanup[42]: " + ID + ": message-id=<m@x.example>, mail=Mail1");
    }

    @Test
    void mailMadeHereShouldBeLoggedAsPickedUp() {
        log.accepted(ID, envelope, Provenance.UNKNOWN);

        assertThat(logged())
                .containsExactly(
                        "postfix/pickup[42]: " + ID + ": uid=0 from=<sender@origin.example>",
                        "postfix/cleanup[42]: " + ID + ": message-id=<>");
    }

    @Test
    void aReportOfOurOwnShouldNotBeLoggedAsReceived() {
        Envelope report = EnvelopeBuilder.mail(SMTP, NOW).from(MaybeSender.nullSender()).build();

        log.accepted(ID, report, Provenance.UNKNOWN);

        assertThat(logged()).containsExactly("postfix/cleanup[42]: " + ID + ": message-id=<>");
    }

    @Test
    void aMessageHandedOnShouldNotBeLoggedAsReceivedAgain() {
        QueueId spooled = new QueueId(1, 1);

        log.accepted(ID, envelope, new Provenance("", "", "Mail1", "", Optional.of(spooled)));

        assertThat(logged())
                .containsExactly(
                        "postfix/cleanup[42]: %s: message-id=<>, mail=Mail1, orig_id=%s"
                                .formatted(ID, spooled));
    }

    @Test
    void activationShouldShowSizeAndTheOriginalNumberOfRecipients() {
        log.claimed(message(envelope));

        assertThat(logged())
                .containsExactly(
                        "postfix/qmgr[42]: %s: from=<sender@origin.example>, size=354, nrcpt=2 (queue active)"
                                .formatted(ID));
    }

    @Test
    void aDeliveryShouldBeLoggedWithItsRelayItsDelaysAndTheReply() {
        Conversation conversation =
                new Conversation(
                        "mx.example[192.0.2.9]:25",
                        3,
                        Duration.ofMillis(120),
                        Duration.ofMillis(1500));

        log.attempted(
                message(envelope),
                SMTP,
                NOW.plusSeconds(2),
                new Attempt(
                        NOW.plusMillis(2_300),
                        new RecipientOutcome.Delivered(
                                address("a@x.example"), status("2.0.0", "250 2.0.0 Ok: queued")),
                        conversation),
                false);

        assertThat(logged())
                .containsExactly(
                        "postfix/smtp[42]: "
                                + ID
                                + ": to=<a@x.example>, relay=mx.example[192.0.2.9]:25, conn_use=3,"
                                + " delay=3.9, delays=2/0.3/0.12/1.5, dsn=2.0.0, status=sent"
                                + " (250 2.0.0 Ok: queued)");
    }

    @Test
    void theAddressBeforeRewritingShouldBeShown() {
        DeliveryOptions options =
                new DeliveryOptions(
                        "",
                        DeliveryOptions.Returned.UNSPECIFIED,
                        "",
                        Map.of(
                                address("a@x.example"),
                                new DeliveryOptions.RecipientOptions(
                                        "alias@y.example", "", Set.of())));
        Envelope rewritten =
                new Envelope(
                        SMTP,
                        envelope.sender(),
                        envelope.recipients(),
                        NOW,
                        NOW,
                        NOW,
                        envelope.priority(),
                        Map.of(),
                        options);

        log.attempted(message(rewritten), SMTP, NOW, failure("4.4.1", "no route"), false);

        assertThat(logged())
                .containsExactly(
                        "postfix/smtp[42]: "
                                + ID
                                + ": to=<a@x.example>, orig_to=<alias@y.example>, relay=none,"
                                + " delay=0, delays=0/0/0/0, dsn=4.4.1, status=deferred (no route)");
    }

    @Test
    @Tag("D11")
    void aSoftenedBounceShouldBeMarked() {
        log.attempted(message(envelope), SMTP, NOW, failure("4.1.1", "unknown"), true);

        assertThat(logged()).singleElement().asString().contains("dsn=4.1.1, status=SOFTBOUNCE (");
    }

    @Test
    void theEndOfAMessageShouldBeLogged() {
        log.expired(message(envelope));
        log.done(message(envelope));

        assertThat(logged())
                .containsExactly(
                        "postfix/qmgr[42]: "
                                + ID
                                + ": from=<sender@origin.example>, status=expired, returned to"
                                + " sender",
                        "postfix/qmgr[42]: " + ID + ": removed");
    }

    @ParameterizedTest
    @CsvSource({
        "FAILURE, SENDER, sender non-delivery notification",
        "FAILURE, POSTMASTER, postmaster non-delivery notification",
        "DELAY, SENDER, sender delay notification",
        "DELAY, POSTMASTER, postmaster delay notification",
        "SUCCESS, SENDER, sender delivery status notification"
    })
    @Tag("B1")
    void aReportShouldBeNamedWithTheMessageItTellsOf(
            ReportKind kind, Audience audience, String said) {
        QueueId report = new QueueId(1_767_225_601_000_000L, 7);

        log.reported(ID, new Reporting(kind, audience), report);

        assertThat(logged())
                .containsExactly("postfix/bounce[42]: " + ID + ": " + said + ": " + report);
    }

    @Test
    @Tag("B2")
    void aDiscardedNoticeShouldBeAWarning() {
        log.notReported(ID, "undeliverable postmaster notification discarded");

        assertThat(logged())
                .containsExactly(
                        "postfix/bounce[42]: warning: "
                                + ID
                                + ": undeliverable postmaster notification discarded");
        assertThat(lines.list.get(0).getLevel()).isEqualTo(Level.WARN);
    }

    @Test
    @Tag("B2")
    void mailToTheDoubleBounceAddressShouldBeLoggedAsSent() {
        log.discarded(envelope, address("double-bounce@mail.example"));

        assertThat(logged())
                .containsExactly(
                        "postfix/qmgr[42]: NOQUEUE: to=<double-bounce@mail.example>, relay=none,"
                                + " delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (undeliverable"
                                + " postmaster notification discarded)");
    }

    @Test
    void whatStrangersWriteShouldNotForgeALine() {
        log.accepted(
                ID,
                envelope,
                new Provenance("", "", "m\nFake: line", "<a\r\nb>", Optional.empty()));

        assertThat(logged()).allMatch(line -> line.chars().noneMatch(c -> c < ' '));
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static Attempt failure(String code, String reason) {
        return Attempt.immediate(
                NOW, RecipientOutcome.of(address("a@x.example"), status(code, reason)));
    }

    private static DeliveryStatus status(String code, String reason) {
        return new DeliveryStatus(EnhancedStatusCode.parse(code).orElseThrow(), reason, "", "");
    }

    private static QueuedMessage message(Envelope envelope) {
        return new QueuedMessage(
                ID,
                QueueName.ACTIVE,
                envelope,
                envelope.recipients().stream().map(Recipient::pending).toList(),
                MessageStatus.accepted(envelope),
                List.of(),
                354);
    }
}
