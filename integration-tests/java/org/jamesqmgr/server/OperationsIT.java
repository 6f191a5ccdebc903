/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import javax.management.openmbean.CompositeData;
import org.apache.james.queue.api.MailQueueManagementMBean;
import org.jamesqmgr.home.JmxClient;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** James's own tools for its mail queues, on mail that waits because there is no next hop. */
@Tag("A8")
class OperationsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir static Path directory;

    private static ServerHome home;

    @BeforeAll
    static void start() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        Files.writeString(
                home.conf("webadmin.properties"),
                "\nextensions.routes=org.apache.james.webadmin.dropwizard.MetricsRoutes\n",
                StandardOpenOption.APPEND);
        home.start();
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @BeforeEach
    void queueThreeMails() throws Exception {
        send("one@elsewhere.example", "two@elsewhere.example", "three@elsewhere.example");
        await("three mails deferred")
                .atMost(LIMIT)
                .until(
                        () ->
                                home.queueFiles().in("deferred").size() == 3
                                        && home.queueFiles().in("active").isEmpty());
    }

    @AfterEach
    void clearQueues() throws Exception {
        home.request("DELETE", "/mailQueues/smtp/mails", "");
        home.awaitEmptyQueues(LIMIT);
        assertThat(home.queueFiles().in("deferred")).isEmpty();
    }

    @Test
    void webAdminShouldShowQueuesAndTheirMails() throws Exception {
        assertThat(home.get("/mailQueues")).contains("\"spool\"", "\"smtp\"", "\"local\"");
        assertThat(home.queueSize("spool")).isZero();
        assertThat(home.queueSize("smtp")).isEqualTo(3);
        assertThat(home.get("/mailQueues/smtp/mails"))
                .contains(
                        "sender@localhost",
                        "one@elsewhere.example",
                        "two@elsewhere.example",
                        "three@elsewhere.example",
                        "nextDelivery");
        assertThat(home.get("/mailQueues/smtp/mails?limit=1"))
                .containsOnlyOnce("@elsewhere.example");
    }

    @Test
    void webAdminShouldDeleteTheMailsOfARecipient() throws Exception {
        home.request("DELETE", "/mailQueues/smtp/mails?recipient=two@elsewhere.example", "");

        await().atMost(LIMIT).until(() -> home.queueSize("smtp") == 2);
        assertThat(home.get("/mailQueues/smtp/mails"))
                .contains("one@elsewhere.example", "three@elsewhere.example")
                .doesNotContain("two@elsewhere.example");
        assertThat(home.queueFiles().in("deferred")).hasSize(2);
    }

    @Test
    void webAdminShouldFlush() throws Exception {
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            home.request("PATCH", "/mailQueues/smtp/mails?delayed=true", "{\"delayed\":\"false\"}");

            awaitAll(sink);
        }
    }

    @Test
    void healthChecksShouldNameTheQueueManager() throws Exception {
        assertThat(home.get("/healthcheck/checks/Queue%20manager"))
                .contains("\"componentName\":\"Queue manager\"", "\"status\":\"healthy\"");
    }

    @Test
    void metricsShouldCountTheMailsOfEachQueue() throws Exception {
        assertThat(home.get("/metrics"))
                .containsPattern("(?m)^enqueuedMail:spool\\S* [1-9]")
                .containsPattern("(?m)^dequeuedMail:spool\\S* [1-9]")
                .containsPattern("(?m)^enqueuedMail:smtp\\S* [1-9]")
                .containsPattern("(?m)^dequeuedMail:smtp\\S* [1-9]")
                .containsPattern("(?m)^mailQueueSize:spool\\S* 0")
                .containsPattern("(?m)^mailQueueSize:smtp\\S* 3");
    }

    @Test
    void jmxShouldShowAQueueAndItsMails() throws Exception {
        try (JmxClient jmx = JmxClient.connect(home)) {
            MailQueueManagementMBean queue = jmx.mailQueue("smtp");

            assertThat(queue.getSize()).isEqualTo(3);
            List<CompositeData> mails = queue.browse();
            assertThat(mails)
                    .extracting(mail -> mail.get("recipients"))
                    .containsExactlyInAnyOrder(
                            "one@elsewhere.example",
                            "two@elsewhere.example",
                            "three@elsewhere.example");
            assertThat(mails)
                    .extracting(mail -> mail.get("sender"))
                    .containsOnly("sender@localhost");
            assertThat(jmx.mailQueue("spool").getSize()).isZero();
        }
    }

    @Test
    void jmxShouldRemoveTheMailsOfARecipient() throws Exception {
        try (JmxClient jmx = JmxClient.connect(home)) {
            MailQueueManagementMBean queue = jmx.mailQueue("smtp");

            assertThat(queue.removeWithRecipient("two@elsewhere.example")).isEqualTo(1);

            assertThat(queue.getSize()).isEqualTo(2);
            assertThat(home.get("/mailQueues/smtp/mails")).doesNotContain("two@elsewhere.example");
        }
    }

    @Test
    void jmxShouldFlush() throws Exception {
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES);
                JmxClient jmx = JmxClient.connect(home)) {
            assertThat(jmx.mailQueue("smtp").flush()).isEqualTo(3);

            awaitAll(sink);
        }
    }

    @Test
    void jmxShouldBeClosedToThoseWithoutThePassword() {
        assertThatThrownBy(() -> JmxClient.connect(home, "james-admin", "guess"))
                .isInstanceOf(SecurityException.class);
    }

    private static void awaitAll(SmtpSink sink) {
        await().atMost(LIMIT).until(() -> sink.taken().size() == 3);
        home.awaitEmptyQueues(LIMIT);
        assertThat(sink.taken())
                .extracting(ReceivedMail::recipients)
                .containsExactlyInAnyOrder(
                        List.of("one@elsewhere.example"),
                        List.of("two@elsewhere.example"),
                        List.of("three@elsewhere.example"));
    }

    private static void send(String... recipients) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            for (String recipient : recipients) {
                SmtpClient.Reply reply =
                        client.send("sender@localhost", recipient, "Subject: x\r\n\r\ntext\r\n");
                assertThat(reply.code()).isEqualTo(250);
            }
        }
    }
}
