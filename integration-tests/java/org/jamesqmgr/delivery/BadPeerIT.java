/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.testing.ScriptedSmtpServer;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.testing.ScriptedSmtpServerSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail exchangers that hang, hang up, talk nonsense or hardly talk, all at once, beside one that works. */
@Tag("T5")
@Tag("T7")
class BadPeerIT {

    /** Long enough for other mail to come and go meanwhile. */
    private static final String TIME_LIMIT = "5s";

    /** More than the buffers of a connection hold. */
    private static final String LARGE =
            "Subject: large\r\n\r\n" + "0123456789 0123456789 0123456789\r\n".repeat(400_000);

    private static final String CONTENT = "Subject: x\r\n\r\ntext\r\n";

    /**
     * A peer and what is said of it.
     *
     * @param reason how the reason for the deferral begins or ends, with what is between host and end
     */
    private record BadPeer(
            String name, String content, String dsn, String reason, ScriptedSmtpServer server) {

        static BadPeer hanging(String name, Step step, String doing) {
            return hanging(name, step, Reaction.hang(), CONTENT, doing);
        }

        static BadPeer hanging(String name, Step step, Reaction how, String content, String doing) {
            String reason = "conversation with 127.0.0.1[127.0.0.1] timed out while " + doing;
            return new BadPeer(
                    name, content, "4.4.2", reason, ScriptedSmtpServer.start().on(step, how));
        }

        static BadPeer quick(String name, Step step, Reaction how, String dsn, String reason) {
            return new BadPeer(
                    name, CONTENT, dsn, reason, ScriptedSmtpServer.start().on(step, how));
        }

        String recipient() {
            return "someone@" + name + ".example";
        }

        String route() {
            return "<entry domain=\"%s.example\">:[127.0.0.1]:%d</entry>"
                    .formatted(name, server.port());
        }
    }

    @TempDir Path directory;

    private final List<BadPeer> hanging =
            List.of(
                    BadPeer.hanging(
                            "greeting", Step.GREETING, "receiving the initial server greeting"),
                    BadPeer.hanging("ehlo", Step.EHLO, "performing the EHLO handshake"),
                    BadPeer.hanging("mail", Step.MAIL, "sending MAIL FROM"),
                    BadPeer.hanging("rcpt", Step.RCPT, "sending RCPT TO"),
                    BadPeer.hanging("data", Step.DATA, "sending DATA command"),
                    BadPeer.hanging(
                            "content",
                            Step.DATA,
                            BadPeerIT::hangAfterGoAhead,
                            LARGE,
                            "sending message body"),
                    BadPeer.hanging(
                            "dot",
                            Step.DOT,
                            "sending end of data -- message may be sent more than once"),
                    BadPeer.hanging(
                            "dripping",
                            Step.GREETING,
                            Reaction.drip("220 peer.test ESMTP, at your service\r\n", 1000),
                            CONTENT,
                            "receiving the initial server greeting"));

    private final List<BadPeer> failing =
            List.of(
                    BadPeer.quick(
                            "dropping",
                            Step.DOT,
                            Reaction.drop(),
                            "4.4.2",
                            "lost connection with 127.0.0.1[127.0.0.1] while sending end of data --"
                                    + " message may be sent more than once"),
                    BadPeer.quick(
                            "garbage",
                            Step.MAIL,
                            Reaction.raw("\u0001\u0002 what?\r\n"),
                            "4.5.0",
                            "protocol error: host 127.0.0.1[127.0.0.1] sent no SMTP reply but"
                                    + " \"  what?\" while sending MAIL FROM"));

    private ServerHome home;
    private SmtpSink good;
    private Courier courier;

    private static boolean hangAfterGoAhead(ScriptedSmtpServerSession session) throws IOException {
        session.say("354 go on\r\n");
        return Reaction.hang().react(session);
    }

    @BeforeEach
    void start() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        good = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES);
        StringBuilder routes = new StringBuilder();
        hanging.forEach(peer -> routes.append(peer.route()));
        failing.forEach(peer -> routes.append(peer.route()));
        home.settings(
                timeLimits("helo", "mail", "rcpt", "data_init", "data_xfer", "data_done"),
                "<transport_maps>" + routes + "</transport_maps>");
        home.start();
        courier = new Courier(home);
    }

    private static String timeLimits(String... phases) {
        StringBuilder elements = new StringBuilder();
        for (String phase : phases) {
            elements.append(
                    "<smtp_%s_timeout>%s</smtp_%s_timeout>".formatted(phase, TIME_LIMIT, phase));
        }
        return elements.toString();
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
        good.close();
        hanging.forEach(peer -> peer.server().close());
        failing.forEach(peer -> peer.server().close());
    }

    @Test
    void badPeersShouldCostTheirOwnDeliveryOnly() throws Exception {
        for (BadPeer peer : hanging) {
            courier.send(List.of(peer.recipient()), peer.content());
        }
        await("all that hang at once")
                .atMost(LIMIT)
                .until(() -> hanging.stream().allMatch(peer -> peer.server().openSessions() == 1));
        for (BadPeer peer : failing) {
            courier.send(peer.recipient());
        }
        courier.send("someone@good.example");
        courier.awaitSent("someone@good.example");
        assertThat(hanging)
                .as("still in the middle of it")
                .anyMatch(peer -> peer.server().openSessions() == 1);

        hanging.forEach(this::shouldBeDeferred);
        failing.forEach(this::shouldBeDeferred);
        assertThat(courier.deliveries("someone@good.example"))
                .singleElement()
                .satisfies(to -> assertThat(to.delay()).isLessThan(3));
        assertThat(good.taken()).hasSize(1);
    }

    private void shouldBeDeferred(BadPeer peer) {
        assertThat(courier.awaitDeliveries(peer.recipient(), 1))
                .as(peer.name())
                .singleElement()
                .satisfies(
                        delivery -> {
                            assertThat(delivery.status()).isEqualTo("deferred");
                            assertThat(delivery.dsn()).isEqualTo(peer.dsn());
                            assertThat(delivery.text()).isEqualTo(peer.reason());
                            assertThat(delivery.relay())
                                    .isEqualTo("127.0.0.1[127.0.0.1]:" + peer.server().port());
                        });
    }
}
