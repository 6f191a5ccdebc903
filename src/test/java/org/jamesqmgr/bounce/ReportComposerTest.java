/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.bounce.Report.Original.HEADERS;
import static org.jamesqmgr.bounce.Report.Original.WHOLE;
import static org.jamesqmgr.bounce.ReportKind.DELAY;
import static org.jamesqmgr.bounce.ReportKind.FAILURE;
import static org.jamesqmgr.bounce.ReportedMail.answered;
import static org.jamesqmgr.bounce.ReportedMail.bytes;
import static org.jamesqmgr.bounce.ReportedMail.composer;
import static org.jamesqmgr.bounce.ReportedMail.found;
import static org.jamesqmgr.bounce.ReportedMail.toSender;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.OwnTrouble;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class ReportComposerTest {

    private static final ReportedMail MAIL = ReportedMail.fromCarol();
    private static final Attempt UNKNOWN = found("dave@target.test", "5.1.1", "unknown user");
    private static final String RETURN_PATH = "Return-Path: <carol@example.test>\r\n";

    @Test
    void theWholeMailShouldComeBackAsItWas() throws Exception {
        assertThat(whole(ReportedMail.LETTER)).isEqualTo(RETURN_PATH + ReportedMail.LETTER);
    }

    @Test
    void loneLineEndsShouldBecomeWhatMailMayHave() throws Exception {
        assertThat(whole("Subject: a\nTo: b\r\r\n\nbo\rdy\0!\n"))
                .isEqualTo(RETURN_PATH + "Subject: a\r\nTo: b \r\n\r\nbo dy !\r\n");
    }

    @Test
    void longLinesShouldGoOnInOthersWithoutTearingCharacters() throws Exception {
        String original = whole("Subject: a\r\n\r\n" + "é".repeat(700));

        assertThat(original.replace("\r\n ", "")).endsWith("é".repeat(700));
    }

    @Test
    void linesOfTheGreatestLengthShouldStayWhole() throws Exception {
        String longest = "x".repeat(998);

        assertThat(whole("Subject: a\r\n\r\n" + longest + "\r\n"))
                .endsWith("\r\n" + longest + "\r\n");
    }

    @Test
    void blanksBeforeTheFirstLineShouldNotContinueTheReturnPath() throws Exception {
        assertThat(whole(" \t (comment)\r\nSubject: a\r\n\r\nbody"))
                .isEqualTo(RETURN_PATH + "(comment)\r\nSubject: a\r\n\r\nbody");
    }

    @Test
    void mailWithoutAHeaderShouldComeBack() throws Exception {
        assertThat(whole("\r\njust a body\r\n")).isEqualTo(RETURN_PATH + "\r\njust a body\r\n");
        assertThat(headers("\r\njust a body\r\n")).isEqualTo(RETURN_PATH);
    }

    @Test
    void emptyMailShouldComeBack() throws Exception {
        assertThat(whole("")).isEqualTo(RETURN_PATH);
        assertThat(headers("")).isEqualTo(RETURN_PATH);
    }

    @Test
    void headersShouldEndAtTheBlankLineWhateverEndsLines() throws Exception {
        assertThat(headers("Subject: a\n\nbody")).isEqualTo(RETURN_PATH + "Subject: a\r\n");
        assertThat(headers("Subject: a\r\n\r\nbody")).isEqualTo(RETURN_PATH + "Subject: a\r\n");
        assertThat(headers("Subject: a")).isEqualTo(RETURN_PATH + "Subject: a");
    }

    @Test
    void aHugeHeaderShouldBeCutAndSayIt() throws Exception {
        String header = headers("X-Big: " + "x".repeat(300_000) + "\r\nSubject: a\r\n\r\nbody");

        assertThat(header)
                .endsWith("x\r\nX-Header-Cut: longer than 102400 bytes\r\n")
                .doesNotContain("Subject")
                .hasSizeBetween(101_000, 102_600);
    }

    @Test
    void headersShouldBeReadNoFurtherThanTheyGo() throws Exception {
        EndlessBody content = new EndlessBody();

        bytes(
                composer(ReportTemplates.standard())
                        .compose(
                                toSender(FAILURE, HEADERS, UNKNOWN),
                                MAIL.queued(),
                                content,
                                ReportedMail.NOW));

        assertThat(content.read).isLessThan(100_000);
    }

    @Test
    void largeMailShouldBeStreamedInSmallPieces() throws Exception {
        Generated content = new Generated(30_000_000L);
        LargestPiece out = new LargestPiece();

        composer(ReportTemplates.standard())
                .compose(
                        toSender(FAILURE, WHOLE, UNKNOWN), MAIL.queued(), content, ReportedMail.NOW)
                .writeTo(out);

        assertThat(out.total).isGreaterThan(content.size());
        assertThat(out.largest).isLessThan(10_000);
        assertThat(content.largestRead).isLessThan(100_000);
    }

    @Test
    void eightBitPartsShouldBeCalledSoAndTheWholeToo() throws Exception {
        ParsedReport report = parsed(toSender(FAILURE, WHOLE, UNKNOWN), "Subject: é\r\n\r\nbody");

        assertThat(report.mail().getEncoding()).isEqualTo("8bit");
        assertThat(report.parts().get(2).getHeader("Content-Transfer-Encoding"))
                .containsExactly("8bit");
        assertThat(report.parts().get(0).getHeader("Content-Transfer-Encoding"))
                .containsExactly("7bit");
    }

    @Test
    void aBoundaryThatIsInTheMailShouldNotBeUsed() throws Exception {
        String taken = boundary(MAIL);
        ReportedMail other = MAIL.saying("Subject: a\r\n\r\n--" + taken + "--\r\nend\r\n");

        assertThat(boundary(other)).isNotEqualTo(taken);
        assertThat(
                        ParsedReport.of(other.reported(toSender(FAILURE, WHOLE, UNKNOWN)))
                                .originalText())
                .endsWith("end\r\n");
    }

    @Test
    void aReportShouldBeTheSameEachTimeItIsWritten() {
        ContentWriter report = anyReport(composer(ReportTemplates.standard()));

        assertThat(bytes(report)).isEqualTo(bytes(report));
    }

    @Test
    void noTwoReportsShouldHaveOneMessageId() throws Exception {
        ReportComposer composer = production();
        ReportComposer afterRestart = production();

        List<String> ids = new ArrayList<>();
        for (ReportComposer each : List.of(composer, composer, afterRestart)) {
            ids.add(messageId(anyReport(each)));
        }

        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void aLongReplyShouldBeCutWithAMark() throws Exception {
        Attempt raving =
                answered("dave@target.test", "5.0.0", "550 " + "é".repeat(200_000), "RCPT TO");

        ParsedReport report = parsed(toSender(FAILURE, WHOLE, raving), ReportedMail.LETTER);

        assertThat(report.text()).contains("[cut here: 2000").hasSizeLessThan(6_000);
        assertThat(report.recipient(1).get("Diagnostic-Code"))
                .startsWith("smtp; 550")
                .endsWith("[cut here: 200004 characters in all]");
    }

    @Test
    void repliesBeyondAsciiShouldBeReadableForPeopleAndAsciiForPrograms() throws Exception {
        Attempt french = answered("dave@target.test", "5.1.1", "550 boîte inconnue", "RCPT TO");

        ParsedReport report = parsed(toSender(FAILURE, WHOLE, french), ReportedMail.LETTER);

        assertThat(report.parts().get(0).getContentType()).contains("charset=utf-8");
        assertThat(report.text()).contains("boîte inconnue");
        assertThat(report.recipient(1))
                .containsEntry("Diagnostic-Code", "smtp; 550 bo\\x{EE}te inconnue");
    }

    @Test
    @Tag("B3")
    void aBrokenOriginalRecipientShouldBeReplacedByTheAddressBeforeRewriting() throws Exception {
        ReportedMail mail =
                MAIL.with(
                        new DeliveryOptions(
                                "",
                                Returned.UNSPECIFIED,
                                "",
                                Map.of(
                                        address("dave@target.test"),
                                        new RecipientOptions(
                                                "list@example.test", "nonsense", Set.of()))));

        ParsedReport report = ParsedReport.of(mail.reported(toSender(FAILURE, WHOLE, UNKNOWN)));

        assertThat(report.recipient(1))
                .containsEntry("Original-Recipient", "rfc822;list@example.test");
        assertThat(report.status().get(0)).doesNotContainKey("Original-Envelope-Id");
    }

    @Test
    @Tag("D6")
    void onlyWhatIsTriedAgainShouldSayUntilWhen() throws Exception {
        ParsedReport report = parsed(toSender(DELAY, HEADERS, UNKNOWN), ReportedMail.LETTER);

        assertThat(report.recipient(1)).doesNotContainKey("Will-Retry-Until");
    }

    @Test
    void contentThatCannotBeReadShouldBeAFailure() {
        Content gone =
                new Content() {
                    @Override
                    public long size() {
                        return 1;
                    }

                    @Override
                    public InputStream open() throws IOException {
                        throw new IOException("gone");
                    }
                };
        ContentWriter report =
                composer(ReportTemplates.standard())
                        .compose(
                                toSender(FAILURE, WHOLE, UNKNOWN),
                                MAIL.queued(),
                                gone,
                                ReportedMail.NOW);

        assertThatThrownBy(() -> report.writeTo(OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
    }

    @Test
    void manyRecipientsShouldEachHaveTheirBlock() throws Exception {
        Attempt[] attempts =
                IntStream.range(0, 1000)
                        .mapToObj(i -> found("user" + i + "@target.test", "5.1.1", "unknown"))
                        .toArray(Attempt[]::new);

        assertThat(parsed(toSender(FAILURE, WHOLE, attempts), ReportedMail.LETTER).status())
                .hasSize(1001);
    }

    private static String whole(String original) throws Exception {
        return parsed(toSender(FAILURE, WHOLE, UNKNOWN), original).originalText();
    }

    private static String headers(String original) throws Exception {
        return parsed(toSender(FAILURE, HEADERS, UNKNOWN), original).originalText();
    }

    private static ParsedReport parsed(Report report, String original) throws Exception {
        return ParsedReport.of(MAIL.saying(original).reported(report));
    }

    private static String boundary(ReportedMail mail) {
        String report =
                new String(
                        mail.reported(toSender(FAILURE, WHOLE, UNKNOWN)), StandardCharsets.UTF_8);
        return report.replaceFirst("(?s).*?boundary=\"([^\"]*)\".*", "$1");
    }

    @Test
    @Tag("B1")
    void sendersShouldNotReadWhatAnExceptionSaysOfTheServer() throws Exception {
        DeliveryStatus trouble = OwnTrouble.USERS.because("ldap://10.0.0.7: timeout");
        DeliveryStatus expired =
                trouble.because("mail has expired; last attempt: " + trouble.reason());
        Attempt attempt = ReportedMail.attempt("dave@target.test", expired, "none");

        ParsedReport toSender = parsed(toSender(FAILURE, HEADERS, attempt), ReportedMail.LETTER);
        ParsedReport toPostmaster =
                parsed(ReportedMail.toPostmaster(FAILURE, HEADERS, attempt), ReportedMail.LETTER);

        assertThat(toSender.text().replaceAll("\\s+", " "))
                .contains("last attempt: users cannot be looked up")
                .doesNotContain("ldap");
        assertThat(toSender.status().toString()).doesNotContain("ldap");
        assertThat(toPostmaster.text().replaceAll("\\s+", " "))
                .contains("users cannot be looked up: ldap://10.0.0.7: timeout");
    }

    private static ReportComposer production() {
        return new ReportComposer(
                ReportTemplates.standard(),
                ReportedMail.HOST,
                ReportedMail.DELAY_WARNING,
                ReportedMail.LIFETIME,
                50_000);
    }

    private static ContentWriter anyReport(ReportComposer composer) {
        return composer.compose(
                toSender(FAILURE, WHOLE, UNKNOWN), MAIL.queued(), MAIL.content(), ReportedMail.NOW);
    }

    private static String messageId(ContentWriter report) throws Exception {
        return new MimeMessage(
                        Session.getInstance(new Properties()),
                        new ByteArrayInputStream(bytes(report)))
                .getMessageID();
    }

    /** A header, then bytes without end. */
    private static final class EndlessBody implements Content {

        private static final byte[] START =
                "Subject: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        private long read;

        @Override
        public long size() {
            return Long.MAX_VALUE;
        }

        @Override
        public InputStream open() {
            return new InputStream() {

                private int at;

                @Override
                public int read() {
                    read++;
                    return at < START.length ? START[at++] : 'x';
                }

                @Override
                public int read(byte[] buffer, int from, int length) {
                    for (int i = from; i < from + length; i++) {
                        buffer[i] = (byte) read();
                    }
                    return length;
                }
            };
        }
    }

    /** Lines that are made while they are read. */
    private static final class Generated implements Content {

        private static final int LINE = 80;

        private final long size;
        private int largestRead;

        Generated(long size) {
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open() {
            return new InputStream() {

                private long at;

                @Override
                public int read() {
                    return at == size ? -1 : next();
                }

                @Override
                public int read(byte[] buffer, int from, int length) {
                    largestRead = Math.max(largestRead, length);
                    int count = (int) Math.min(length, size - at);
                    for (int i = from; i < from + count; i++) {
                        buffer[i] = (byte) next();
                    }
                    return count == 0 ? -1 : count;
                }

                private int next() {
                    long column = at++ % LINE;
                    return column == LINE - 2 ? '\r' : column == LINE - 1 ? '\n' : 'x';
                }
            };
        }
    }

    /** Counts, and keeps nothing. */
    private static final class LargestPiece extends OutputStream {

        private long total;
        private int largest;

        @Override
        public void write(int b) {
            total++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            total += length;
            largest = Math.max(largest, length);
        }
    }
}
