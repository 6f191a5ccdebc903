/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.delivery.Courier;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.mailets.DownWhile;
import org.jamesqmgr.mailets.FailingMailet;
import org.jamesqmgr.mailets.FailingUsers;
import org.jamesqmgr.peer.Inbox;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.testing.ScriptedSmtpServer;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the postmaster hears of trouble in a running server, class by class. */
@Tag("N1")
class NoticeIT {

    private static final String PASSWORD = "secret";

    private static final String POLICY = "policies@localhost";
    private static final String RESOURCE = "resources@localhost";

    /** Who hears of classes that have nobody of their own. */
    private static final String ERRORS = "errors@localhost";

    /** Too large for the journal: it needs a file. */
    private static final String LARGE =
            "Subject: x\r\n\r\n" + ("x".repeat(70) + "\r\n").repeat(600);

    @TempDir static Path directory;

    private static Path usersDown;
    private static Path mailetDown;
    private static ScriptedSmtpServer odd;
    private static ServerHome home;
    private static Courier courier;

    @BeforeAll
    static void start() throws Exception {
        usersDown = directory.resolve("users-down");
        mailetDown = directory.resolve("mailet-down");
        odd = ScriptedSmtpServer.start();
        home = ServerHome.copyTo(directory.resolve("home"));
        home.withMailets(DownWhile.class, FailingUsers.class, FailingMailet.class)
                .runFirst(
                        mailet(FailingUsers.class, usersDown, "")
                                + mailet(FailingMailet.class, mailetDown, ""));
        home.settings(
                "<notify_classes>policy, protocol, resource, software, data</notify_classes>",
                "<error_notice_recipient>" + ERRORS + "</error_notice_recipient>",
                "<policy_notice_recipient>" + POLICY + "</policy_notice_recipient>",
                "<resource_notice_recipient>" + RESOURCE + "</resource_notice_recipient>",
                "<notice_interval>0</notice_interval>",
                "<transport_maps><entry domain=\"odd.example\">:[127.0.0.1]:"
                        + odd.port()
                        + "</entry></transport_maps>",
                "<queue_run_delay>1s</queue_run_delay>",
                "<minimal_backoff_time>1s</minimal_backoff_time>",
                "<maximal_backoff_time>1s</maximal_backoff_time>");
        home.start();
        addUsers(home);
        courier = new Courier(home);
    }

    private static void addUsers(ServerHome server) throws Exception {
        for (String user : List.of(POLICY, RESOURCE, ERRORS)) {
            server.addUser(user, PASSWORD);
        }
    }

    private static String mailet(Class<?> mailet, Path file, String more) {
        return "<mailet match=\"All\" class=\"%s\"><while>%s</while>%s</mailet>"
                .formatted(mailet.getName(), file, more);
    }

    @AfterAll
    static void stop() {
        home.close();
        odd.close();
    }

    @Test
    @Tag("N2")
    @Tag("N3")
    void aRefusedRecipientShouldBeToldOfWithTheSession() throws Exception {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.command("MAIL FROM:<someone@far.example>");
            assertThat(client.command("RCPT TO:<stranger@localhost>").code()).isEqualTo(550);
            client.command("QUIT");
        }

        assertThat(notice(home, POLICY, "stranger@localhost"))
                .satisfies(
                        notice -> {
                            assertThat(notice.subject()).contains("SMTP server: errors from");
                            assertThat(notice.text())
                                    .contains(
                                            "Transcript of session follows.",
                                            " In:  MAIL FROM:<someone@far.example>",
                                            " In:  RCPT TO:<stranger@localhost>",
                                            " Out: 550 ");
                        });
    }

    @Test
    @Tag("N3")
    void whatIsAnnouncedAsTooLargeShouldBeToldOf() throws Exception {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            assertThat(client.command("MAIL FROM:<big@far.example> SIZE=999999999").code())
                    .isEqualTo(552);
        }

        assertThat(notice(home, POLICY, "big@far.example").text())
                .contains(" Out: 552 ", "Session aborted, reason: lost connection");
    }

    @Test
    @Tag("N3")
    void commandsThatAreNoneShouldBeToldOfWithoutSecrets() throws Exception {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.command("FROBNICATE now");
            client.command("AUTH PLAIN AHVzZXIAdG9wc2VjcmV0");
            client.command("RCPT TO:<too@early.example>");
            client.command("QUIT");
        }

        assertThat(notice(home, ERRORS, "FROBNICATE"))
                .satisfies(
                        notice ->
                                assertThat(notice.text())
                                        .contains(
                                                " In:  FROBNICATE now", " Out: 500 ", " Out: 503 ")
                                        .contains(" In:  AUTH PLAIN")
                                        .doesNotContain("AHVzZXIAdG9wc2VjcmV0"));
    }

    @Test
    @Tag("N3")
    void aServerThatAnswersOddlyShouldBeToldOf() throws Exception {
        odd.on(Step.MAIL, "odd-sender@localhost", Reaction.reply("503 5.5.1 not now"), 1);
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.send(
                    "odd-sender@localhost", "someone@odd.example", "Subject: x\r\n\r\ntext\r\n");
        }

        assertThat(notice(home, ERRORS, "SMTP client: errors from"))
                .satisfies(
                        notice ->
                                assertThat(notice.text())
                                        .contains(
                                                "Unexpected response from 127.0.0.1[127.0.0.1]:"
                                                        + odd.port(),
                                                " Out: MAIL FROM:<odd-sender@localhost>",
                                                " In:  503 5.5.1 not now")
                                        .doesNotContain("Subject: x"));
    }

    @Test
    void aMailetThatFailsShouldBeToldOf() throws Exception {
        Files.createFile(mailetDown);
        courier.send(List.of("someone@odd.example"), "X-Trouble: yes\r\n\r\ntext\r\n");

        assertThat(notice(home, ERRORS, "what it needs is down").text())
                .contains("sender@localhost", "someone@odd.example");
        assertThat(home.queueFiles().in("hold")).hasSize(1);

        Files.delete(mailetDown);
    }

    @Test
    @Tag("Q8")
    void aDamagedQueueFileShouldBeToldOf() throws Exception {
        odd.on(Step.RCPT, "waits@odd.example", Reaction.reply("450 4.2.1 busy"));
        courier.send("waits@odd.example");
        String id = courier.awaitDeliveries("waits@odd.example", 1).get(0).id();
        await("deferred").atMost(LIMIT).until(() -> home.queueFiles().in("deferred").contains(id));

        damage(id);

        assertThat(notice(home, ERRORS, id).text()).contains("corrupt");
        assertThat(home.queueFiles().in("corrupt")).contains(id);
    }

    private static void damage(String id) throws IOException {
        try (var files = Files.walk(home.queueFiles().directory())) {
            Path file = files.filter(path -> path.endsWith(id)).findFirst().orElseThrow();
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.write(new byte[64]);
            }
        }
    }

    @Test
    void usersThatCannotBeLookedUpShouldBeToldOf() throws Exception {
        Files.createFile(usersDown);
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.command("MAIL FROM:<lookup@far.example>");
            assertThat(client.command("RCPT TO:<errors@localhost>").code() / 100).isEqualTo(4);
            client.command("QUIT");
        }

        Files.delete(usersDown);

        assertThat(notice(home, ERRORS, "lookup@far.example").text()).contains(" Out: 4");
    }

    @Test
    @Tag("Q4")
    void aFullDiskShouldBeToldOfAndMailRefused() throws Exception {
        try (ServerHome full = ServerHome.copyTo(directory.resolve("full"))) {
            full.settings(
                    "<queue_minfree>1000000G</queue_minfree>",
                    "<notify_classes>resource</notify_classes>",
                    "<error_notice_recipient>" + RESOURCE + "</error_notice_recipient>");
            full.start();
            addUsers(full);
            try (SmtpClient client = SmtpClient.connect(full.smtpPort())) {
                for (int i = 0; i < 2; i++) {
                    SmtpClient.Reply reply = client.command("MAIL FROM:<someone@far.example>");
                    assertThat(reply.text()).isEqualTo("452 4.3.1 Insufficient system storage");
                }
                assertThat(client.command("RCPT TO:<errors@localhost>").code()).isEqualTo(503);
            }

            assertThat(notice(full, RESOURCE, "free").subject()).isNotEmpty();
        }
    }

    @Test
    @Tag("N4")
    void whatCannotBeStoredShouldBeToldOfOnceItCan() throws Exception {
        Path incoming = home.queueFiles().directory().resolve("incoming");
        Path aside = directory.resolve("incoming-aside");
        Files.move(incoming, aside);
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            SmtpClient.Reply refused = client.send("unlucky@far.example", ERRORS, LARGE);
            assertThat(refused.code() / 100).as(refused.text()).isEqualTo(4);
        } finally {
            Files.move(aside, incoming);
        }

        assertThat(notice(home, RESOURCE, "incoming").text()).isNotEmpty();
    }

    /** Waits until somebody has a notice with this text in it. */
    private static ReportedMail notice(ServerHome server, String user, String text)
            throws IOException {
        await(text + " for " + user)
                .atMost(LIMIT)
                .until(() -> inbox(server, user).stream().anyMatch(mail -> mail.contains(text)));
        return inbox(server, user).stream()
                .filter(mail -> mail.contains(text))
                .findFirst()
                .map(ReportedMail::parse)
                .orElseThrow();
    }

    private static List<String> inbox(ServerHome server, String user) throws IOException {
        return Inbox.read(server.imapPort(), user, PASSWORD);
    }
}
