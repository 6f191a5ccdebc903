/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.Multiset;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.mailets.WaitForPeer;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while a mail is in the mailets and others are with a next hop that takes its time. */
@Tag("Q7")
class CleanStopIT {

    private static final int STOPPED_BY_SIGTERM = 143;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir Path directory;

    private final SlowAnswers answers = new SlowAnswers();
    private ServerHome home;
    private SmtpSink sink;
    private ServerSocket mailetPeer;

    @BeforeEach
    void prepare() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        sink = SmtpSink.listen(home.nextHopPort(), answers);
        mailetPeer = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        home.withMailets(WaitForPeer.class)
                .runFirst(
                        "<mailet match=\"HasHeader=X-Wait\" class=\""
                                + WaitForPeer.class.getName()
                                + "\"><port>"
                                + mailetPeer.getLocalPort()
                                + "</port></mailet>");
    }

    @AfterEach
    void cleanUp() throws IOException {
        home.close();
        sink.close();
        mailetPeer.close();
    }

    @Test
    void aStopShouldLetWorkEndAndLeaveAllElseToTheNextStart() throws Exception {
        home.settings("<stop_timeout>60s</stop_timeout>").start();
        Socket mailet = beginWork();

        home.signalTerm();
        awaitStopping();
        send("e", "f");
        assertThat(home.queueFiles().in("incoming")).hasSize(2);
        mailet.close();
        // Through the mailets, and on its way to the next hop no more.
        await().atMost(LIMIT)
                .until(
                        () ->
                                home.queueFiles().in("incoming").size() == 3
                                        && home.queueFiles().in("active").size() == 3);
        assertThat(home.isRunning()).isTrue();
        answers.begin();

        assertThat(home.awaitExit()).isEqualTo(STOPPED_BY_SIGTERM);
        assertThat(ids(sink.taken())).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(home.queueFiles().in("incoming")).hasSize(3);
        assertThat(home.queueFiles().in("active")).isEmpty();

        home.start();
        home.awaitEmptyQueues(LIMIT);
        assertThat(ids(sink.arrived())).containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f");
    }

    @Test
    void workThatOutlastsStopTimeoutShouldBeDoneAgainOnce() throws Exception {
        home.settings("<stop_timeout>1s</stop_timeout>").start();
        Socket mailet = beginWork();

        assertThat(home.terminate()).isEqualTo(STOPPED_BY_SIGTERM);
        assertThat(home.queueFiles().in("incoming")).hasSize(4);
        assertThat(home.queueFiles().in("active")).isEmpty();
        mailet.close();
        mailetPeer.close();
        answers.begin();

        home.replace("mailetcontainer.xml", "HasHeader=X-Wait", "HasHeader=X-Never").start();
        home.awaitEmptyQueues(LIMIT);
        assertThat(home.console()).doesNotContain("when the server died");
        Multiset<String> arrived = HashMultiset.create(ids(sink.arrived()));
        assertThat(arrived).isEqualTo(ImmutableMultiset.of("a", "a", "b", "b", "c", "c", "d"));
    }

    /** Three mails with the next hop, a fourth in a mailet which ends with the connection returned. */
    private Socket beginWork() throws Exception {
        send("a", "b", "c");
        sendThroughMailet("d");
        await().atMost(LIMIT)
                .until(() -> sink.arrived().size() == 3 && home.queueSize("spool") == 1);
        return mailetPeer.accept();
    }

    private void send(String... ids) throws IOException {
        for (String id : ids) {
            submit("X-Id: " + id + "\r\n");
        }
    }

    private void sendThroughMailet(String id) throws IOException {
        submit("X-Id: " + id + "\r\nX-Wait: yes\r\n");
    }

    private void submit(String headers) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            SmtpClient.Reply reply =
                    client.send(
                            "sender@localhost",
                            "someone@elsewhere.example",
                            headers + "\r\ntext\r\n");
            assertThat(reply.code()).isEqualTo(250);
        }
    }

    private void awaitStopping() {
        await().atMost(LIMIT)
                .until(() -> home.console().contains("stopping; messages being worked on"));
    }

    private static List<String> ids(List<ReceivedMail> mails) {
        return mails.stream().map(mail -> mail.header("X-Id").orElseThrow()).toList();
    }

    /** No answer to any mail until they begin. */
    private static final class SlowAnswers implements SmtpSink.Answers {

        private final CountDownLatch begun = new CountDownLatch(1);

        void begin() {
            begun.countDown();
        }

        @Override
        public String toMessage(ReceivedMail mail) {
            try {
                boolean inTime = begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
                return inTime ? "250 2.0.0 taken" : "451 4.3.0 nobody began";
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
