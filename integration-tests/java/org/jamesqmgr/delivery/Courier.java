/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.SmtpClient;

/** Gives mail to a server, and reads in its mail log what came of it. Used by one thread. */
public final class Courier {

    /** More than anything here takes, even on a busy machine. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    public static final String SENDER = "sender@localhost";

    private static final String CONTENT = "Subject: x\r\n\r\ntext\r\n";

    private final ServerHome home;

    public Courier(ServerHome home) {
        this.home = home;
    }

    /** One mail to all of these. */
    public void send(String... recipients) throws IOException {
        send(List.of(recipients), CONTENT);
    }

    public void send(List<String> recipients, String content) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            SmtpClient.Reply reply =
                    client.send(SENDER, recipients, content.getBytes(StandardCharsets.US_ASCII));
            assertThat(reply.code()).as(reply.text()).isEqualTo(250);
        }
    }

    /** Mails that differ in the header X-Number, one recipient each. */
    public void sendNumbered(int count, String recipient) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            for (int i = 0; i < count; i++) {
                String content = "X-Number: " + i + "\r\n" + CONTENT;
                SmtpClient.Reply reply = client.send(SENDER, recipient, content);
                assertThat(reply.code()).as(reply.text()).isEqualTo(250);
            }
        }
    }

    /** So many addresses of a domain. */
    public static List<String> users(int count, String domain) {
        return IntStream.range(0, count).mapToObj(i -> "user" + i + "@" + domain).toList();
    }

    /** What came of the attempts for a recipient so far. */
    public List<Delivery> deliveries(String recipient) {
        return home.mailLog().deliveries(recipient);
    }

    /** The same for all recipients of a domain. */
    public List<Delivery> deliveriesTo(String domain) {
        return home.mailLog().deliveries().stream()
                .filter(delivery -> delivery.recipient().endsWith("@" + domain))
                .toList();
    }

    /** Waits until so many attempts were made for a recipient, and returns all. */
    public List<Delivery> awaitDeliveries(String recipient, int count) {
        await("%d attempts for %s".formatted(count, recipient))
                .atMost(LIMIT)
                .until(() -> deliveries(recipient).size() >= count);
        return deliveries(recipient);
    }

    /** Waits until so many attempts were made for recipients of a domain, and returns all. */
    public List<Delivery> awaitDeliveriesTo(String domain, int count) {
        await("%d attempts for %s".formatted(count, domain))
                .atMost(LIMIT)
                .until(() -> deliveriesTo(domain).size() >= count);
        return deliveriesTo(domain);
    }

    /** Waits until a recipient has the mail, and returns all attempts it took. */
    public List<Delivery> awaitSent(String recipient) {
        await("mail for " + recipient)
                .atMost(LIMIT)
                .until(() -> deliveries(recipient).stream().anyMatch(Delivery::sent));
        return deliveries(recipient);
    }
}
