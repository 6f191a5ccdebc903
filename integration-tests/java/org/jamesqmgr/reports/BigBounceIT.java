/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.delivery.Courier.LIMIT;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail that takes an eighth of the heap comes back whole. */
@Tag("B1")
class BigBounceIT {

    private static final String SMALL_HEAP = "-Xmx256m";
    private static final String LINE = "0123456789".repeat(7) + "\r\n";
    private static final int LINES = 30 * 1024 * 1024 / LINE.length();

    @TempDir Path directory;

    @Test
    void aLargeMailShouldComeBackWhole() throws Exception {
        try (ServerHome home = ServerHome.copyTo(directory.resolve("home"));
                SmtpSink sink = SmtpSink.listen(home.nextHopPort(), new RefusesOne())) {
            home.settings("<bounce_size_limit>0</bounce_size_limit>");
            home.start(SMALL_HEAP, "-XX:+ExitOnOutOfMemoryError");

            String body = LINE.repeat(LINES);
            try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
                SmtpClient.Reply reply =
                        client.send(
                                "sender@far.example",
                                List.of("no@far.example"),
                                ("Subject: big\r\n\r\n" + body)
                                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(reply.code()).as(reply.text()).isEqualTo(250);
            }

            await("the report").atMost(LIMIT).until(() -> !sink.taken().isEmpty());
            ReceivedMail report = sink.taken().get(0);
            assertThat(report.sender()).isEmpty();
            assertThat(report.recipients()).containsExactly("sender@far.example");
            assertThat(report.content().contains(body)).as("the whole of it").isTrue();
            assertThat(home.isRunning()).isTrue();
        }
    }

    private static final class RefusesOne implements SmtpSink.Answers {

        @Override
        public String toMessage(ReceivedMail mail) {
            boolean report = mail.sender().isEmpty();
            return report ? "250 2.0.0 taken" : "552 5.3.4 too big for us";
        }
    }
}
