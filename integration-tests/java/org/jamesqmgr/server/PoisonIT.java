/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.mailets.HaltOnPoison;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail that ends the server whenever it is processed, among others that do nothing wrong. */
@Tag("Q11")
class PoisonIT {

    private static final int STREAMS = 3;
    private static final int NEIGHBOURS = 30;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir Path directory;

    private final Set<String> accepted = ConcurrentHashMap.newKeySet();

    @Test
    void aMailThatCrashesTheServerThreeTimesShouldBeHeldAndItsNeighboursDelivered()
            throws Exception {
        try (ServerHome home = ServerHome.copyTo(directory.resolve("home"));
                SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            home.withMailets(HaltOnPoison.class)
                    .runFirst(
                            "<mailet match=\"All\" class=\""
                                    + HaltOnPoison.class.getName()
                                    + "\"/>");

            home.start();
            poisonInAStreamOfMail(home);
            home.launch();
            assertThat(home.awaitExit()).as("second crash").isEqualTo(HaltOnPoison.STATUS);
            home.launch();
            assertThat(home.awaitExit()).as("third crash").isEqualTo(HaltOnPoison.STATUS);
            home.start();

            awaitOnlyThePoisonQueued(home);
            assertThat(delivered(sink)).containsAll(accepted);
            assertThat(home.queueFiles().in("hold")).hasSize(1);
            String held = home.queueFiles().in("hold").iterator().next();
            assertThat(home.console())
                    .contains(held + ": placed on hold: crashed the server 3 times");
            assertThat(home.get("/mailQueues/spool/mails")).contains("poison@localhost");
            newMailShouldArrive(home, sink);
        }
    }

    private void poisonInAStreamOfMail(ServerHome home) throws Exception {
        List<MailStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(MailStream.start(home.smtpPort(), "neighbour-" + i, accepted::add));
        }
        await().atMost(LIMIT).until(() -> accepted.size() >= NEIGHBOURS);

        sendPoison(home);

        assertThat(home.awaitExit()).as("first crash").isEqualTo(HaltOnPoison.STATUS);
        for (MailStream stream : streams) {
            stream.awaitEnd();
        }
    }

    private static void sendPoison(ServerHome home) {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            String poison = "X-Poison: yes\r\n\r\nbitter\r\n";
            client.send("poison@localhost", "someone@elsewhere.example", poison);
        } catch (IOException e) {
            // It worked before the server could answer.
        }
    }

    private static void awaitOnlyThePoisonQueued(ServerHome home) {
        await().atMost(LIMIT)
                .until(() -> home.queueSize("spool") == 1 && home.queueSize("smtp") == 0);
    }

    private static void newMailShouldArrive(ServerHome home, SmtpSink sink) throws Exception {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.send(
                    "sender@localhost",
                    "someone@elsewhere.example",
                    MailStream.ID + ": later\r\n\r\nlater\r\n");
        }
        await().atMost(LIMIT).until(() -> delivered(sink).contains("later"));
    }

    private static Set<String> delivered(SmtpSink sink) {
        return sink.taken().stream()
                .map(mail -> mail.header(MailStream.ID).orElseThrow())
                .collect(Collectors.toSet());
    }
}
