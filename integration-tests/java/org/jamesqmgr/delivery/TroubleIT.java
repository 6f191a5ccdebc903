/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.MailLogLines.Line;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.mailets.DownWhile;
import org.jamesqmgr.mailets.FailingMailboxes;
import org.jamesqmgr.mailets.FailingMailet;
import org.jamesqmgr.mailets.NameServerPort;
import org.jamesqmgr.peer.Inbox;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.transport.smtp.ToyNameServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;

/** Something the server needs is down: mail waits for it, and arrives once when it is back. */
class TroubleIT {

    private static final String PASSWORD = "secret";

    @TempDir static Path directory;

    private static Path mailboxesDown;
    private static Path mailetDown;
    private static ToyNameServer nameServer;
    private static ServerHome home;
    private static SmtpSink sink;
    private static Courier courier;

    @BeforeAll
    static void start() throws Exception {
        mailboxesDown = directory.resolve("mailboxes-down");
        mailetDown = directory.resolve("mailet-down");
        nameServer =
                new ToyNameServer()
                        .knows("well.example", "MX 10 mx.well.example.")
                        .knows("mx.well.example", "A 127.0.0.1")
                        .knows("unknown.example", "MX 10 mx.well.example.");
        home = ServerHome.copyTo(directory.resolve("home"));
        home.replace(
                "dnsservice.xml",
                "<autodiscover>true</autodiscover>",
                "<autodiscover>false</autodiscover><servers><server>127.0.0.1</server></servers>");
        home.withMailets(
                        DownWhile.class,
                        FailingMailboxes.class,
                        FailingMailet.class,
                        NameServerPort.class)
                .runFirst(
                        mailet(NameServerPort.class, "port", nameServer.address().getPort())
                                + mailet(FailingMailboxes.class, "while", mailboxesDown)
                                + mailet(FailingMailet.class, "while", mailetDown));
        home.settings(
                "<relayhost></relayhost>",
                "<smtp_tcp_port>" + home.nextHopPort() + "</smtp_tcp_port>",
                "<queue_run_delay>1s</queue_run_delay>",
                "<minimal_backoff_time>1s</minimal_backoff_time>",
                "<maximal_backoff_time>1s</maximal_backoff_time>");
        home.start().addUser("bob@localhost", PASSWORD);
        sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES);
        courier = new Courier(home);
    }

    private static String mailet(Class<?> mailet, String parameter, Object value) {
        return "<mailet match=\"All\" class=\"%s\"><%s>%s</%s>"
                        .formatted(mailet.getName(), parameter, value, parameter)
                + "<onMailetException>propagate</onMailetException></mailet>";
    }

    @AfterAll
    static void stop() throws IOException {
        home.close();
        sink.close();
        nameServer.close();
    }

    @Test
    @Tag("D1")
    @Tag("T7")
    void mailShouldWaitForMailboxesThatAreDown() throws Exception {
        Files.createFile(mailboxesDown);
        courier.send("bob@localhost", "friend@well.example");
        courier.awaitSent("friend@well.example");
        List<Delivery> failures = courier.awaitDeliveries("bob@localhost", 2);
        assertThat(failures)
                .allSatisfy(
                        delivery -> {
                            assertThat(delivery.status()).isEqualTo("deferred");
                            assertThat(delivery.dsn()).isEqualTo("4.2.0");
                            assertThat(delivery.text())
                                    .isEqualTo("mailbox trouble: the mailboxes are down");
                        });

        Files.delete(mailboxesDown);

        shouldBeSentOnce("bob@localhost");
        assertThat(Inbox.read(home.imapPort(), "bob@localhost", PASSWORD)).hasSize(1);
        arrivedOnce("friend@well.example");
    }

    @Test
    @Tag("D1")
    @Tag("T9")
    void mailShouldWaitForTheNameService() throws Exception {
        nameServer.fails("unknown.example MX", Rcode.SERVFAIL);
        courier.send("someone@unknown.example");
        assertThat(courier.awaitDeliveries("someone@unknown.example", 2))
                .allSatisfy(
                        delivery -> {
                            assertThat(delivery.status()).isEqualTo("deferred");
                            assertThat(delivery.dsn()).isEqualTo("4.4.3");
                            assertThat(delivery.text())
                                    .isEqualTo(
                                            "Host or domain name not found. Name service error for"
                                                    + " name=unknown.example type=MX: Host not found,"
                                                    + " try again");
                        });

        nameServer.worksAgainFor("unknown.example MX");

        shouldBeSentOnce("someone@unknown.example");
        arrivedOnce("someone@unknown.example");
    }

    @Test
    @Tag("D10")
    void mailShouldWaitForAMailetThatFails() throws Exception {
        Files.createFile(mailetDown);
        courier.send(List.of("pipeline@well.example"), "X-Trouble: yes\r\n\r\ntext\r\n");
        await("two runs of the pipeline").atMost(LIMIT).until(() -> waits().size() >= 2);
        assertThat(waits()).extracting(Line::id).containsOnly(waits().get(0).id());
        assertThat(courier.deliveries("pipeline@well.example")).isEmpty();

        Files.delete(mailetDown);

        shouldBeSentOnce("pipeline@well.example");
        arrivedOnce("pipeline@well.example");
    }

    private static List<Line> waits() {
        return home.mailLog().lines().stream()
                .filter(line -> line.text().startsWith("waits (the mailet pipeline failed in "))
                .toList();
    }

    private static void shouldBeSentOnce(String recipient) {
        courier.awaitSent(recipient);
        home.awaitEmptyQueues(LIMIT);
        assertThat(courier.deliveries(recipient)).filteredOn(Delivery::sent).hasSize(1);
    }

    private static void arrivedOnce(String recipient) {
        assertThat(sink.arrived())
                .filteredOn(mail -> mail.recipients().contains(recipient))
                .hasSize(1);
    }
}
