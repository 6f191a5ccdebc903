/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.jamesqmgr.bounce.ReportKind.DELAY;
import static org.jamesqmgr.bounce.ReportKind.FAILURE;
import static org.jamesqmgr.bounce.ReportKind.SUCCESS;
import static org.jamesqmgr.bounce.ReportedMail.found;
import static org.jamesqmgr.bounce.ReportedMail.toPostmaster;
import static org.jamesqmgr.bounce.ReportedMail.toSender;

import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import org.jamesqmgr.bounce.TemplateException.Problem;
import org.jamesqmgr.model.Attempt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B1")
class ReportTemplatesTest {

    private static final Attempt UNKNOWN = found("dave@target.test", "5.1.1", "unknown user");

    @Test
    void whatTheFileDoesNotHaveShouldBeStandard() throws Exception {
        ReportTemplates templates =
                ReportTemplates.parse(
                        """
                        # only this one

                        failure_template = <<EOF
                        Subject: Sorry

                        It did not work.
                        EOF
                        """);

        assertThat(templates.of(DELAY)).isEqualTo(ReportTemplates.standard().of(DELAY));
        assertThat(templates.of(FAILURE).subject(Audience.SENDER)).isEqualTo("Sorry");
        assertThat(templates.of(FAILURE).subject(Audience.POSTMASTER))
                .isEqualTo("Postmaster Copy: Undelivered Mail");
        assertThat(templates.of(FAILURE).from()).isEqualTo(Mailbox.MAILER_DAEMON);
        assertThat(templates.of(FAILURE).text()).containsExactly("It did not work.");
    }

    @Test
    void anEmptyFileShouldBeStandard() throws Exception {
        assertThat(ReportTemplates.parse("").of(SUCCESS))
                .isEqualTo(ReportTemplates.standard().of(SUCCESS));
    }

    @Test
    void filesOfOtherSystemsShouldBeRead() throws Exception {
        String file =
                "\uFEFFfailure_template=<< E1\r\nsubject : Sorry\r\n\r\n\r\nNo.\r\n\r\nE1\r\n";

        Template template = ReportTemplates.parse(file).of(FAILURE);

        assertThat(template.subject()).isEqualTo("Sorry");
        assertThat(template.text()).containsExactly("No.", "");
    }

    @Test
    void aTemplateForVerificationShouldBeAcceptedAndNotUsed() throws Exception {
        ReportTemplates templates =
                ReportTemplates.parse("verify_template = <<EOF\nSubject: Report\n\n$x\nEOF\n");

        assertThat(templates.of(FAILURE)).isEqualTo(ReportTemplates.standard().of(FAILURE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$myhostname|mail.example.test",
                "${mydomain}|example.test",
                "$(myorigin)|mail.example.test",
                "$mail_name|james-qmgr",
                "$bounce_size_limit|50000",
                "$delay_warning_time|4 hours",
                "$delay_warning_time_seconds|14400",
                "$delay_warning_time_minutes|240",
                "$delay_warning_time_hours|4",
                "$delay_warning_time_days|0",
                "$maximal_queue_lifetime|5 days",
                "$maximal_queue_lifetime_days|5",
                "$maximal_queue_lifetime_weeks|0",
                "${mail_name}s cost $$5|james-qmgrs cost $5"
            })
    void fieldsShouldBeFilledIn(String written, String sent) throws Exception {
        assertThat(text(written)).startsWith(sent + "\r\n");
    }

    @Test
    void timesShouldBeToldInTheLargestUnitThatSaysAll() {
        assertThat(told(Duration.ofMinutes(90))).isEqualTo("90 minutes");
        assertThat(told(Duration.ofHours(1))).isEqualTo("1 hour");
        assertThat(told(Duration.ofDays(7))).isEqualTo("7 days");
        assertThat(told(Duration.ofSeconds(61))).isEqualTo("61 seconds");
        assertThat(told(Duration.ZERO)).isEqualTo("0 seconds");
    }

    @Test
    void postmastersShouldNotBeToldTheWords() throws Exception {
        ReportTemplates templates = ReportTemplates.parse(failure("", "Friendly words."));

        byte[] report =
                ReportedMail.fromCarol()
                        .reported(toPostmaster(FAILURE, Report.Original.WHOLE, UNKNOWN), templates);

        assertThat(ParsedReport.of(report).text())
                .isEqualTo("<dave@target.test>: unknown user\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAILER-DAEMON (Mail Delivery System)",
                "Mail Delivery System <MAILER-DAEMON>",
                "\"Mail Delivery System\" <MAILER-DAEMON@mail.example.test>"
            })
    void theFromFieldShouldHaveAnAddressOfThisHost(String from) throws Exception {
        byte[] report =
                ReportedMail.fromCarol()
                        .reported(
                                toSender(FAILURE, Report.Original.WHOLE, UNKNOWN),
                                ReportTemplates.parse(failure("From: " + from, "text")));

        assertThat(ParsedReport.of(report).mail().getHeader("From"))
                .containsExactly("Mail Delivery System <MAILER-DAEMON@mail.example.test>");
    }

    @Test
    void aNameWithSpecialCharactersShouldBeQuoted() throws Exception {
        Mailbox mailbox = Mailbox.parse("Post, \"A. B.\" <mail@x.test>").orElseThrow();

        assertThat(mailbox.asHeader("h.test", Charset.forName("utf-8")))
                .isEqualTo("\"Post, \\\"A. B.\\\"\" <mail@x.test>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-8", "iso-8859-1", "windows-1252", "ISO-8859-15"})
    void textShouldBeSentInTheCharsetOfTheTemplate(String charset) throws Exception {
        byte[] report =
                ReportedMail.fromCarol()
                        .reported(
                                toSender(FAILURE, Report.Original.WHOLE, UNKNOWN),
                                ReportTemplates.parse(failure("Charset: " + charset, "déjà vu")));

        assertThat(ParsedReport.of(report).text()).startsWith("déjà vu\r\n");
        assertThat(new String(report, Charset.forName(charset))).contains("déjà vu");
    }

    @Test
    void charsetsWithShiftStatesShouldEndEachLineInAscii() throws Exception {
        byte[] report =
                ReportedMail.fromCarol()
                        .reported(
                                toSender(FAILURE, Report.Original.WHOLE, UNKNOWN),
                                ReportTemplates.parse(
                                        failure("Charset: iso-2022-jp", "配送できません\n配送")));

        ParsedReport parsed = ParsedReport.of(report);
        assertThat(parsed.text()).startsWith("配送できません\r\n配送\r\n");
        assertThat(parsed.parts().get(0).getHeader("Content-Transfer-Encoding"))
                .containsExactly("7bit");
    }

    @Test
    void aReplyThatTheCharsetLacksShouldTurnTheTextIntoUtf8() throws Exception {
        byte[] report =
                ReportedMail.fromCarol()
                        .reported(
                                toSender(
                                        FAILURE,
                                        Report.Original.WHOLE,
                                        found("dave@target.test", "5.1.1", "άγνωστος")),
                                ReportTemplates.parse(failure("Charset: iso-8859-1", "déjà vu")));

        ParsedReport parsed = ParsedReport.of(report);
        assertThat(parsed.parts().get(0).getContentType()).contains("utf-8");
        assertThat(parsed.text()).contains("déjà vu", "άγνωστος");
    }

    @Test
    void veryLongLinesOfATemplateShouldBeFolded() throws Exception {
        assertThat(text("word ".repeat(1000)).lines()).allMatch(line -> line.length() <= 79);
    }

    @Test
    void anUnknownFieldShouldBeAProblemWithItsLine() {
        Problem problem = onlyProblem("\n" + failure("Subject: a", "text\nfor ${sender}"));

        assertThat(problem.line()).isEqualTo(6);
        assertThat(problem.text())
                .startsWith("there is no $sender; there are myhostname, mydomain, ")
                .contains("delay_warning_time_hours");
    }

    @Test
    void anUnknownSuffixShouldBeAProblem() {
        assertThat(onlyProblem(failure("", "$delay_warning_time_years")).text())
                .contains("delay_warning_time_weeks");
    }

    @Test
    void aDollarSignAloneShouldBeAProblem() {
        assertThat(onlyProblem(failure("", "US$ 5")).text()).contains("$$");
    }

    @Test
    void anUnknownTemplateShouldBeAProblem() {
        Problem problem = onlyProblem("# x\nbounce_template = <<EOF\ntext\nEOF\n");

        assertThat(problem.line()).isEqualTo(2);
        assertThat(problem.text()).contains("bounce_template", "failure_template");
    }

    @Test
    void aMissingEndMarkShouldBeAProblemWhereTheTemplateBegins() {
        Problem problem = onlyProblem("\nfailure_template = <<EOF\nSubject: a\n\ntext\n EOF\n");

        assertThat(problem.line()).isEqualTo(2);
        assertThat(problem.text()).contains("EOF");
    }

    @Test
    void whateverElseStandsBetweenTemplatesShouldBeAProblem() {
        assertThat(onlyProblem("failure_template = <<'EOF'\n").text()).contains("NAME = <<EOF");
    }

    @Test
    void aHeaderThatIsNotAllowedShouldBeAProblem() {
        Problem problem = onlyProblem(failure("Subject: a\nReply-To: b@x.test", "text"));

        assertThat(problem.line()).isEqualTo(3);
        assertThat(problem.text())
                .contains("Reply-To", "charset, from, subject, postmaster-subject");
    }

    @Test
    void aSubjectForPostmastersShouldBeNoneOfSuccesses() {
        assertThat(
                        onlyProblem(
                                        "success_template = <<EOF\n"
                                                + "Postmaster-Subject: a\n\ntext\nEOF\n")
                                .text())
                .contains("Postmaster-Subject", "only charset, from, subject;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject:",
                "Subject: from $myhostname",
                "Subject: a\n b",
                "From: nobody at all",
                "From: a@b.test b",
                "Charset: klingon",
                "Charset: utf-16",
                "Charset: not a name",
                "Charset: us-ascii\nSubject: \u00e9"
            })
    void headersThatCannotBeSentShouldBeProblems(String header) {
        assertThat(onlyProblem(failure(header, "text")).line()).isIn(2, 3);
    }

    @Test
    void textThatItsCharsetLacksShouldBeAProblem() {
        Problem problem = onlyProblem(failure("Charset: iso-8859-1", "text\nάγνωστος"));

        assertThat(problem.line()).isEqualTo(5);
        assertThat(problem.text()).contains("iso-8859-1", "utf-8");
    }

    @Test
    void aFileInAnotherCharsetThanUtf8ShouldBeAProblem() {
        assertThat(onlyProblem(failure("Charset: utf-8", "d\uFFFDj\uFFFD vu")).text())
                .contains("not in utf-8");
    }

    @Test
    void aTemplateWithoutTextShouldBeAProblem() {
        assertThat(onlyProblem("failure_template = <<EOF\nSubject: a\n\nEOF\n").text())
                .contains("no text");
        assertThat(onlyProblem("failure_template = <<EOF\nEOF\n").text()).contains("no text");
    }

    @Test
    void allProblemsShouldBeToldAtOnce() {
        assertThat(problems(failure("Bcc: x", "$a $b") + "nonsense\n"))
                .extracting(Problem::line)
                .containsExactly(2, 4, 4, 6);
    }

    private static String failure(String header, String text) {
        return "failure_template = <<EOF\n" + header + "\n\n" + text + "\nEOF\n";
    }

    private static String text(String written) throws Exception {
        byte[] report =
                ReportedMail.fromCarol()
                        .reported(
                                toSender(FAILURE, Report.Original.WHOLE, UNKNOWN),
                                ReportTemplates.parse(failure("Subject: a", written)));
        return ParsedReport.of(report).text();
    }

    private static String told(Duration time) {
        return new TemplateFields("h.test", time, time, 0).expanded("$delay_warning_time");
    }

    private static Problem onlyProblem(String file) {
        List<Problem> problems = problems(file);
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    private static List<Problem> problems(String file) {
        return catchThrowableOfType(() -> ReportTemplates.parse(file), TemplateException.class)
                .problems();
    }
}
