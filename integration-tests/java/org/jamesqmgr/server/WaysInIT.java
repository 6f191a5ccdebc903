/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jamesqmgr.home.MailLogLines.Line;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.Inbox;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever way a mail comes to James, it arrives once. */
@Tag("Q1")
class WaysInIT {

    private static final String REMOTE = "someone@elsewhere.example";
    private static final String REFUSED = "refused@elsewhere.example";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir static Path directory;

    private static ServerHome home;
    private static SmtpSink sink;

    @BeforeAll
    static void start() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        sink = SmtpSink.listen(home.nextHopPort(), new RefusesOne());
        home.runFirst(
                        "<mailet match=\"HasHeader=X-Park\" class=\"ToRepository\">"
                                + "<repositoryPath>memory://var/mail/parked/</repositoryPath></mailet>")
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        home.close();
        sink.close();
    }

    @Test
    void mailOverSmtpShouldReachALocalUserOnce() throws Exception {
        home.addUser("smtp@localhost", "secret");

        smtp("sender@localhost", "smtp@localhost", "X-Id: smtp-local\r\n");

        assertThat(awaitInbox("smtp@localhost")).containsOnlyOnce("X-Id: smtp-local");
    }

    @Test
    void mailOverSmtpShouldReachTheNextHopOnce() throws Exception {
        smtp("sender@localhost", REMOTE, "X-Id: smtp-remote\r\n");

        assertThat(awaitAtNextHop("smtp-remote").recipients()).containsExactly(REMOTE);
    }

    @Test
    void mailOverLmtpShouldReachALocalUserOnce() throws Exception {
        home.addUser("lmtp@localhost", "secret");

        lmtp("lmtp@localhost", "X-Id: lmtp-local\r\n");

        assertThat(awaitInbox("lmtp@localhost")).containsOnlyOnce("X-Id: lmtp-local");
    }

    @Test
    void mailOverLmtpShouldBeSentOnceWhereItsRecipientIsRewrittenTo() throws Exception {
        home.addUser("lmtp-moved@localhost", "secret");
        rewrite("lmtp-moved@localhost");

        lmtp("lmtp-moved@localhost", "X-Id: lmtp-rewritten\r\n");

        assertThat(awaitAtNextHop("lmtp-rewritten").recipients()).containsExactly(REMOTE);
    }

    @Test
    void mailShouldBeSentOnceWhereItsRecipientIsRewrittenTo() throws Exception {
        rewrite("moved@localhost");

        smtp("sender@localhost", "moved@localhost", "X-Id: rewritten\r\n");

        assertThat(awaitAtNextHop("rewritten").recipients()).containsExactly(REMOTE);
    }

    @Test
    void mailThatAMailetSendsShouldBeQueuedAndReachALocalUserOnce() throws Exception {
        home.addUser("bounced@localhost", "secret");

        smtp("bounced@localhost", REFUSED, "X-Id: bounced\r\n");

        assertThat(awaitInbox("bounced@localhost"))
                .contains("multipart/report", "550 5.1.1 nobody of that name");
        assertThat(
                        home.mailLog().lines().stream()
                                .filter(line -> line.text().startsWith("from=<>, "))
                                .map(Line::id)
                                .distinct())
                .as("queued once")
                .hasSize(1);
    }

    @Test
    void mailReprocessedFromARepositoryShouldReachTheNextHopOnce() throws Exception {
        String repository = "/mailRepositories/var%2Fmail%2Fparked%2F/mails";
        smtp("sender@localhost", REMOTE, "X-Id: parked\r\nX-Park: yes\r\n");
        await().atMost(LIMIT).until(() -> !home.get(repository).equals("[]"));
        assertThat(atNextHop("parked")).isEmpty();

        home.request("PATCH", repository + "?action=reprocess&processor=transport", "");

        assertThat(awaitAtNextHop("parked").recipients()).containsExactly(REMOTE);
        assertThat(home.get(repository)).isEqualTo("[]");
    }

    private static void rewrite(String address) throws Exception {
        home.request("POST", "/mappings/address/" + address + "/targets/" + REMOTE, "");
    }

    private static void smtp(String sender, String recipient, String headers) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            send(client, sender, recipient, headers);
        }
    }

    private static void lmtp(String recipient, String headers) throws IOException {
        try (SmtpClient client = SmtpClient.connectLmtp(home.lmtpPort())) {
            send(client, "sender@localhost", recipient, headers);
        }
    }

    private static void send(SmtpClient client, String sender, String recipient, String headers)
            throws IOException {
        SmtpClient.Reply reply = client.send(sender, recipient, headers + "\r\ntext\r\n");
        assertThat(reply.code()).as(reply.text()).isEqualTo(250);
    }

    /** The one message in an INBOX; nothing is on its way to it any more. */
    private static String awaitInbox(String user) throws IOException {
        await().atMost(LIMIT).until(() -> !inbox(user).isEmpty());
        home.awaitEmptyQueues(LIMIT);
        assertThat(inbox(user)).hasSize(1);
        return inbox(user).get(0);
    }

    private static List<String> inbox(String user) throws IOException {
        return Inbox.read(home.imapPort(), user, "secret");
    }

    /** The one mail with this id; nothing is on its way any more. */
    private static ReceivedMail awaitAtNextHop(String id) {
        await().atMost(LIMIT).until(() -> !atNextHop(id).isEmpty());
        home.awaitEmptyQueues(LIMIT);
        assertThat(atNextHop(id)).hasSize(1);
        return atNextHop(id).get(0);
    }

    private static List<ReceivedMail> atNextHop(String id) {
        return sink.taken().stream()
                .filter(mail -> mail.header("X-Id").filter(id::equals).isPresent())
                .toList();
    }

    private static final class RefusesOne implements SmtpSink.Answers {

        @Override
        public String toRecipient(String recipient) {
            return recipient.equals(REFUSED) ? "550 5.1.1 nobody of that name" : "250 2.1.5 known";
        }
    }
}
