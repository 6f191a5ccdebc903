/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.home.MailLogLines.Line;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.Inbox;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of mail that fails, is late, or arrives, and to whom. */
class ReportIT {

    private static final String PASSWORD = "secret";
    private static final String COPIES = "copies@localhost";
    private static final String DOUBLES = "doubles@localhost";
    private static final String DELAYS = "delays@localhost";
    private static final String HOST = "mx.home.example";

    @TempDir static Path directory;

    private static ServerHome home;
    private static SmtpSink sink;

    @BeforeAll
    static void start() throws Exception {
        home = ServerHome.copyTo(directory.resolve("home"));
        sink = SmtpSink.listen(home.nextHopPort(), new ByName());
        home.settings(
                "<myhostname>" + HOST + "</myhostname>",
                "<notify_classes>bounce, delay</notify_classes>",
                "<bounce_notice_recipient>" + COPIES + "</bounce_notice_recipient>",
                "<parameter name=\"2bounce_notice_recipient\">" + DOUBLES + "</parameter>",
                "<delay_notice_recipient>" + DELAYS + "</delay_notice_recipient>",
                "<delay_warning_time>2s</delay_warning_time>",
                "<maximal_queue_lifetime>6s</maximal_queue_lifetime>",
                "<bounce_queue_lifetime>6s</bounce_queue_lifetime>",
                "<queue_run_delay>1s</queue_run_delay>",
                "<minimal_backoff_time>1s</minimal_backoff_time>",
                "<maximal_backoff_time>2s</maximal_backoff_time>");
        home.start();
        for (String user : List.of(COPIES, DOUBLES, DELAYS)) {
            home.addUser(user, PASSWORD);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        home.close();
        sink.close();
    }

    /** Refuses those called {@code no-}, has those called {@code busy-} wait, takes all others. */
    private static final class ByName implements SmtpSink.Answers {

        @Override
        public String toRecipient(String recipient) {
            if (recipient.startsWith("no-")) {
                return "550 5.1.1 nobody of that name";
            }
            return recipient.startsWith("busy-") ? "450 4.2.1 busy" : "250 2.1.5 known";
        }
    }

    @Test
    @Tag("B1")
    @Tag("N1")
    @Tag("N3")
    void allRecipientsThatFailedShouldBeInOneReportAndInOneCopy() throws Exception {
        String sender = user("several");

        send(
                sender,
                content("several", "body"),
                "no-a@far.example",
                "ok@far.example",
                "no-b@far.example");

        assertThat(reports(sender, 1))
                .singleElement()
                .satisfies(
                        report -> {
                            assertThat(report.subject())
                                    .isEqualTo("Undelivered Mail Returned to Sender");
                            assertThat(report.prose())
                                    .contains("<no-a@far.example>: ", "<no-b@far.example>: ")
                                    .contains("550 5.1.1 nobody of that name")
                                    .doesNotContain("ok@far.example");
                            assertThat(report.status())
                                    .contains(
                                            "Reporting-MTA: dns; " + HOST,
                                            "Final-Recipient: rfc822; no-a@far.example",
                                            "Final-Recipient: rfc822; no-b@far.example",
                                            "Action: failed",
                                            "Status: 5.1.1",
                                            "Diagnostic-Code: smtp; 550 5.1.1 nobody of that name")
                                    .doesNotContain("ok@far.example");
                            assertThat(report.originalType()).isEqualTo("message/rfc822");
                            assertThat(report.original()).contains("X-Case: several", "body");
                        });
        assertThat(report(COPIES, "X-Case: several"))
                .satisfies(
                        copy -> {
                            assertThat(copy.subject())
                                    .isEqualTo("Postmaster Copy: Undelivered Mail");
                            assertThat(copy.originalType()).isEqualTo("text/rfc822-headers");
                            assertThat(copy.original()).doesNotContain("body");
                        });
        assertThat(logged("sender non-delivery notification: ")).isNotEmpty();
        assertThat(logged("postmaster non-delivery notification: ")).isNotEmpty();
    }

    @Test
    @Tag("B1")
    void whatIsTooLargeShouldComeBackWithoutItsBody() throws Exception {
        String sender = user("large");

        send(sender, content("large", "0123456789\r\n".repeat(5000)), "no-large@far.example");

        assertThat(reports(sender, 1))
                .singleElement()
                .satisfies(
                        report -> {
                            assertThat(report.originalType()).isEqualTo("text/rfc822-headers");
                            assertThat(report.original())
                                    .contains("X-Case: large")
                                    .doesNotContain("0123456789");
                        });
    }

    @Test
    @Tag("B3")
    void whatTheSenderAskedForShouldBeHeeded() throws Exception {
        String sender = user("asks");

        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.command("MAIL FROM:<" + sender + "> RET=HDRS ENVID=QQ+2B314159");
            client.command(
                    "RCPT TO:<no-asked@far.example> NOTIFY=FAILURE ORCPT=rfc822;first@near.example");
            client.command("RCPT TO:<no-silent@far.example> NOTIFY=NEVER");
            data(client, content("asks", "body"));
        }

        assertThat(reports(sender, 1))
                .singleElement()
                .satisfies(
                        report -> {
                            assertThat(report.status())
                                    .contains(
                                            "Original-Envelope-Id: QQ+314159",
                                            "Original-Recipient: rfc822;first@near.example",
                                            "Final-Recipient: rfc822; no-asked@far.example")
                                    .doesNotContain("no-silent");
                            assertThat(report.originalType()).isEqualTo("text/rfc822-headers");
                        });
        assertThat(report(COPIES, "X-Case: asks").status())
                .as("the postmaster hears of all")
                .contains("no-asked@far.example", "no-silent@far.example");
    }

    @Test
    @Tag("B3")
    void successShouldBeToldToWhoAskedForIt() throws Exception {
        String sender = user("curious");

        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.command("MAIL FROM:<" + sender + ">");
            client.command("RCPT TO:<told@far.example> NOTIFY=SUCCESS,FAILURE");
            client.command("RCPT TO:<untold@far.example>");
            data(client, content("curious", "body"));
        }

        assertThat(reports(sender, 1))
                .singleElement()
                .satisfies(
                        report -> {
                            assertThat(report.subject())
                                    .isEqualTo("Successful Mail Delivery Report");
                            assertThat(report.status())
                                    .contains(
                                            "Final-Recipient: rfc822; told@far.example",
                                            "Action: relayed",
                                            "Status: 2.0.0")
                                    .doesNotContain("untold");
                        });
        assertThat(logged("sender delivery status notification: ")).isNotEmpty();
    }

    @Test
    @Tag("D6")
    @Tag("D4")
    @Tag("N1")
    void lateMailShouldBeToldOfOnceAndThenComeBack() throws Exception {
        String sender = user("late");

        send(sender, content("late", "body"), "busy-late@far.example");

        List<ReportedMail> reports = reports(sender, 2);
        home.awaitEmptyQueues(LIMIT);
        assertThat(inbox(sender)).as("one warning, one return").hasSize(2);
        assertThat(reports.get(0))
                .satisfies(
                        warning -> {
                            assertThat(warning.subject())
                                    .isEqualTo("Delayed Mail (still being retried)");
                            assertThat(warning.status())
                                    .contains(
                                            "Action: delayed",
                                            "Status: 4.2.1",
                                            "Will-Retry-Until: ");
                            assertThat(warning.originalType()).isEqualTo("text/rfc822-headers");
                        });
        assertThat(reports.get(1))
                .satisfies(
                        expiry -> {
                            assertThat(expiry.subject())
                                    .isEqualTo("Undelivered Mail Returned to Sender");
                            assertThat(expiry.status()).contains("Action: failed", "Status: 4.2.1");
                            assertThat(expiry.prose())
                                    .containsIgnoringCase("expired")
                                    .contains("450 4.2.1 busy");
                        });
        assertThat(report(DELAYS, "X-Case: late").subject())
                .isEqualTo("Postmaster Warning: Delayed Mail");
        assertThat(logged("sender delay notification: ")).hasSize(1);
        assertThat(logged("postmaster delay notification: ")).hasSize(1);
    }

    @Test
    @Tag("B2")
    @Tag("N1")
    @Tag("N3")
    void mailWithoutASenderShouldGoToThePostmasterAsAWhole() throws Exception {
        send("", content("nobody", "the last copy"), "no-nobody@far.example");

        assertThat(report(DOUBLES, "X-Case: nobody"))
                .satisfies(
                        copy -> {
                            assertThat(copy.header("Return-Path"))
                                    .isEqualTo("<double-bounce@" + HOST + ">");
                            assertThat(copy.originalType()).isEqualTo("message/rfc822");
                            assertThat(copy.original()).contains("the last copy");
                        });
    }

    @Test
    @Tag("B2")
    void aReportThatBouncesShouldGoToThePostmasterAndNoFurther() throws Exception {
        send("no-sender@far.example", content("back", "body"), "no-back@far.example");

        assertThat(report(DOUBLES, "X-Case: back").original())
                .as("the report that could not be delivered")
                .contains("Undelivered Mail Returned to Sender", "no-back@far.example");
        home.awaitEmptyQueues(LIMIT);
    }

    @Test
    @Tag("B2")
    void aNoticeThatBouncesShouldEnd() throws Exception {
        send("double-bounce@" + HOST, content("end", "body"), "no-end@far.example");

        await("it is given up")
                .atMost(LIMIT)
                .until(() -> !logged("undeliverable postmaster notification discarded").isEmpty());
        home.awaitEmptyQueues(LIMIT);
        assertThat(inbox(DOUBLES)).noneMatch(mail -> mail.contains("X-Case: end"));
        assertThat(inbox(COPIES)).noneMatch(mail -> mail.contains("X-Case: end"));
    }

    @Test
    @Tag("B2")
    void mailToTheDoubleBounceAddressShouldBeTakenAndDropped() throws Exception {
        int before = sink.arrived().size();

        send("", content("dropped", "body"), "double-bounce@" + HOST);

        await("dropped")
                .atMost(LIMIT)
                .until(
                        () ->
                                home.mailLog().deliveries("double-bounce@" + HOST).stream()
                                        .anyMatch(delivery -> delivery.sent()));
        home.awaitEmptyQueues(LIMIT);
        assertThat(sink.arrived().subList(before, sink.arrived().size()))
                .noneMatch(mail -> mail.content().contains("X-Case: dropped"));
    }

    private static String user(String name) throws Exception {
        String address = name + "@localhost";
        home.addUser(address, PASSWORD);
        return address;
    }

    private static String content(String name, String body) {
        return "X-Case: " + name + "\r\nSubject: x\r\n\r\n" + body + "\r\n";
    }

    private static void send(String sender, String content, String... recipients)
            throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            SmtpClient.Reply reply =
                    client.send(
                            sender,
                            List.of(recipients),
                            content.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(reply.code()).as(reply.text()).isEqualTo(250);
        }
    }

    private static void data(SmtpClient client, String content) throws IOException {
        assertThat(client.command("DATA").code()).isEqualTo(354);
        assertThat(client.content(content.getBytes(StandardCharsets.ISO_8859_1)).code())
                .isEqualTo(250);
    }

    /** Waits until a user has so many reports. */
    private static List<ReportedMail> reports(String user, int count) throws IOException {
        await(count + " reports for " + user)
                .atMost(LIMIT)
                .until(() -> inbox(user).size() >= count);
        return inbox(user).stream().map(ReportedMail::parse).toList();
    }

    /** Waits until a user has a mail with this text in it. */
    private static ReportedMail report(String user, String text) throws IOException {
        await(text + " for " + user)
                .atMost(LIMIT)
                .until(() -> inbox(user).stream().anyMatch(mail -> mail.contains(text)));
        return inbox(user).stream()
                .filter(mail -> mail.contains(text))
                .findFirst()
                .map(ReportedMail::parse)
                .orElseThrow();
    }

    private static List<String> inbox(String user) throws IOException {
        return Inbox.read(home.imapPort(), user, PASSWORD);
    }

    private static List<Line> logged(String text) {
        return home.mailLog().lines().stream().filter(line -> line.text().contains(text)).toList();
    }
}
