/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jamesqmgr.home.JmxClient;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.testing.ScriptedSmtpServer;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.testing.ScriptedSmtpServerSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many deliveries a destination gets at a time: none while it is dead, more while it does well. */
class DestinationIT {

    private static final String SUSPENDED = "delivery temporarily suspended: ";

    /** What ten deliveries of two recipients each need. */
    private static final int TWENTY = 20;

    private static final int CONCURRENCY_LIMIT = 12;
    private static final int PROCESSES = 3;
    private static final long MILLIS_PER_MAIL = 100;

    @TempDir static Path directory;

    /** Lets as many clients pass its greeting as it is told to, and turns them away then. */
    private static final Semaphore TURNED_AWAY = new Semaphore(0);

    private static ScriptedSmtpServer doorkeeper;
    private static ScriptedSmtpServer patient;
    private static ScriptedSmtpServer narrow;
    private static ServerHome home;
    private static Courier courier;

    @BeforeAll
    static void start() throws IOException {
        doorkeeper = ScriptedSmtpServer.start().on(Step.GREETING, DestinationIT::turnAway);
        patient = ScriptedSmtpServer.start().on(Step.DOT, DestinationIT::takeTime);
        narrow = ScriptedSmtpServer.start().on(Step.DOT, DestinationIT::takeTime);
        home = ServerHome.copyTo(directory.resolve("home"));
        home.settings(
                "<smtp_destination_recipient_limit>2</smtp_destination_recipient_limit>",
                "<narrow_destination_recipient_limit>2</narrow_destination_recipient_limit>",
                "<smtp_destination_concurrency_limit>"
                        + CONCURRENCY_LIMIT
                        + "</smtp_destination_concurrency_limit>",
                "<transports><transport name=\"narrow\" agent=\"smtp\" maxproc=\""
                        + PROCESSES
                        + "\"/></transports>",
                "<transport_maps>",
                route("doorkeeper.example", "smtp", doorkeeper.port()),
                route("patient.example", "smtp", patient.port()),
                route("narrow.example", "narrow", narrow.port()),
                route("lonely.example", "smtp", home.nobodysPort()),
                "</transport_maps>");
        home.start();
        courier = new Courier(home);
    }

    private static String route(String domain, String transport, int port) {
        return "<entry domain=\"%s\">%s:[127.0.0.1]:%d</entry>".formatted(domain, transport, port);
    }

    private static boolean turnAway(ScriptedSmtpServerSession session) throws IOException {
        TURNED_AWAY.acquireUninterruptibly();
        return Reaction.replyAndDrop("421 4.3.2 closed today").react(session);
    }

    private static boolean takeTime(ScriptedSmtpServerSession session) throws IOException {
        session.rest(MILLIS_PER_MAIL);
        session.say("250 2.0.0 taken\r\n");
        return true;
    }

    @AfterAll
    static void stop() {
        TURNED_AWAY.release(1000);
        home.close();
        doorkeeper.close();
        patient.close();
        narrow.close();
    }

    /** Nobody listens at the next hop: ten deliveries wait, five begin, the third failure is one too many. */
    @Test
    @Tag("D5")
    @Tag("D7")
    @Tag("T2")
    void aRefusedPortShouldBeDeadAtTheThirdFailureAndConcernNobodyElse() throws Exception {
        String refused =
                "connect to 127.0.0.1[127.0.0.1]:" + home.nextHopPort() + ": Connection refused";
        List<String> twenty = Courier.users(TWENTY, "refused.example");

        courier.send(twenty.toArray(String[]::new));
        List<Delivery> deliveries = courier.awaitDeliveriesTo("refused.example", TWENTY);

        assertThat(deliveries)
                .allSatisfy(
                        delivery -> {
                            assertThat(delivery.status()).isEqualTo("deferred");
                            assertThat(delivery.dsn()).isEqualTo("4.4.1");
                            assertThat(delivery.relay()).isEqualTo("none");
                        })
                .extracting(Delivery::recipient)
                .containsExactlyInAnyOrderElementsOf(twenty);
        assertThat(deliveries).filteredOn(to -> to.text().equals(refused)).hasSize(10);
        assertThat(deliveries).filteredOn(to -> to.text().equals(SUSPENDED + refused)).hasSize(10);
        assertThat(home.console().lines())
                .filteredOn(line -> line.contains("dead until") && line.endsWith(refused))
                .hasSize(1);

        try (SmtpSink nowThere = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            courier.send("late@refused.example");
            assertThat(courier.awaitDeliveries("late@refused.example", 1))
                    .extracting(Delivery::text)
                    .containsExactly(SUSPENDED + refused);
            courier.send("other@patient.example");
            assertThat(courier.awaitSent("other@patient.example")).hasSize(1);
            assertThat(nowThere.arrived()).isEmpty();

            try (JmxClient jmx = JmxClient.connect(home)) {
                assertThat(jmx.queueManager().flushSite("refused.example")).isEqualTo(2);
            }

            twenty.forEach(courier::awaitSent);
            courier.awaitSent("late@refused.example");
        }
    }

    @Test
    @Tag("D5")
    @Tag("T2")
    void waitingMessagesShouldBeSuspendedAtTheThirdFailureNotBefore() throws Exception {
        courier.sendNumbered(10, "ten@doorkeeper.example");
        await("as many as a new destination gets")
                .atMost(LIMIT)
                .until(() -> doorkeeper.openSessions() == 5 && active() >= 10);

        TURNED_AWAY.release();
        courier.awaitDeliveries("ten@doorkeeper.example", 1);
        TURNED_AWAY.release();
        assertThat(courier.awaitDeliveries("ten@doorkeeper.example", 2)).hasSize(2);
        TURNED_AWAY.release();
        assertThat(courier.awaitDeliveries("ten@doorkeeper.example", 8))
                .hasSize(8)
                .filteredOn(to -> to.text().startsWith(SUSPENDED))
                .hasSize(5)
                .allMatch(
                        to -> to.text().endsWith(" refused to talk to me: 421 4.3.2 closed today"));
        TURNED_AWAY.release(2);
        assertThat(courier.awaitDeliveries("ten@doorkeeper.example", 10))
                .filteredOn(to -> !to.text().startsWith(SUSPENDED))
                .hasSize(5);
        assertThat(doorkeeper.connections()).isEqualTo(5);
    }

    private static int active() {
        return home.queueFiles().in("active").size();
    }

    @Test
    @Tag("D5")
    void failuresOneAtATimeShouldNotMakeADestinationDead() throws Exception {
        String refused =
                "connect to 127.0.0.1[127.0.0.1]:" + home.nobodysPort() + ": Connection refused";

        for (int i = 1; i <= 6; i++) {
            courier.send("one@lonely.example");
            courier.awaitDeliveries("one@lonely.example", i);
        }

        assertThat(courier.deliveries("one@lonely.example"))
                .hasSize(6)
                .allMatch(delivery -> delivery.text().equals(refused));
    }

    @Test
    @Tag("T2")
    void successShouldRaiseTheNumberOfDeliveriesToTheLimit() throws Exception {
        courier.send(Courier.users(120, "patient.example").toArray(String[]::new));

        assertThat(courier.awaitDeliveriesTo("patient.example", 120)).allMatch(Delivery::sent);

        assertThat(patient.peakSessions()).isEqualTo(CONCURRENCY_LIMIT);
    }

    @Test
    @Tag("T1")
    void aTransportShouldNeverHaveMoreDeliveriesThanProcesses() throws Exception {
        courier.send(Courier.users(30, "narrow.example").toArray(String[]::new));

        assertThat(courier.awaitDeliveriesTo("narrow.example", 30)).allMatch(Delivery::sent);

        assertThat(narrow.peakSessions()).isEqualTo(PROCESSES);
    }
}
