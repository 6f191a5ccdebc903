/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.Inbox;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that keeps James's RemoteDelivery: it works on our queue as on James's own. */
@Tag("T10")
class RemoteDeliveryIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SENDER = "sender@localhost";
    private static final String REMOTE = "someone@elsewhere.example";
    private static final String REFUSED = "refused@elsewhere.example";

    @TempDir Path directory;

    private ServerHome home;

    @BeforeEach
    void copyHome() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
    }

    @AfterEach
    void stop() {
        home.close();
    }

    @Test
    void itShouldDeliverRetryAndBounceByItself() throws Exception {
        FirstTimeUnwilling answers = new FirstTimeUnwilling();
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), answers)) {
            retryOn("outgoing", Duration.ofMillis(500)).start();
            home.addUser(SENDER, "secret");

            send("works", REMOTE);
            send("refused", REFUSED);

            await().atMost(LIMIT).until(() -> !sink.taken().isEmpty());
            await().atMost(LIMIT).until(() -> !inbox().isEmpty());
            home.awaitEmptyQueues(LIMIT);
            assertThat(ids(sink.arrived())).containsExactly("works", "works");
            assertThat(ids(sink.taken())).containsExactly("works");
            assertThat(inbox())
                    .singleElement()
                    .asString()
                    .contains("This is the James mail server", "550 5.1.1 nobody of that name");
            assertThat(home.get("/mailQueues")).contains("\"outgoing\"");
            assertThat(home.mailLog().deliveries(REMOTE)).as("not by our agent").isEmpty();
        }
    }

    @Test
    void itsMailShouldWaitInItsQueueWhateverHappensToTheServer() throws Exception {
        retryOn("outgoing", Duration.ofDays(1)).start();
        send("killed", REMOTE);
        awaitWaiting(1);
        home.kill();
        home.start();
        send("stopped", REMOTE);
        awaitWaiting(2);
        home.terminate();

        home.start();

        awaitWaiting(2);
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            home.request(
                    "PATCH", "/mailQueues/outgoing/mails?delayed=true", "{\"delayed\":\"false\"}");
            home.awaitEmptyQueues(LIMIT);
            assertThat(ids(sink.arrived())).containsExactlyInAnyOrder("killed", "stopped");
        }
    }

    @Test
    void onTheQueueOfATransportItShouldStopTheStart() throws Exception {
        retryOn("smtp", Duration.ofDays(1)).launch();

        assertThat(home.awaitExit()).isNotZero();
        assertThat(home.console())
                .contains("smtp is a transport of the queue manager", "RemoteDelivery");
    }

    private ServerHome retryOn(String queue, Duration delay) throws IOException {
        return home.replace(
                "mailetcontainer.xml",
                "class=\"org.jamesqmgr.james.mailet.QueueDelivery\">\n"
                        + "                <transport>smtp</transport>",
                ("class=\"RemoteDelivery\"><outgoing>%s</outgoing><gateway>127.0.0.1</gateway>"
                                + "<gatewayPort>%d</gatewayPort><delayTime>1000*%d ms</delayTime>"
                                + "<maxRetries>1000</maxRetries><sendpartial>true</sendpartial>")
                        .formatted(queue, home.nextHopPort(), delay.toMillis()));
    }

    /** Deferred by RemoteDelivery, and nothing is on its way. */
    private void awaitWaiting(int mails) {
        await().atMost(LIMIT)
                .until(
                        () ->
                                home.queueSize("outgoing") == mails
                                        && home.queueFiles().in("deferred").size() == mails
                                        && home.queueSize("spool") == 0);
    }

    private void send(String id, String recipient) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            SmtpClient.Reply reply =
                    client.send(SENDER, recipient, "X-Id: " + id + "\r\n\r\ntext\r\n");
            assertThat(reply.code()).as(reply.text()).isEqualTo(250);
        }
    }

    private List<String> inbox() throws IOException {
        return Inbox.read(home.imapPort(), SENDER, "secret");
    }

    private static List<String> ids(List<ReceivedMail> mails) {
        return mails.stream().map(mail -> mail.header("X-Id").orElseThrow()).toList();
    }

    private static final class FirstTimeUnwilling implements SmtpSink.Answers {

        private final Set<String> seen = ConcurrentHashMap.newKeySet();

        @Override
        public String toRecipient(String recipient) {
            return recipient.equals(REFUSED) ? "550 5.1.1 nobody of that name" : "250 2.1.5 known";
        }

        @Override
        public String toMessage(ReceivedMail mail) {
            boolean first = seen.add(mail.header("X-Id").orElseThrow());
            return first ? "451 4.3.0 not now" : "250 2.0.0 taken";
        }
    }
}
