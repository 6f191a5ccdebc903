/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.SmtpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue manager's routes and metrics in a server, whose configuration does not name them. */
@Tag("A8")
class WebRoutesIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

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
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.send("sender@localhost", "one@elsewhere.example", "Subject: x\r\n\r\ntext\r\n");
            client.send("sender@localhost", "two@elsewhere.example", "Subject: x\r\n\r\ntext\r\n");
        }
        await("mails deferred")
                .atMost(LIMIT)
                .until(
                        () ->
                                home.queueFiles().in("deferred").size() == 2
                                        && home.queueFiles().in("active").isEmpty());
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @Test
    @Tag("X2")
    @Tag("A5")
    void aMessageShouldBeFoundShownAndRead() throws Exception {
        JsonNode listed = ask("/qmgr/messages?recipient=one@elsewhere.example").get("messages");
        assertThat(listed).hasSize(1);
        String id = listed.get(0).get("id").asText();

        assertThat(ask("/qmgr/messages/" + id).get("history").size()).isGreaterThan(0);
        assertThat(home.get("/qmgr/messages/" + id + "/content")).contains("Subject: x", "text");
    }

    @Test
    @Tag("A7")
    void messagesShouldBeDeletedByATask() throws Exception {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.send("odd@localhost", "three@elsewhere.example", "Subject: x\r\n\r\ntext\r\n");
        }
        await().atMost(LIMIT)
                .until(
                        () ->
                                ask("/qmgr/messages?sender=odd@localhost&queue=deferred")
                                                .get("messages")
                                                .size()
                                        == 1);

        String started = home.request("DELETE", "/qmgr/messages?sender=odd@localhost", "");
        String task = JSON.readTree(started).get("taskId").asText();

        JsonNode ended = ask("/tasks/" + task + "/await");
        assertThat(ended.get("status").asText()).isEqualTo("completed");
        assertThat(ended.get("additionalInformation").get("done").asInt()).isEqualTo(1);
    }

    @Test
    @Tag("X6")
    void metricsShouldTellOfTheQueues() throws Exception {
        await("gauges that are not older than the mail")
                .atMost(LIMIT)
                .untilAsserted(
                        () ->
                                assertThat(home.get("/metrics"))
                                        .containsPattern("(?m)^qmgr_messages_deferred [2-3]")
                                        .containsPattern("(?m)^qmgr_messages_deferred_smtp [2-3]")
                                        .containsPattern("(?m)^qmgr_bytes_deferred_smtp [1-9]")
                                        .containsPattern("(?m)^qmgr_messages_hold_spool 0")
                                        .containsPattern("(?m)^qmgr_deferred_smtp\\S* [1-9]")
                                        .containsPattern("(?m)^qmgr_draining 0"));
    }

    private static JsonNode ask(String path) throws Exception {
        return JSON.readTree(home.get(path));
    }
}
