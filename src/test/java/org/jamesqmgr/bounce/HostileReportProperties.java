/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.bounce.Report.Original.HEADERS;
import static org.jamesqmgr.bounce.Report.Original.WHOLE;
import static org.jamesqmgr.bounce.ReportKind.FAILURE;
import static org.jamesqmgr.bounce.ReportedMail.attempt;
import static org.jamesqmgr.bounce.ReportedMail.found;
import static org.jamesqmgr.bounce.ReportedMail.toSender;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.mail.internet.InternetAddress;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;

/** Whoever wrote what a report is made of has no say in what it is: three parts, our fields and no others. */
@Tag("B1")
class HostileReportProperties {

    /** The first boundary that would be taken. */
    private static final String BOUNDARY = "--=_2v8kq0c1n5r7t.1.4jY2hw1mpwz001nM";

    private static final String[] PIECES = {
        "\r\n",
        "\n",
        "\r",
        "\0",
        "\t",
        " ",
        "\u0085",
        "\u2028",
        "\uD83D",
        "\uD83D\uDE00",
        "é",
        "Action: delivered",
        "\r\n\r\n",
        "\r\n.\r\n",
        "Bcc: x@y.test",
        "x".repeat(1200),
        "=?utf-8?Q?=0D=0AX: y?=",
        "(",
        ")",
        "<",
        ">",
        "\"",
        "\\",
        "+0D+0A",
        "%",
        ";",
        BOUNDARY,
        "\r\n" + BOUNDARY + "--\r\n",
        "\r\n" + BOUNDARY + "\r\n",
        "$myhostname",
        "ή".repeat(700)
    };

    /** JavaMail's strict parser stumbles over an escaped backslash at the end of quotes. */
    private static final boolean LENIENT = false;

    private static final Set<String> MESSAGE_FIELDS =
            Set.of(
                    "Reporting-MTA",
                    "Original-Envelope-Id",
                    "X-Postfix-Queue-ID",
                    "X-Postfix-Sender",
                    "Arrival-Date");
    private static final Set<String> RECIPIENT_FIELDS =
            Set.of(
                    "Final-Recipient",
                    "Original-Recipient",
                    "Action",
                    "Status",
                    "Remote-MTA",
                    "Diagnostic-Code");

    @Property(tries = 300)
    void repliesShouldStayInTheirFields(
            @ForAll("texts") String reason,
            @ForAll("texts") String reply,
            @ForAll("texts") String host)
            throws Exception {
        DeliveryStatus status =
                new DeliveryStatus(
                        new EnhancedStatusCode(5, 0, 0), "because " + reason, reply, host);

        ParsedReport report =
                ParsedReport.of(
                        ReportedMail.fromCarol()
                                .reported(
                                        toSender(
                                                FAILURE,
                                                WHOLE,
                                                attempt("dave@target.test", status, "none"))));

        assertThatNothingWasAdded(report);
        assertThat(report.recipient(1)).containsEntry("Action", "failed");
    }

    @Property(tries = 300)
    void whatTheSenderAskedForShouldStayInItsFields(
            @ForAll("texts") String envelopeId,
            @ForAll("texts") String original,
            @ForAll("texts") String originalRecipient)
            throws Exception {
        DeliveryOptions options =
                new DeliveryOptions(
                        "",
                        Returned.FULL,
                        envelopeId,
                        Map.of(
                                address("dave@target.test"),
                                new RecipientOptions(original, originalRecipient, Set.of())));

        ParsedReport report =
                ParsedReport.of(
                        ReportedMail.fromCarol()
                                .with(options)
                                .reported(
                                        toSender(
                                                FAILURE,
                                                WHOLE,
                                                found("dave@target.test", "5.1.1", "unknown"))));

        assertThatNothingWasAdded(report);
    }

    @Property(tries = 300)
    @Tag("B2")
    void addressesShouldStayInTheirFields(@ForAll("addresses") MailAddress address)
            throws Exception {
        Report report =
                new Report(
                        FAILURE,
                        Audience.SENDER,
                        MaybeSender.nullSender(),
                        address,
                        List.of(found(address.asString(), "5.1.1", "unknown")),
                        HEADERS);

        ParsedReport parsed =
                ParsedReport.of(
                        ReportedMail.fromCarol().from(MaybeSender.of(address)).reported(report));

        assertThatNothingWasAdded(parsed);
        assertThat(parsed.mail().getHeader("X")).isNull();
        assertThat(InternetAddress.parseHeader(parsed.mail().getHeader("To", ","), LENIENT))
                .hasSize(1);
        assertThat(parsed.originalText().lines().filter(line -> line.startsWith("X:"))).isEmpty();
    }

    @Property(tries = 500)
    void anyOriginalShouldStayInItsPart(
            @ForAll("contents") byte[] original, @ForAll Report.Original amount) throws Exception {
        ParsedReport report =
                ParsedReport.of(
                        ReportedMail.fromCarol()
                                .saying(original)
                                .reported(
                                        toSender(
                                                FAILURE,
                                                amount,
                                                found("dave@target.test", "5.1.1", "unknown"))));

        assertThatNothingWasAdded(report);
        assertThat(report.originalText()).startsWith("Return-Path: <carol@example.test>\r\n");
    }

    @Property(tries = 200)
    @Tag("N3")
    void noticesShouldStayPlainMails(
            @ForAll("texts") String subject, @ForAll List<@From("texts") String> text)
            throws Exception {
        Notice notice = new Notice(NotifyClass.PROTOCOL, "SMTP", "errors " + subject, text);

        byte[] mail =
                ReportedMail.bytes(
                        new NoticeComposer(ReportedMail.HOST, new Serials("tag"))
                                .compose(
                                        notice,
                                        address("postmaster@example.test"),
                                        ReportedMail.NOW));

        ParsedReport.assertThatBytesAreLegal(mail);
        String header = new String(mail, StandardCharsets.UTF_8).split("\r\n\r\n", 2)[0];
        assertThat(header.lines().filter(line -> !line.startsWith(" ")))
                .hasSize(9)
                .allMatch(line -> line.contains(":"));
    }

    private static void assertThatNothingWasAdded(ParsedReport report) {
        assertThat(report.status()).hasSize(2);
        assertThat(MESSAGE_FIELDS).containsAll(report.status().get(0).keySet());
        assertThat(RECIPIENT_FIELDS).containsAll(report.recipient(1).keySet());
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(PIECES);
        Arbitrary<String> anything = Arbitraries.strings().ofMaxLength(40);
        return Arbitraries.oneOf(pieces, anything)
                .list()
                .ofMaxSize(12)
                .map(list -> String.join("", list));
    }

    /** With line ends in a quoted local part: James takes them behind a backslash. */
    @Provide
    Arbitrary<MailAddress> addresses() {
        return Arbitraries.of(
                        "\\\r",
                        "\\\n",
                        "\\\nX: y",
                        "\\\rX: y",
                        ")(",
                        ">,b@c.test",
                        " ",
                        "\\\"",
                        "a",
                        "@",
                        ",",
                        ":;",
                        "\\\\")
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(list -> address('"' + String.join("", list) + "\"@target.test"));
    }

    @Provide
    Arbitrary<byte[]> contents() {
        Arbitrary<byte[]> pieces =
                Arbitraries.of(PIECES).map(piece -> piece.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> anything = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        return Arbitraries.oneOf(pieces, anything)
                .list()
                .ofMaxSize(25)
                .map(HostileReportProperties::joined);
    }

    private static byte[] joined(List<byte[]> pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
