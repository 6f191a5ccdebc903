/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.bounce.Report.Original.HEADERS;
import static org.jamesqmgr.bounce.Report.Original.WHOLE;
import static org.jamesqmgr.bounce.ReportKind.DELAY;
import static org.jamesqmgr.bounce.ReportKind.FAILURE;
import static org.jamesqmgr.bounce.ReportKind.SUCCESS;
import static org.jamesqmgr.bounce.ReportedMail.answered;
import static org.jamesqmgr.bounce.ReportedMail.attempt;
import static org.jamesqmgr.bounce.ReportedMail.found;
import static org.jamesqmgr.bounce.ReportedMail.toPostmaster;
import static org.jamesqmgr.bounce.ReportedMail.toSender;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.mail.internet.InternetAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whole reports, byte for byte as in the files beside this class. What a failed comparison had instead is in {@code
 * target/golden}.
 */
@Tag("B1")
class GoldenReportsTest {

    private static final Attempt UNKNOWN =
            answered(
                    "dave@target.test",
                    "5.1.1",
                    "550 5.1.1 <dave@target.test>: Recipient address rejected: User unknown",
                    "RCPT TO");
    private static final Attempt REFUSED =
            answered("erin@target.test", "5.0.0", "550 no such user here", "RCPT TO");
    private static final Attempt GREYLISTED =
            answered(
                    "frank@slow.test",
                    "4.2.0",
                    "450 4.2.0 <frank@slow.test>: Recipient address rejected: Greylisted",
                    "RCPT TO");
    private static final Attempt UNREACHABLE =
            found(
                    "grace@dead.test",
                    "4.4.1",
                    "connect to mx.dead.test[192.0.2.9]:25: Connection refused");

    @Test
    void aFailureShouldNameEachRecipientAndBringTheMailBack() throws Exception {
        ReportedMail mail = ReportedMail.fromCarol();

        byte[] report =
                mail.reported(
                        toSender(
                                FAILURE,
                                WHOLE,
                                UNKNOWN,
                                REFUSED,
                                found(
                                        "heidi@nowhere.test",
                                        "5.4.4",
                                        "Host or domain name not found. Name service error for"
                                                + " name=nowhere.test type=A: Host not found")));

        assertThatItIsGolden("failure.eml", report);
        assertThat(ParsedReport.of(report).status()).hasSize(4);
    }

    @Test
    @Tag("B3")
    void aFailureOfLargeMailShouldBringBackItsHeaderWithWhatTheSenderAskedFor() throws Exception {
        ReportedMail mail =
                ReportedMail.fromCarol()
                        .with(
                                new DeliveryOptions(
                                        "",
                                        Returned.FULL,
                                        "QQ+2B314159",
                                        Map.of(
                                                address("dave@target.test"),
                                                new RecipientOptions(
                                                        "list@example.test",
                                                        "rfc822;list+2Bmembers@example.test",
                                                        Set.of()))));

        byte[] report = mail.reported(toSender(FAILURE, HEADERS, UNKNOWN));

        assertThatItIsGolden("failure-headers.eml", report);
        assertThat(ParsedReport.of(report).originalText()).doesNotContain("the minutes");
    }

    @Test
    @Tag("D4")
    void expiredMailShouldFailWithTheStatusOfItsLastAttempt() throws Exception {
        ReportedMail mail = ReportedMail.fromCarol();

        byte[] report =
                mail.reported(toSender(FAILURE, WHOLE, expired(GREYLISTED), expired(UNREACHABLE)));

        assertThatItIsGolden("expired.eml", report);
        assertThat(ParsedReport.of(report).recipient(1))
                .containsEntry("Action", "failed")
                .containsEntry("Status", "4.2.0");
    }

    @Test
    @Tag("D6")
    void aDelayShouldBeAWarningThatSaysHowLongItIsTried() throws Exception {
        ReportedMail mail = ReportedMail.fromCarol();

        byte[] report = mail.reported(toSender(DELAY, HEADERS, GREYLISTED, UNREACHABLE));

        assertThatItIsGolden("delay.eml", report);
        assertThat(ParsedReport.of(report).recipient(2))
                .containsEntry("Action", "delayed")
                .containsEntry("Will-Retry-Until", "Sat, 28 Nov 2026 10:48:00 +0000 (UTC)");
    }

    @Test
    @Tag("N3")
    void aPostmasterShouldGetTheFactsOfADelay() throws Exception {
        ReportedMail mail = ReportedMail.fromCarol();

        byte[] report = mail.reported(toPostmaster(DELAY, HEADERS, GREYLISTED, UNREACHABLE));

        assertThatItIsGolden("delay-postmaster.eml", report);
        assertThat(ParsedReport.of(report).text()).startsWith("<frank@slow.test>: host");
    }

    @Test
    @Tag("B3")
    void aSuccessShouldTellWhatWasDeliveredFromWhatWasHandedOn() throws Exception {
        ReportedMail mail = ReportedMail.fromCarol();
        Attempt here =
                attempt(
                        "carl@example.test",
                        DeliveryStatus.local("2.0.0", "delivered to mailbox"),
                        "local");
        Attempt there =
                attempt(
                        "dave@target.test",
                        new DeliveryStatus(
                                UNKNOWN.outcome().status().code().inClass(2),
                                "delivery via mx.target.test[192.0.2.1]:25: 250 2.1.1 Ok: queued"
                                        + " as 4fXk2Q1bTnz3Gh7d",
                                "250 2.1.1 Ok: queued as 4fXk2Q1bTnz3Gh7d",
                                "mx.target.test"),
                        "mx.target.test[192.0.2.1]:25");

        byte[] report = mail.reported(toSender(SUCCESS, HEADERS, here, there));

        assertThatItIsGolden("success.eml", report);
        ParsedReport parsed = ParsedReport.of(report);
        assertThat(parsed.recipient(1)).containsEntry("Action", "delivered");
        assertThat(parsed.recipient(2)).containsEntry("Action", "relayed");
    }

    @Test
    @Tag("B2")
    @Tag("N3")
    void aDoubleBounceShouldBringTheWholeMailToThePostmaster() throws Exception {
        ReportedMail mail = ReportedMail.fromCarol().from(MaybeSender.nullSender());

        byte[] report = mail.reported(toPostmaster(FAILURE, WHOLE, UNKNOWN));

        assertThatItIsGolden("double-bounce.eml", report);
        ParsedReport parsed = ParsedReport.of(report);
        assertThat(parsed.status().get(0))
                .containsEntry("X-Postfix-Sender", "rfc822; MAILER-DAEMON@mail.example.test");
        assertThat(parsed.originalText())
                .startsWith("Return-Path: <>\r\n")
                .endsWith("minutes.\r\n");
    }

    @Test
    void aTemplateInGermanShouldBeSentInUtf8() throws Exception {
        byte[] report =
                ReportedMail.fromCarol()
                        .reported(toSender(FAILURE, WHOLE, UNKNOWN), templates("german.cf"));

        assertThatItIsGolden("german.eml", report);
        ParsedReport parsed = ParsedReport.of(report);
        assertThat(parsed.text()).contains("Empfänger");
        assertThat(parsed.mail().getSubject())
                .isEqualTo("Unzustellbar: Ihre Nachricht kehrt zurück");
    }

    @Test
    void aTemplateInGreekShouldBeSentInItsCharset() throws Exception {
        byte[] report =
                ReportedMail.fromCarol()
                        .reported(toSender(DELAY, HEADERS, GREYLISTED), templates("greek.cf"));

        assertThatItIsGolden("greek.eml", report);
        ParsedReport parsed = ParsedReport.of(report);
        assertThat(parsed.parts().get(0).getContentType()).contains("charset=iso-8859-7");
        assertThat(parsed.text()).contains("Το μήνυμά σας καθυστερεί");
        assertThat(parsed.mail().getSubject()).isEqualTo("Καθυστέρηση παράδοσης");
        assertThat(parsed.mail().getFrom())
                .containsExactly(
                        new InternetAddress(
                                "MAILER-DAEMON@mail.example.test",
                                "Σύστημα παράδοσης",
                                "iso-8859-7"));
    }

    @Test
    @Tag("N3")
    void aNoticeShouldBeAPlainMail() throws Exception {
        Notice notice =
                new Notice(
                        NotifyClass.POLICY,
                        "SMTP server",
                        "james-qmgr SMTP server: errors from unknown[192.0.2.7]",
                        List.of(
                                "Transcript of session follows.",
                                "",
                                " Out: 220 mail.example.test ESMTP",
                                " In:  MAIL FROM:<x@evil.test>",
                                " Out: 250 2.1.0 Ok",
                                " In:  RCPT TO:<a@elsewhere.test>",
                                " Out: 554 5.7.1 <a@elsewhere.test>: Relay access denied",
                                "",
                                "For other details, see the log"));

        byte[] mail =
                ReportedMail.bytes(
                        new NoticeComposer(ReportedMail.HOST, new Serials("2v8kq0c1n5r7t"))
                                .compose(
                                        notice,
                                        address("postmaster@example.test"),
                                        ReportedMail.NOW));

        assertThatItIsGolden("notice.eml", mail);
    }

    private static Attempt expired(Attempt last) {
        DeliveryStatus status = last.outcome().status();
        return attempt(
                last.outcome().recipient().asString(),
                status.because("mail has expired after 5 days; last attempt: " + status.reason()),
                last.conversation().relay());
    }

    private static ReportTemplates templates(String name) throws Exception {
        return ReportTemplates.parse(new String(resource(name), StandardCharsets.UTF_8));
    }

    private static void assertThatItIsGolden(String name, byte[] mail) throws Exception {
        Path found = Path.of("target", "golden", name);
        Files.createDirectories(found.getParent());
        Files.write(found, mail);
        assertThat(new String(mail, StandardCharsets.ISO_8859_1))
                .isEqualTo(new String(resource(name), StandardCharsets.ISO_8859_1));
    }

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = GoldenReportsTest.class.getResourceAsStream(name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }
}
