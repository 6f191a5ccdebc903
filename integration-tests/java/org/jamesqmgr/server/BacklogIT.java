/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A next hop is down and mail piles up in a server with a small heap. */
@Tag("Q5")
class BacklogIT {

    private static final int MAILS = 6_000;
    private static final int CLIENTS = 4;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Less than the mails, 16 kB each, would need. */
    private static final String[] SMALL_HEAP = {"-Xmx64m", "-XX:+ExitOnOutOfMemoryError"};

    private static final String CONTENT = "Subject: x\r\n\r\n" + "0123456789abcdef\r\n".repeat(900);

    @TempDir Path directory;

    @Test
    void aBacklogShouldNeitherFillTheHeapNorDelayTheNextStart() throws Exception {
        try (ServerHome home = ServerHome.copyTo(directory.resolve("home"))) {
            home.start(SMALL_HEAP);
            sendAll(home);
            await().atMost(LIMIT).until(() -> home.queueSize("spool") == 0);
            assertThat(home.queueSize("smtp")).isEqualTo(MAILS);
            home.terminate();

            Instant restart = Instant.now();
            home.start(SMALL_HEAP);
            assertThat(restart).isCloseTo(Instant.now(), within(30, ChronoUnit.SECONDS));
            assertThat(home.queueSize("smtp")).isEqualTo(MAILS);

            try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
                home.request(
                        "PATCH", "/mailQueues/smtp/mails?delayed=true", "{\"delayed\":\"false\"}");
                home.awaitEmptyQueues(LIMIT);
                assertThat(sink.arrived()).hasSize(MAILS);
            }
            assertThat(home.queueFiles().in("deferred")).isEmpty();
        }
    }

    private static void sendAll(ServerHome home) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Void>> clients =
                    IntStream.range(0, CLIENTS)
                            .<Callable<Void>>mapToObj(i -> () -> send(home, MAILS / CLIENTS))
                            .toList();
            for (Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void send(ServerHome home, int mails) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            for (int i = 0; i < mails; i++) {
                SmtpClient.Reply reply =
                        client.send("sender@localhost", "someone@elsewhere.example", CONTENT);
                assertThat(reply.code()).as(reply.text()).isEqualTo(250);
            }
        }
        return null;
    }
}
