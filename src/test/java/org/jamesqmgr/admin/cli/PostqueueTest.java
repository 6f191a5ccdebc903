/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.jamesqmgr.admin.cli.FakeQueueManager.FakeMail;
import org.jamesqmgr.admin.cli.FakeQueueManager.To;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Postfix 3.7 wrote for the same queues, with long ids. */
@Tag("A1")
class PostqueueTest {

    private static final long ARRIVAL = Instant.parse("2026-11-23T10:53:57Z").toEpochMilli();

    private static final String REFUSED_8 =
            "connect to 127.0.0.1[127.0.0.1]:12798: Connection refused";
    private static final String REFUSED_9 =
            "connect to 127.0.0.1[127.0.0.1]:12799: Connection refused";

    @TempDir private Path home;
    private FakeServer server;

    @BeforeEach
    void setUp() throws Exception {
        server = FakeServer.start(home);
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    private void postfixQueue(String reasonOfOthers, String queue) {
        mail("4jY2qn5dM4zL4qk", "deferred", 387, "", To.pending("d1@dead.test", REFUSED_9));
        mail("4jY2qn5LspzL4qr", "active", 418, "dave@example.test", fresh("q9@rate.test"));
        mail("4jY2qn5VlQzL4qn", "active", 419, "dave@example.test", fresh("q10@rate.test"));
        mail(
                "4jY2qn5XWWzL4qt",
                queue,
                401,
                "carol@example.test",
                To.pending("d3@dead2.test", REFUSED_8),
                To.pending("d1@dead.test", reasonOfOthers),
                To.pending("d2@dead.test", reasonOfOthers),
                new To("ok@dead.test", "done", ""));
    }

    private static To fresh(String address) {
        return To.pending(address, "");
    }

    private FakeMail mail(String id, String queue, long size, String sender, To... recipients) {
        FakeMail mail = new FakeMail(id, queue, ARRIVAL, size, sender, recipients);
        server.queueManager.add(mail);
        return mail;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailq", "postqueue -p"})
    void theListingShouldBePostfixsToTheColumn(String program) {
        postfixQueue("", "active");

        Result result = server.run(program.split(" "));

        assertThat(result)
                .isEqualTo(
                        new Result(
                                """
                                ----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------
                                4jY2qn5LspzL4qr*       418 Mon Nov 23 10:53:57 dave@example.test
                                                                               q9@rate.test

                                4jY2qn5VlQzL4qn*       419 Mon Nov 23 10:53:57 dave@example.test
                                                                               q10@rate.test

                                4jY2qn5XWWzL4qt*       401 Mon Nov 23 10:53:57 carol@example.test
                                                   (connect to 127.0.0.1[127.0.0.1]:12798: Connection refused)
                                                                               d3@dead2.test
                                                                                          (reason unavailable)
                                                                               d1@dead.test
                                                                               d2@dead.test

                                4jY2qn5dM4zL4qk        387 Mon Nov 23 10:53:57 MAILER-DAEMON
                                                   (connect to 127.0.0.1[127.0.0.1]:12799: Connection refused)
                                                                               d1@dead.test

                                -- 1 Kbytes in 4 Requests.
                                """,
                                "",
                                0));
    }

    @Test
    void heldMailShouldComeLastWithItsMarkAndEachReasonOnce() {
        postfixQueue(REFUSED_9, "hold");
        server.queueManager.mails.values().removeIf(mail -> mail.queue.equals("active"));

        assertThat(server.run("postqueue", "-p").out())
                .isEqualTo(
                        """
                        ----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------
                        4jY2qn5dM4zL4qk        387 Mon Nov 23 10:53:57 MAILER-DAEMON
                                           (connect to 127.0.0.1[127.0.0.1]:12799: Connection refused)
                                                                       d1@dead.test

                        4jY2qn5XWWzL4qt!       401 Mon Nov 23 10:53:57 carol@example.test
                                           (connect to 127.0.0.1[127.0.0.1]:12798: Connection refused)
                                                                       d3@dead2.test
                                           (connect to 127.0.0.1[127.0.0.1]:12799: Connection refused)
                                                                       d1@dead.test
                                                                       d2@dead.test

                        -- 0 Kbytes in 2 Requests.
                        """);
    }

    @Test
    void jsonShouldHavePostfixsKeysAndThenTheNextAttempt() {
        postfixQueue(REFUSED_9, "hold");
        server.queueManager.mails.values().removeIf(mail -> mail.queue.equals("active"));

        assertThat(server.run("postqueue", "-j").out())
                .isEqualTo(
                        """
                        {"queue_name": "deferred", "queue_id": "4jY2qn5dM4zL4qk", "arrival_time": 1795431237, "message_size": 387, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "d1@dead.test", "delay_reason": "connect to 127.0.0.1[127.0.0.1]:12799: Connection refused"}], "next_attempt": 1795431537}
                        {"queue_name": "hold", "queue_id": "4jY2qn5XWWzL4qt", "arrival_time": 1795431237, "message_size": 401, "forced_expire": false, "sender": "carol@example.test", "recipients": [{"address": "d3@dead2.test", "delay_reason": "connect to 127.0.0.1[127.0.0.1]:12798: Connection refused"}, {"address": "d1@dead.test", "delay_reason": "connect to 127.0.0.1[127.0.0.1]:12799: Connection refused"}, {"address": "d2@dead.test", "delay_reason": "connect to 127.0.0.1[127.0.0.1]:12799: Connection refused"}]}
                        """);
    }

    @Test
    @Tag("X1")
    void jsonAloneShouldNameTheServerThatWorksOnAMessage() {
        postfixQueue(REFUSED_9, "hold");
        String plain = server.run("postqueue", "-p").out();
        server.queueManager.mails.values().stream()
                .filter(mail -> mail.queue.equals("active"))
                .forEach(mail -> mail.server = "mx2.example");

        assertThat(server.run("postqueue", "-p").out()).isEqualTo(plain);
        assertThat(server.run("postqueue", "-j").out().lines())
                .filteredOn(line -> line.contains("\"active\""))
                .isNotEmpty()
                .allMatch(line -> line.endsWith("], \"server\": \"mx2.example\"}"));
    }

    @Test
    void anEmptyQueueShouldBeListedAsPostfixDoes() {
        assertThat(server.run("postqueue", "-p"))
                .isEqualTo(new Result("Mail queue is empty\n", "", 0));
        assertThat(server.run("postqueue", "-j")).isEqualTo(new Result("", "", 0));
    }

    @Test
    void oneRequestShouldBeCalledARequest() {
        mail("4jY2qn5dM4zL4qk", "deferred", 1_235_026, "a@b.test");

        assertThat(server.run("mailq").out()).endsWith("\n\n-- 1206 Kbytes in 1 Request.\n");
    }

    @Test
    void forcedExpiryShouldBeMarkedBehindHold() {
        mail("4jY2qn5dM4zL4qk1", "hold", 446, "alice@example.test").expired = true;

        assertThat(server.run("mailq").out())
                .contains("4jY2qn5dM4zL4qk1!#      446 Mon Nov 23 10:53:57 alice@example.test\n");
    }

    @Test
    void aReasonLongerThanALineShouldNotBeWrapped() {
        String reason = "host 127.0.0.1[127.0.0.1] said: " + "x".repeat(60);
        mail("4jY2qn5dM4zL4qk", "deferred", 1, "a@b.test", To.pending("c@d.test", reason));

        assertThat(server.run("mailq").out()).contains("\n(" + reason + ")\n");
    }

    @Test
    @Tag("A10")
    void suspensionByHandShouldBeSeen() {
        FakeMail mail =
                mail("4jY2qn5dM4zL4qk", "deferred", 1, "a@b.test", To.pending("c@d.test", "why"));
        mail.suspension = "smtp:d.test";

        assertThat(server.run("mailq").out())
                .contains("(delivery suspended by hand: smtp:d.test; why)\n");
    }

    @Test
    void theReasonOfTheWholeMessageShouldBeThatOfRecipientsWithoutOne() {
        mail("4jY2qn5dM4zL4qk", "deferred", 1, "a@b.test", fresh("c@d.test")).reason = "held back";

        assertThat(server.run("postqueue", "-j").out())
                .contains("{\"address\": \"c@d.test\", \"delay_reason\": \"held back\"}");
    }

    @Test
    void whatIsNotPrintableShouldNotReachTheTerminal() {
        mail("4jY2qn5dM4zL4qk", "deferred", 1, "a@b.test", To.pending("c@d.test", "a\n\u001b[2Jb"));

        assertThat(server.run("mailq").out()).contains("(a??[2Jb)\n");
        assertThat(server.run("postqueue", "-j").out()).contains("\"a\\n\\u001B[2Jb\"");
    }

    @Test
    @Tag("A9")
    void aCorruptQueueThatIsNotEmptyShouldBeSaidOnStandardError() {
        server.queueManager.corrupt.put("4jY2qn5dM4zL4qk1", new byte[1]);

        assertThat(server.run("mailq"))
                .isEqualTo(
                        new Result(
                                "Mail queue is empty\n",
                                "postqueue: warning: 1 message in the corrupt queue: see \"qmgr"
                                        + " corrupt list\"\n",
                                0));
    }

    @Test
    @Tag("D7")
    void flushingShouldBeSilent() {
        assertThat(server.run("postqueue", "-f")).isEqualTo(new Result("", "", 0));
        assertThat(server.run("postqueue", "-s", "dead.test")).isEqualTo(new Result("", "", 0));
        assertThat(server.run("postqueue", "-i4jY2qn5dM4zL4qk1")).isEqualTo(new Result("", "", 0));

        assertThat(server.queueManager.calls)
                .containsExactly("flush", "flushSite dead.test", "flushMessage 4jY2qn5dM4zL4qk1");
    }

    @Test
    @Tag("D7")
    void flushingWhatCannotBeThereShouldDoNothing() {
        assertThat(server.run("postqueue", "-i", "NOSUCHID")).isEqualTo(new Result("", "", 0));

        assertThat(server.queueManager.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -i | bad/id       | Cannot flush queue ID - invalid name: "bad/id"
                    -i | ../../etc    | Cannot flush queue ID - invalid name: "../../etc"
                    -i | ''           | Cannot flush queue ID - invalid name: ""
                    -i | *            | Cannot flush queue ID - invalid name: "*"
                    -s | bad site     | Cannot flush mail queue - invalid destination: "bad site"
                    -s | 127.0.0.1    | Cannot flush mail queue - invalid destination: "127.0.0.1"
                    -s | ''           | Cannot flush mail queue - invalid destination: ""
                    """)
    void namesThatCannotBeShouldBeRefused(String option, String name, String text) {
        assertThat(server.run("postqueue", option, name))
                .isEqualTo(new Result("", "postqueue: fatal: " + text + "\n", 69));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-p -j", "-p deferred", "-f -s dead.test"})
    void wrongUsageShouldEndAsPostfixs(String args) {
        String[] words = ("postqueue " + args).strip().split(" ");

        assertThat(server.run(words))
                .isEqualTo(
                        new Result(
                                "",
                                "postqueue: fatal: usage: postqueue -f | postqueue -i queueid |"
                                        + " postqueue -j | postqueue -p | postqueue -s site\n",
                                69));
    }

    @Test
    void anUnknownOptionShouldBeNamed() {
        Result result = server.run("postqueue", "-px");

        assertThat(result.err()).startsWith("postqueue: invalid option -- 'x'\npostqueue: fatal: ");
        assertThat(result.status()).isEqualTo(69);
    }

    @Test
    void theConfigurationDirectoryMayBeNamed() {
        String conf = home.resolve("conf").toString();

        assertThat(server.run("postqueue", "-pc", conf).out()).isEqualTo("Mail queue is empty\n");
        assertThat(server.run("mailq", "-C", conf).out()).isEqualTo("Mail queue is empty\n");
        assertThat(server.run("postqueue", "-c", "/nowhere", "-p"))
                .isEqualTo(
                        new Result(
                                "",
                                "postqueue: fatal: Queue report unavailable - there is no directory"
                                        + " /nowhere\n",
                                69));
    }
}
