/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.Reporters.DOUBLE_BOUNCE;
import static org.jamesqmgr.testing.Reporters.POSTMASTER;
import static org.jamesqmgr.testing.Reporters.reporter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.mail.DeliveryFailures;
import org.jamesqmgr.james.mail.EnvelopeNote;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.james.mail.MailContent;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.RecordingQueueEventListener;
import org.jamesqmgr.testing.RecordingQueueEventListener.Event;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the pipeline and the sender hear of a delivery. */
@Tag("T10")
class PipelineFollowUpTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final TransportName SMTP = new TransportName("smtp");
    private static final String RAW = "Subject: x\r\n\r\nbody\r\n";
    private static final String REFUSAL = "550 5.1.1 no such user";

    private final SettableClock clock = new SettableClock(START);
    private final MemoryMessageStore memory = new MemoryMessageStore(clock);
    private final FailingMessageStore store = new FailingMessageStore(memory);
    private final MailCodec codec = new MailCodec();
    private final RecordingQueueEventListener events = new RecordingQueueEventListener();
    private QueueManager queueManager;
    private PipelineFollowUp followUp;

    @BeforeEach
    void start() {
        queueManager =
                QueueManager.start(
                        store,
                        EngineSettings.defaults().withStopTimeout(Duration.ZERO),
                        clock,
                        events);
        postmasterHearsOf();
    }

    private void postmasterHearsOf(NotifyClass... classes) {
        followUp =
                new PipelineFollowUp(
                        () -> queueManager, reporter(Set.of(classes), events, clock), clock);
    }

    @AfterEach
    void stop() throws Exception {
        queueManager.close();
    }

    @Test
    void failedMailShouldGoToTheBounceProcessorWithTheRemotesReply() throws Exception {
        QueuedMessage message =
                stored("sender@x.example", EnvelopeNote.BOUNCE_PROCESSOR, "bounces");

        undeliverable(message, failure("b@y.example", REFUSAL));

        Mail mail = onlySpooled();
        assertThat(mail.getName()).isEqualTo("mail");
        assertThat(mail.getState()).isEqualTo("bounces");
        assertThat(mail.getRecipients()).containsExactly(new MailAddress("b@y.example"));
        assertThat(mail.getMaybeSender().asString()).isEqualTo("sender@x.example");
        assertThat(value(mail, "delivery-error")).isEqualTo(REFUSAL);
        assertThat(value(mail, "delivery-error-code")).isEqualTo(550);
        assertThat(value(mail, "is-delivery-permanent-error")).isEqualTo(true);
        assertThat(value(mail, "org.apache.james.SentByMailet")).isEqualTo(true);
        assertThat(mail.getMessage().getSubject()).isEqualTo("x");
    }

    @Test
    void ourOwnFindingShouldBeTheErrorWhereNoRemoteSpoke() throws Exception {
        QueuedMessage message =
                stored("sender@x.example", EnvelopeNote.BOUNCE_PROCESSOR, "bounces");

        undeliverable(message, expired("b@y.example", "connect to y.example: timed out"));

        Mail mail = onlySpooled();
        assertThat(value(mail, "delivery-error")).isEqualTo("connect to y.example: timed out");
        assertThat(mail.getAttribute(AttributeName.of("delivery-error-code"))).isEmpty();
        assertThat(value(mail, "is-delivery-permanent-error")).isEqualTo(false);
    }

    @Test
    @Tag("T7")
    void recipientsThatFailedTogetherShouldGoAsOneMail() throws Exception {
        QueuedMessage message =
                stored("sender@x.example", EnvelopeNote.BOUNCE_PROCESSOR, "bounces");

        undeliverable(
                message, failure("a@y.example", REFUSAL), failure("b@y.example", "552 5.2.2 full"));

        Mail mail = onlySpooled();
        assertThat(mail.getRecipients()).hasSize(2);
        assertThat(value(mail, "delivery-error"))
                .isEqualTo("a@y.example: " + REFUSAL + "; b@y.example: 552 5.2.2 full");
    }

    @Test
    @Tag("B1")
    void aBounceProcessorShouldFindEachFailureInTheMailAfterItsWayThroughTheQueue()
            throws Exception {
        QueuedMessage message =
                stored("sender@x.example", EnvelopeNote.BOUNCE_PROCESSOR, "bounces");
        Attempt first = failure("a@y.example", REFUSAL);
        Attempt second = expired("b@y.example", "mail has expired");

        undeliverable(message, first, second);

        assertThat(DeliveryFailures.of(onlySpooled())).containsExactly(first, second);
    }

    @Test
    @Tag("B1")
    void withoutABounceProcessorTheSenderShouldGetAReport() throws Exception {
        QueuedMessage message = stored("sender@x.example");

        undeliverable(message, failure("b@y.example", REFUSAL));

        QueuedMessage report = onlyReport();
        assertThat(report.envelope().sender().isNullSender()).isTrue();
        assertThat(report.pendingRecipients()).containsExactly(address("sender@x.example"));
        assertThat(content(report))
                .contains("multipart/report", "<b@y.example>", "said: " + REFUSAL, RAW);
        assertThat(events.reports())
                .containsExactly(message.id() + " sender failure " + report.id());
    }

    @Test
    void aReportShouldRunThroughThePipelineLikeMailOfJamesItself() throws Exception {
        undeliverable(stored("sender@x.example"), failure("b@y.example", REFUSAL));

        Mail mail = onlySpooled();
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(mail.getMaybeSender().isNullSender()).isTrue();
        assertThat(value(mail, "org.apache.james.SentByMailet")).isEqualTo(true);
        assertThat(mail.getMessage().getContentType()).startsWith("multipart/report");
    }

    @Test
    @Tag("N1")
    void thePostmasterShouldGetACopyTogetherWithTheReport() throws Exception {
        postmasterHearsOf(NotifyClass.BOUNCE);
        QueuedMessage message = stored("sender@x.example");

        undeliverable(message, failure("b@y.example", REFUSAL));

        assertThat(reports()).hasSize(2);
        QueuedMessage copy = reports().get(1);
        assertThat(copy.envelope().sender().get()).isEqualTo(DOUBLE_BOUNCE);
        assertThat(copy.pendingRecipients()).containsExactly(POSTMASTER);
        assertThat(content(copy)).doesNotContain("body");
        assertThat(events.reports())
                .containsExactly(
                        message.id() + " sender failure " + reports().get(0).id(),
                        message.id() + " postmaster failure " + copy.id());
    }

    @Test
    @Tag("N1")
    void withoutRoomForTheCopyNobodyShouldBeTold() throws Exception {
        postmasterHearsOf(NotifyClass.BOUNCE);
        QueuedMessage message = stored("sender@x.example");
        store.acceptOnly(1);

        assertThatThrownBy(() -> undeliverable(message, failure("b@y.example", REFUSAL)))
                .isInstanceOf(MessageStoreException.class);

        assertThat(reports()).isEmpty();
        assertThat(events.reports()).isEmpty();
    }

    @Test
    @Tag("B2")
    void mailFromTheNullSenderShouldNeitherBeReturnedNorGoToAProcessor() throws Exception {
        undeliverable(stored(""), failure("b@y.example", REFUSAL));
        undeliverable(
                stored("", EnvelopeNote.BOUNCE_PROCESSOR, "bounces"),
                failure("b@y.example", REFUSAL));

        assertThat(spooled()).isEmpty();
        assertThat(events.events().stream().filter(event -> event.name().equals("notReported")))
                .hasSize(2);
    }

    @Test
    @Tag("B2")
    void mailFromTheNullSenderShouldGoToThePostmasterWhereThatIsWanted() throws Exception {
        postmasterHearsOf(NotifyClass.TWO_BOUNCE);

        undeliverable(
                stored("", EnvelopeNote.BOUNCE_PROCESSOR, "bounces"),
                failure("b@y.example", REFUSAL));

        QueuedMessage notice = onlyReport();
        assertThat(notice.envelope().sender().get()).isEqualTo(DOUBLE_BOUNCE);
        assertThat(notice.pendingRecipients()).containsExactly(POSTMASTER);
        assertThat(content(notice)).contains(RAW);
    }

    @Test
    @Tag("B2")
    void aFailedNoticeShouldBeDiscardedWithAWarning() throws Exception {
        QueuedMessage message = stored(DOUBLE_BOUNCE.asString());

        undeliverable(message, failure("b@y.example", REFUSAL));

        assertThat(spooled()).isEmpty();
        assertThat(events.events())
                .contains(
                        new Event(
                                "notReported",
                                message.id(),
                                "undeliverable postmaster notification discarded"));
    }

    @Test
    @Tag("B3")
    void whoDoesNotWantToHearOfFailuresShouldNot() throws Exception {
        QueuedMessage message =
                asked(
                        stored("sender@x.example"),
                        Map.of("a@y.example", Notify.NEVER, "b@y.example", Notify.FAILURE));

        undeliverable(message, failure("a@y.example", REFUSAL), failure("b@y.example", REFUSAL));

        assertThat(content(onlyReport())).contains("<b@y.example>").doesNotContain("a@y.example");
    }

    @Test
    @Tag("B3")
    void successShouldBeReportedToWhoAskedForIt() throws Exception {
        QueuedMessage message =
                asked(stored("sender@x.example"), Map.of("a@y.example", Notify.SUCCESS));

        followUp.delivered(
                message,
                memory.content(message),
                List.of(success("a@y.example"), success("b@y.example")));

        assertThat(content(onlyReport())).contains("<a@y.example>").doesNotContain("b@y.example");
        assertThat(events.reports())
                .containsExactly(message.id() + " sender success " + onlyReport().id());
    }

    @Test
    @Tag("D6")
    void theSenderShouldHearThatMailIsLate() throws Exception {
        QueuedMessage message = stored("sender@x.example");

        followUp.delayed(
                message, memory.content(message), List.of(expired("a@y.example", "later")));

        assertThat(content(onlyReport())).contains("<a@y.example>: later").doesNotContain("body");
        assertThat(events.reports())
                .containsExactly(message.id() + " sender delay " + onlyReport().id());
    }

    @Test
    void whatCannotBeQueuedShouldBeAskedForAgain() throws Exception {
        QueuedMessage toProcessor =
                stored("sender@x.example", EnvelopeNote.BOUNCE_PROCESSOR, "bounces");
        QueuedMessage toSender = stored("sender@x.example");
        store.acceptOnly(0);

        for (QueuedMessage message : List.of(toProcessor, toSender)) {
            assertThatThrownBy(() -> undeliverable(message, failure("b@y.example", REFUSAL)))
                    .isInstanceOf(MessageStoreException.class);
        }
    }

    @Test
    @Tag("B1")
    void reportOnContentThatCannotBeReadForNowShouldBeAskedForAgain() throws Exception {
        QueuedMessage message = stored("sender@x.example");
        Content unreadable =
                new Content() {
                    @Override
                    public long size() {
                        return RAW.length();
                    }

                    @Override
                    public InputStream open() throws IOException {
                        throw new IOException("disk trouble");
                    }
                };

        assertThatThrownBy(
                        () ->
                                followUp.undeliverable(
                                        message,
                                        unreadable,
                                        List.of(failure("b@y.example", REFUSAL))))
                .isInstanceOf(MessageStoreException.class);
        assertThat(spooled()).isEmpty();
    }

    @Test
    @Tag("B1")
    void senderShouldBeToldAlsoOfMailWithABadHeader() throws Exception {
        MailImpl mail = mail("sender@x.example");
        String raw = "Subject: x\r\nReply-To: <a@b> c <d\r\n\r\nbody\r\n";
        mail.setMessageContent(
                MimeMessageInputStreamSource.create(
                        "mail", new ByteArrayInputStream(raw.getBytes(US_ASCII))));
        QueueId id = memory.accept(envelope("sender@x.example"), MailContent.of(mail));

        undeliverable(memory.find(id).orElseThrow(), failure("b@y.example", REFUSAL));

        assertThat(content(onlyReport())).contains("said: " + REFUSAL).contains("Reply-To: <a@b>");
    }

    @Test
    void deliveredMailShouldGoToTheProcessorThatAskedForIt() throws Exception {
        QueuedMessage message = stored("sender@x.example", EnvelopeNote.ON_SUCCESS, "sent");

        followUp.delivered(message, memory.content(message), List.of(success("a@y.example")));

        Mail mail = onlySpooled();
        assertThat(mail.getState()).isEqualTo("sent");
        assertThat(mail.getRecipients()).containsExactly(new MailAddress("a@y.example"));
        assertThat(mail.getMessage().getSubject()).isEqualTo("x");
    }

    @Test
    void deliveredMailThatNobodyAskedForShouldGoNowhere() throws Exception {
        QueuedMessage message = stored("sender@x.example");

        followUp.delivered(message, memory.content(message), List.of(success("a@y.example")));

        assertThat(spooled()).isEmpty();
    }

    private void undeliverable(QueuedMessage message, Attempt... failures) throws Exception {
        followUp.undeliverable(message, memory.content(message), Arrays.asList(failures));
    }

    private QueuedMessage stored(String sender) throws Exception {
        return stored(envelope(sender));
    }

    private QueuedMessage stored(String sender, EnvelopeNote note, String text) throws Exception {
        return stored(note.put(envelope(sender), text));
    }

    private QueuedMessage stored(Envelope envelope) throws Exception {
        QueueId id = memory.accept(envelope, MailContent.of(mail("sender@x.example")));
        return memory.find(id).orElseThrow();
    }

    private static QueuedMessage asked(QueuedMessage message, Map<String, Notify> wishes) {
        Map<MailAddress, RecipientOptions> options = new HashMap<>();
        wishes.forEach(
                (recipient, notify) ->
                        options.put(
                                address(recipient), new RecipientOptions("", "", Set.of(notify))));
        return with(message, new DeliveryOptions("", Returned.UNSPECIFIED, "", options));
    }

    private List<QueuedMessage> reports() {
        return memory.list(SPOOL).sorted(Comparator.comparing(QueuedMessage::id)).toList();
    }

    private QueuedMessage onlyReport() {
        assertThat(reports()).hasSize(1);
        return reports().get(0);
    }

    private String content(QueuedMessage message) throws IOException {
        try (InputStream in = memory.content(message).open()) {
            return new String(in.readAllBytes(), US_ASCII);
        }
    }

    private static QueuedMessage with(QueuedMessage message, DeliveryOptions options) {
        return new QueuedMessage(
                message.id(),
                message.queue(),
                message.envelope().withOptions(options),
                message.recipients(),
                message.status(),
                message.history(),
                message.size());
    }

    private Envelope envelope(String sender) throws Exception {
        return codec.envelopeOf(mail(sender), SMTP, START, Duration.ZERO);
    }

    private static MailImpl mail(String sender) throws Exception {
        MailImpl mail =
                MailImpl.builder()
                        .name("mail")
                        .sender(MaybeSender.getMailSender(sender))
                        .addRecipients("a@y.example", "b@y.example", "c@y.example")
                        .state("relay")
                        .build();
        mail.setMessageContent(
                MimeMessageInputStreamSource.create(
                        "mail", new ByteArrayInputStream(RAW.getBytes(US_ASCII))));
        return mail;
    }

    private static Attempt failure(String recipient, String reply) throws Exception {
        DeliveryStatus status =
                new DeliveryStatus(
                        EnhancedStatusCode.parse("5.1.1").orElseThrow(),
                        "host y.example[192.0.2.1] said: " + reply,
                        reply,
                        "y.example");
        return attempt(recipient, status);
    }

    private static Attempt expired(String recipient, String reason) throws Exception {
        return attempt(recipient, DeliveryStatus.local("4.4.1", reason));
    }

    private static Attempt success(String recipient) throws Exception {
        return attempt(recipient, DeliveryStatus.local("2.0.0", "sent"));
    }

    private static Attempt attempt(String recipient, DeliveryStatus status) throws Exception {
        return Attempt.immediate(START, RecipientOutcome.of(new MailAddress(recipient), status));
    }

    private Mail onlySpooled() throws Exception {
        List<Mail> mails = spooled();
        assertThat(mails).hasSize(1);
        return mails.get(0);
    }

    private List<Mail> spooled() throws Exception {
        List<Mail> mails = new ArrayList<>();
        for (QueuedMessage message : memory.list(SPOOL).toList()) {
            mails.add(codec.mailOf(message, memory.content(message)));
        }
        return mails;
    }

    private static Object value(Mail mail, String name) {
        return mail.getAttribute(AttributeName.of(name)).orElseThrow().getValue().value();
    }
}
