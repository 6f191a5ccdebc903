/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jamesqmgr.home.JmxClient;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backlog for a relay that is down for good gets another way, while the server runs. */
@Tag("T9")
@Tag("D7")
@Tag("X5")
class RerouteIT {

    private static final int MAILS = 100;

    @TempDir static Path directory;

    private static ServerHome home;
    private static Courier courier;
    private static String deadRelay;

    @BeforeAll
    static void start() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        deadRelay = "<relayhost>[127.0.0.1]:" + home.nobodysPort() + "</relayhost>";
        home.settings(deadRelay).start();
        courier = new Courier(home);
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @BeforeEach
    void relayIsDown() throws IOException {
        reconfigure(deadRelay);
    }

    @Test
    void anotherRelayhostShouldTakeTheWholeBacklog() throws Exception {
        List<String> ids = defer("someone@first.example");
        try (SmtpSink relay = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            reconfigure("<relayhost>[127.0.0.1]:" + home.nextHopPort() + "</relayhost>");

            assertThat(flush()).isEqualTo(MAILS);

            eachShouldArriveOnce(relay, "someone@first.example", ids);
        }
    }

    @Test
    void aTransportMapShouldTakeTheWholeBacklogOfADomain() throws Exception {
        List<String> ids = defer("someone@second.example");
        courier.send("stays@elsewhere.example");
        courier.awaitDeliveries("stays@elsewhere.example", 1);
        try (SmtpSink exchanger = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            reconfigure(
                    deadRelay,
                    "<transport_maps><entry domain=\"second.example\">smtp:[127.0.0.1]:"
                            + home.nextHopPort()
                            + "</entry></transport_maps>");

            assertThat(flush()).isGreaterThanOrEqualTo(MAILS);

            eachShouldArriveOnce(exchanger, "someone@second.example", ids);
            assertThat(courier.awaitDeliveries("stays@elsewhere.example", 2))
                    .noneMatch(Delivery::sent);
        }
        home.request("DELETE", "/mailQueues/smtp/mails?recipient=stays@elsewhere.example", "");
        home.awaitEmptyQueues(LIMIT);
    }

    /** The ids of the messages, once all of them wait. */
    private static List<String> defer(String recipient) throws IOException {
        courier.sendNumbered(MAILS, recipient);
        List<Delivery> deliveries = courier.awaitDeliveries(recipient, MAILS);
        assertThat(deliveries)
                .hasSize(MAILS)
                .allMatch(delivery -> delivery.status().equals("deferred"));
        List<String> ids = deliveries.stream().map(Delivery::id).toList();
        assertThat(ids).doesNotHaveDuplicates();
        await().atMost(LIMIT).until(() -> home.queueFiles().in("deferred").containsAll(ids));
        return ids;
    }

    private static void eachShouldArriveOnce(SmtpSink sink, String recipient, List<String> ids) {
        await().atMost(LIMIT).until(() -> sink.taken().size() >= MAILS);
        await().atMost(LIMIT).until(() -> home.queueFiles().in("active").isEmpty());
        assertThat(sink.arrived())
                .allMatch(mail -> mail.recipients().equals(List.of(recipient)))
                .extracting(mail -> mail.header("X-Number").orElseThrow())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, MAILS).mapToObj(Integer::toString).toList());
        assertThat(courier.deliveries(recipient))
                .filteredOn(Delivery::sent)
                .extracting(Delivery::id)
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(home.queueFiles().in("deferred")).doesNotContainAnyElementsOf(ids);
    }

    private static void reconfigure(String... settings) throws IOException {
        home.settings(settings);
        try (JmxClient jmx = JmxClient.connect(home)) {
            jmx.queueManager().reload();
        }
    }

    private static long flush() throws IOException {
        try (JmxClient jmx = JmxClient.connect(home)) {
            return jmx.queueManager().flush();
        }
    }
}
