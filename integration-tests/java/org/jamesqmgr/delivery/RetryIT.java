/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jamesqmgr.home.JmxClient;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.Inbox;
import org.jamesqmgr.testing.ScriptedSmtpServer;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is tried again, when, and in which groups. */
class RetryIT {

    private static final Duration MINIMAL_BACKOFF = Duration.ofSeconds(1);
    private static final Duration MAXIMAL_BACKOFF = Duration.ofSeconds(3);

    /** A retry waits for the next queue run, a second at most, and then for a busy machine. */
    private static final Duration LATENESS = Duration.ofMillis(2500);

    private static final int FAILURES = 5;

    @TempDir static Path directory;

    private static ScriptedSmtpServer peer;
    private static ServerHome home;
    private static Courier courier;

    @BeforeAll
    static void start() throws IOException {
        peer = ScriptedSmtpServer.start();
        String nexthop = "[127.0.0.1]:" + peer.port();
        home = ServerHome.copyTo(directory.resolve("home"));
        home.settings(
                "<relayhost>" + nexthop + "</relayhost>",
                "<queue_run_delay>1s</queue_run_delay>",
                "<minimal_backoff_time>" + MINIMAL_BACKOFF.toSeconds() + "s</minimal_backoff_time>",
                "<maximal_backoff_time>" + MAXIMAL_BACKOFF.toSeconds() + "s</maximal_backoff_time>",
                "<smtp_destination_recipient_limit>3</smtp_destination_recipient_limit>",
                "<defer_transports>slow</defer_transports>",
                "<transports><transport name=\"slow\" agent=\"smtp\"/></transports>",
                "<transport_maps><entry domain=\"slow.example\">slow:"
                        + nexthop
                        + "</entry></transport_maps>");
        home.start();
        courier = new Courier(home);
    }

    @AfterAll
    static void stop() {
        home.close();
        peer.close();
    }

    @Test
    @Tag("D2")
    @Tag("D3")
    @Tag("T7")
    void aRecipientPutOffShouldAloneBeTriedAgainAfterAsLongAsItHasWaited() throws Exception {
        List<Instant> attempts = new CopyOnWriteArrayList<>();
        peer.on(
                Step.RCPT,
                "busy@retry.example",
                session -> {
                    attempts.add(Instant.now());
                    boolean yet = attempts.size() <= FAILURES;
                    session.say(yet ? "450 4.2.1 busy\r\n" : "250 2.1.5 ok\r\n");
                    return true;
                });

        Instant before = Instant.now();
        courier.send("first@retry.example", "busy@retry.example", "last@retry.example");
        Instant after = Instant.now();
        List<Delivery> deliveries = courier.awaitSent("busy@retry.example");

        assertThat(deliveries).extracting(Delivery::id).containsOnly(deliveries.get(0).id());
        assertThat(deliveries.subList(0, FAILURES))
                .allSatisfy(
                        delivery -> {
                            assertThat(delivery.status()).isEqualTo("deferred");
                            assertThat(delivery.dsn()).isEqualTo("4.2.1");
                            assertThat(delivery.text())
                                    .endsWith(
                                            " said: 450 4.2.1 busy (in reply to RCPT TO command)");
                        });
        assertThat(deliveries).hasSize(FAILURES + 1);
        backoffShouldBeKept(attempts, before, after);
        assertThat(peer.commands())
                .containsOnlyOnce("RCPT TO:<first@retry.example>", "RCPT TO:<last@retry.example>");
        await().atMost(LIMIT)
                .until(() -> home.mailLog().texts(deliveries.get(0).id()).contains("removed"));
    }

    /** A message arrived between two instants; its age rules, within bounds. */
    private static void backoffShouldBeKept(List<Instant> attempts, Instant before, Instant after) {
        for (int i = 0; i < FAILURES; i++) {
            Instant failure = attempts.get(i);
            Duration least = backoff(Duration.between(after, failure));
            Duration most = backoff(Duration.between(before, failure).plus(LATENESS));
            assertThat(Duration.between(failure, attempts.get(i + 1)))
                    .as("wait %d of %s, sent %s to %s", i, attempts, before, after)
                    .isBetween(least, most.plus(LATENESS));
        }
    }

    private static Duration backoff(Duration age) {
        if (age.compareTo(MINIMAL_BACKOFF) < 0) {
            return MINIMAL_BACKOFF;
        }
        return age.compareTo(MAXIMAL_BACKOFF) > 0 ? MAXIMAL_BACKOFF : age;
    }

    @Test
    @Tag("T3")
    void manyRecipientsShouldGoInGroups() throws Exception {
        List<String> eight = Courier.users(8, "eight.example");

        courier.send(eight.toArray(String[]::new));

        assertThat(courier.awaitDeliveriesTo("eight.example", 8))
                .allMatch(Delivery::sent)
                .extracting(Delivery::recipient)
                .containsExactlyInAnyOrderElementsOf(eight);
        assertThat(peer.received())
                .extracting(ScriptedSmtpServer.Received::recipients)
                .filteredOn(group -> group.toString().contains("@eight.example"))
                .extracting(List::size)
                .containsExactlyInAnyOrder(3, 3, 2);
    }

    @Test
    @Tag("D8")
    @Tag("D7")
    void mailOfADeferredTransportShouldWaitUntilItIsFlushedOverJmx() throws Exception {
        courier.send("jmx@slow.example");
        isPutOff("jmx@slow.example");

        try (JmxClient jmx = JmxClient.connect(home)) {
            assertThat(jmx.queueManager().flush()).isPositive();
        }

        isSentOnce("jmx@slow.example");
    }

    @Test
    @Tag("D8")
    @Tag("A8")
    void mailOfADeferredTransportShouldWaitUntilItIsFlushedOverWebAdmin() throws Exception {
        courier.send("web@slow.example");
        isPutOff("web@slow.example");

        home.request("PATCH", "/mailQueues/smtp/mails?delayed=true", "{\"delayed\":\"false\"}");

        isSentOnce("web@slow.example");
    }

    /** More than once: its own time for a retry does not let it go. */
    private static void isPutOff(String recipient) {
        List<Delivery> deliveries = courier.awaitDeliveries(recipient, 2);
        assertThat(deliveries)
                .allSatisfy(
                        delivery -> {
                            assertThat(delivery.status()).isEqualTo("deferred");
                            assertThat(delivery.text()).isEqualTo("deferred transport");
                            assertThat(delivery.relay()).isEqualTo("none");
                        });
        // The log is a moment ahead of the queue, and what is active cannot be flushed.
        await().atMost(LIMIT)
                .until(() -> home.queueFiles().in("deferred").contains(deliveries.get(0).id()));
    }

    private static void isSentOnce(String recipient) {
        assertThat(courier.awaitSent(recipient)).filteredOn(Delivery::sent).hasSize(1);
        assertThat(peer.commands()).containsOnlyOnce("RCPT TO:<" + recipient + ">");
    }

    @Test
    @Tag("D4")
    void aLifetimeOfZeroShouldMeanOneAttempt() throws Exception {
        try (ScriptedSmtpServer busy = ScriptedSmtpServer.start();
                ServerHome impatient = ServerHome.copyTo(directory.resolve("impatient"))) {
            busy.on(Step.RCPT, Reaction.reply("450 4.2.1 busy"));
            impatient.settings(
                    "<relayhost>[127.0.0.1]:" + busy.port() + "</relayhost>",
                    "<maximal_queue_lifetime>0</maximal_queue_lifetime>",
                    "<queue_run_delay>1s</queue_run_delay>",
                    "<minimal_backoff_time>1s</minimal_backoff_time>");
            impatient.start().addUser(Courier.SENDER, "secret");
            Courier once = new Courier(impatient);

            once.send("someone@elsewhere.example");

            assertThat(once.awaitSent(Courier.SENDER)).hasSize(1);
            impatient.awaitEmptyQueues(LIMIT);
            assertThat(once.deliveries("someone@elsewhere.example"))
                    .extracting(Delivery::status, Delivery::dsn)
                    .containsExactly(tuple("deferred", "4.2.1"));
            String id = once.deliveries("someone@elsewhere.example").get(0).id();
            assertThat(impatient.mailLog().texts(id))
                    .containsSubsequence(
                            "from=<sender@localhost>, status=expired, returned to sender",
                            "removed")
                    .anyMatch(text -> text.startsWith("sender non-delivery notification: "));
            assertThat(inbox(impatient))
                    .singleElement()
                    .satisfies(
                            report ->
                                    assertThat(report)
                                            .contains(
                                                    "450 4.2.1 busy", "someone@elsewhere.example"));
        }
    }

    private static List<String> inbox(ServerHome server) throws IOException {
        return Inbox.read(server.imapPort(), Courier.SENDER, "secret");
    }

    @Test
    @Tag("D11")
    void softBounceShouldMakeFinalFailuresTemporary() throws Exception {
        try (ScriptedSmtpServer strict = ScriptedSmtpServer.start();
                ServerHome migrating = ServerHome.copyTo(directory.resolve("migrating"))) {
            strict.on(Step.RCPT, "", Reaction.reply("550 5.1.1 who is that"), 2);
            migrating.settings(
                    "<relayhost>[127.0.0.1]:" + strict.port() + "</relayhost>",
                    "<soft_bounce>yes</soft_bounce>",
                    "<queue_run_delay>1s</queue_run_delay>",
                    "<minimal_backoff_time>1s</minimal_backoff_time>");
            migrating.start();
            Courier soft = new Courier(migrating);

            soft.send("moved@elsewhere.example");

            assertThat(soft.awaitSent("moved@elsewhere.example"))
                    .extracting(Delivery::status)
                    .containsExactly("SOFTBOUNCE", "SOFTBOUNCE", "sent");
            assertThat(soft.deliveries("moved@elsewhere.example").get(0))
                    .satisfies(
                            delivery -> {
                                assertThat(delivery.dsn()).isEqualTo("4.1.1");
                                assertThat(delivery.text()).contains("550 5.1.1 who is that");
                            });
            migrating.awaitEmptyQueues(LIMIT);
            assertThat(migrating.mailLog().deliveries()).hasSize(3);
        }
    }
}
