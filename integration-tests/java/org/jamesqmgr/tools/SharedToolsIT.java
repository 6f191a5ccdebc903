/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.testing.ArtemisBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The administrator's programs at one server, while another one has the mail in work. */
@Tag("X1")
class SharedToolsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** As the promise has it: within seconds. */
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir Path directory;

    private final CountDownLatch gate = new CountDownLatch(1);
    private ArtemisBroker broker;
    private ServerHome desk;
    private ServerHome delivering;
    private SmtpSink sink;
    private Shell shell;

    @BeforeEach
    void start() throws Exception {
        desk = ServerHome.copyTo(directory.resolve("one"));
        delivering = ServerHome.copyTo(directory.resolve("two"));
        sink = SmtpSink.listen(desk.nextHopPort(), new Deferring());
        broker = ArtemisBroker.start();
        launch(desk, "mx1.example");
        launch(delivering, "mx2.example");
        desk.awaitStart();
        delivering.awaitStart();
        shell = new Shell(desk);
    }

    private void launch(ServerHome home, String name) throws Exception {
        home.sharing(
                broker.url(),
                name,
                "<relayhost>[127.0.0.1]:" + desk.nextHopPort() + "</relayhost>");
        home.launch();
    }

    @AfterEach
    void stop() throws Exception {
        gate.countDown();
        desk.close();
        delivering.close();
        sink.close();
        broker.stop();
    }

    /** Has everybody wait for its reply, which is that they should come again. */
    private final class Deferring implements SmtpSink.Answers {

        @Override
        public String toMessage(ReceivedMail mail) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "450 4.2.0 later";
        }
    }

    @Test
    @Tag("A1")
    @Tag("A2")
    @Tag("A3")
    void mailInWorkAtAnotherServerShouldBeShownAndTreatedWhenItsAttemptHasEnded() throws Exception {
        send("deleted@elsewhere.example");
        send("held@elsewhere.example");
        soon(
                () ->
                        assertThat(json())
                                .hasSize(2)
                                .allMatch(mail -> text(mail, "queue_name").equals("active"))
                                .allMatch(mail -> text(mail, "server").equals("mx2.example")));
        await().atMost(LIMIT).until(() -> sink.arrived().size() == 2);
        String deleted = idOf("deleted@elsewhere.example");
        String held = idOf("held@elsewhere.example");
        assertThat(shell.run("mailq").out()).contains(deleted + "*").contains(held + "*");

        assertThat(shell.run("postsuper -d " + deleted).status()).isZero();
        assertThat(shell.run("postsuper -h " + held).status()).isZero();

        assertThat(shell.run("qmgr explain " + held).out())
                .contains("in work at mx2.example")
                .contains("when its delivery has ended it is put on hold");
        assertThat(json()).hasSize(2);
        gate.countDown();
        await().atMost(SECONDS)
                .untilAsserted(
                        () ->
                                assertThat(json())
                                        .extracting(mail -> text(mail, "queue_name"))
                                        .containsExactly("hold"));
        assertThat(text(json().get(0), "queue_id")).isEqualTo(held);
        assertThat(new Shell(delivering).run("mailq").out()).contains(held + "!");
        assertThat(sink.arrived()).hasSize(2);
    }

    @Test
    @Tag("A10")
    void whatIsSuspendedShouldNotBeDeliveredByAnotherServer() throws Exception {
        gate.countDown();

        assertThat(shell.run("qmgr suspend smtp:").status()).isZero();
        await().atMost(SECONDS).until(() -> delivering.get("/qmgr/suspensions").contains("smtp:"));
        send("waiting@elsewhere.example");
        soon(() -> assertThat(listedAsSuspended()).contains("waiting@elsewhere.example"));
        assertThat(sink.arrived()).isEmpty();

        assertThat(shell.run("qmgr resume smtp:").status()).isZero();
        await().atMost(SECONDS).until(() -> sink.arrived().size() == 1);
    }

    private String listedAsSuspended() throws Exception {
        Shell.Result listed = new Shell(delivering).run("mailq");
        return listed.out().contains("suspended by hand") ? listed.out() : "";
    }

    private void send(String recipient) throws Exception {
        try (SmtpClient client = SmtpClient.connect(delivering.smtpPort())) {
            byte[] content = "Subject: test\r\n\r\ntext\r\n".getBytes(US_ASCII);
            SmtpClient.Reply reply =
                    client.send("sender@origin.example", List.of(recipient), content);
            assertThat(reply.code()).as(reply.text()).isEqualTo(250);
        }
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(LIMIT).untilAsserted(assertion);
    }

    private String idOf(String recipient) throws Exception {
        return json().stream()
                .filter(mail -> mail.at("/recipients/0/address").asText().equals(recipient))
                .map(mail -> text(mail, "queue_id"))
                .findFirst()
                .orElseThrow();
    }

    private static String text(JsonNode mail, String key) {
        return mail.path(key).asText();
    }

    /** As the server lists it that does not deliver. */
    private List<JsonNode> json() throws Exception {
        List<JsonNode> messages = new ArrayList<>();
        for (String line : shell.run("postqueue -j").lines()) {
            messages.add(new ObjectMapper().readTree(line));
        }
        return messages;
    }
}
