/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.server.MailBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many failures at once. {@code -Dstorm.size=10000} makes the storms of mail as large as they
 * may be; the default leaves time for other tests.
 */
class StormIT {

    private static final int SIZE = Integer.getInteger("storm.size", 1500);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final String SENDER = "reporter@far.example";
    private static final String DOUBLES = "doubles@far.example";
    private static final String ERRORS = "errors@far.example";
    private static final String PROBE = "probe@far.example";

    /** Too large for the journal: it needs a file. */
    private static final String LARGE =
            "Subject: x\r\n\r\n" + ("x".repeat(70) + "\r\n").repeat(600);

    private static final Pattern MORE = Pattern.compile("(?m)^Subject: .*\\((\\d+) more\\)");
    private static final Pattern FAILED = Pattern.compile("Final-Recipient: rfc822; no-(\\d+)@");

    @TempDir Path directory;

    private ServerHome home;
    private SmtpSink sink;

    @BeforeEach
    void start() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        sink = SmtpSink.listen(home.nextHopPort(), new RefusesMany());
        home.settings(
                "<notify_classes>2bounce, protocol, resource</notify_classes>",
                "<parameter name=\"2bounce_notice_recipient\">" + DOUBLES + "</parameter>",
                "<error_notice_recipient>" + ERRORS + "</error_notice_recipient>",
                "<notice_interval>" + INTERVAL.toSeconds() + "s</notice_interval>");
        home.start();
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
        sink.close();
    }

    private static final class RefusesMany implements SmtpSink.Answers {

        @Override
        public String toRecipient(String recipient) {
            return recipient.startsWith("no-") ? "550 5.1.1 nobody" : "250 2.1.5 known";
        }
    }

    @Test
    @Tag("B1")
    void newMailShouldFlowThroughAStormOfBounces() throws Exception {
        MailBatch batch = bounces(SENDER);
        await("the storm").atMost(LIMIT).until(() -> sentTo(SENDER).size() > SIZE / 10);

        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            client.send("someone@localhost", PROBE, "Subject: new\r\n\r\ntext\r\n");
        }
        await("new mail").atMost(LIMIT).until(() -> !sentTo(PROBE).isEmpty());
        int reportsBeforeIt = sentTo(SENDER).size();

        assertThat(reportsBeforeIt).as("reports before the new mail").isLessThan(SIZE);
        batch.awaitEnd();
        await("all reports").atMost(LIMIT).until(() -> sentTo(SENDER).size() >= SIZE);
        home.awaitEmptyQueues(LIMIT);
        assertThat(failed(sentTo(SENDER))).hasSize(SIZE);
        assertThat(sentTo(SENDER)).hasSize(SIZE);
    }

    @Test
    @Tag("B2")
    @Tag("N4")
    void noLastCopyOfAMailShouldBeHeldBack() throws Exception {
        bounces("").awaitEnd();

        await("all notices").atMost(LIMIT).until(() -> sentTo(DOUBLES).size() >= SIZE);
        home.awaitEmptyQueues(LIMIT);
        assertThat(failed(sentTo(DOUBLES))).hasSize(SIZE);
    }

    @Test
    @Tag("N4")
    void aStormOfBadCommandsShouldBeToldOfInFewNoticesThatCountThem() throws Exception {
        Instant begin = Instant.now();
        for (int i = 0; i < SIZE; i++) {
            try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
                client.command("FROBNICATE");
            }
        }

        allShouldBeTold("SMTP server: errors from", begin);
    }

    @Test
    @Tag("N4")
    void aStormOfMailThatCannotBeStoredShouldBeToldOfInFewNoticesThatCountIt() throws Exception {
        Path incoming = home.queueFiles().directory().resolve("incoming");
        Path aside = directory.resolve("incoming-aside");
        Instant begin = Instant.now();
        Files.move(incoming, aside);
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            for (int i = 0; i < SIZE; i++) {
                SmtpClient.Reply reply = client.send("someone@far.example", PROBE, LARGE);
                assertThat(reply.code() / 100).as(reply.text()).isEqualTo(4);
            }
        } finally {
            Files.move(aside, incoming);
        }

        allShouldBeTold("the message store fails (accept)", begin);
    }

    /** Each of {@link #SIZE} events is counted, and there is a notice for each interval, not for each of them. */
    private void allShouldBeTold(String subject, Instant begin) {
        await("all counted").atMost(LIMIT).until(() -> told(notices(subject)) >= SIZE);
        long intervals = Duration.between(begin, Instant.now()).dividedBy(INTERVAL);
        assertThat(told(notices(subject))).isEqualTo(SIZE);
        assertThat((long) notices(subject).size()).isBetween(2L, intervals + 2);
    }

    private List<ReceivedMail> notices(String subject) {
        return sentTo(ERRORS).stream().filter(mail -> mail.content().contains(subject)).toList();
    }

    /** The first notice tells of one event, each later one says how many there were. */
    private static long told(List<ReceivedMail> notices) {
        return notices.stream()
                .map(notice -> MORE.matcher(notice.content()))
                .mapToLong(more -> more.find() ? Long.parseLong(more.group(1)) : 1)
                .sum();
    }

    private MailBatch bounces(String sender) throws IOException {
        return MailBatch.start(
                home.smtpPort(), SIZE, sender, id -> List.of("no-" + id + "@far.example"));
    }

    private List<ReceivedMail> sentTo(String recipient) {
        return sink.taken().stream().filter(mail -> mail.recipients().contains(recipient)).toList();
    }

    /** Whose failure the reports tell of. */
    private static Set<String> failed(List<ReceivedMail> reports) {
        return reports.stream()
                .map(report -> FAILED.matcher(report.content()))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .collect(Collectors.toSet());
    }
}
