/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that were written for Postfix, and what an administrator does by hand. */
class ToolsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String FRIEND = "friend@localhost";
    private static final String SPAMMER = "spammer@bad.example";

    /** Reads the listing a paragraph at a time and deletes what a sender has sent. */
    private static final String PARAGRAPHS =
            """
            open(my $queue, '-|', 'postqueue -p') or die;
            open(my $delete, '|-', 'postsuper -d -') or die;
            $/ = '';
            while (<$queue>) {
                next unless /^([0-9A-Za-z]+)[*!]?\\s+\\d+\\s.*\\s(\\S+)\\n/;
                print $delete "$1\\n" if $2 eq $ARGV[0];
            }
            close($delete);
            """;

    @TempDir Path directory;

    private ServerHome home;
    private Shell shell;

    @BeforeEach
    void start() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        shell = new Shell(home);
    }

    @AfterEach
    void stop() {
        home.close();
    }

    @Test
    @Tag("A1")
    @Tag("A2")
    @Tag("A5")
    @Tag("A6")
    void scriptsForPostfixShouldWork() throws Exception {
        home.start();
        queue(3, SPAMMER, "first");
        queue(2, FRIEND, "second");
        queue(1, SPAMMER, "third");

        List<JsonNode> queued = json();
        assertThat(queued).hasSize(6).allMatch(message -> message.has("next_attempt"));
        String kept = idsOf(queued, FRIEND).get(0);

        Shell.Result deleted =
                shell.run(
                        "mailq | tail -n +2 | awk 'BEGIN { RS = \"\" } /@first.example/ { print $1 }'"
                                + " | tr -d '*!' | postsuper -d -");

        assertThat(deleted.err()).endsWith("postsuper: Deleted: 3 messages\n");
        assertThat(deleted.status()).isZero();
        assertThat(json()).hasSize(3);

        Path script = Files.writeString(directory.resolve("pfdel.pl"), PARAGRAPHS);
        Shell.Result paragraphs = shell.run("perl " + script + " " + SPAMMER);

        assertThat(paragraphs.err()).endsWith("postsuper: Deleted: 1 message\n");
        assertThat(idsOf(json(), FRIEND)).hasSize(2).contains(kept);
        assertThat(shell.run("postcat -q " + kept).lines())
                .contains("sender: " + FRIEND, "Subject: second");
        assertThat(shell.run("qshape deferred").out()).contains("TOTAL  2");
        assertThat(shell.run("qmgr explain " + kept).out()).contains("Connection refused");
        assertThat(shell.run("postsuper -d all -d '' -d ../" + kept).err())
                .contains("invalid mail queue id");
        assertThat(json()).hasSize(2);
        assertThat(shell.run("james-cli ListDomains").out()).contains("localhost");
    }

    @Test
    @Tag("A1")
    @Tag("A5")
    void theQueueShouldBeReadWithoutAServer() throws Exception {
        home.start();
        queue(1, FRIEND, "read");
        String id = json().get(0).path("queue_id").asText();
        home.kill();

        Shell.Result listing = shell.run("mailq");

        assertThat(listing.out()).contains(id, FRIEND, "-- 0 Kbytes in 1 Request.");
        assertThat(listing.err()).contains("warning: Mail system is down");
        assertThat(shell.run("postcat -q " + id).out()).contains("Subject: read");
        Shell.Result unwritten = shell.run("mailq > /dev/full");
        assertThat(unwritten.status()).isEqualTo(1);
        assertThat(unwritten.err()).contains("cannot write to standard output: No space left");
        assertThat(shell.run("mailq | head -n 1").lines()).hasSize(1);
        Path link = directory.resolve("mailq");
        Files.createSymbolicLink(link, home.directory().resolve("bin/qmgr"));
        assertThat(shell.run(link.toString()).out()).isEqualTo(listing.out());
        Shell.Result refused = shell.run("postsuper -d " + id);
        assertThat(refused.status()).isEqualTo(69);
        assertThat(refused.err()).hasLineCount(1);
        assertThat(home.queueFiles().in("deferred")).containsExactly(id);
    }

    @Test
    @Tag("A4")
    void requeuedMailShouldGoTheWayOfTodaysConfiguration() throws Exception {
        home.start();
        queue(1, FRIEND, "rerouted");
        String old = json().get(0).path("queue_id").asText();
        home.kill();
        home.runFirst(
                "<mailet match=\"HostIs=rerouted.example\" class=\"SetMimeHeader\">"
                        + "<name>X-Way</name><value>new</value></mailet>");
        home.start();

        Shell.Result requeued = shell.run("postsuper -r " + old);
        home.kill();

        assertThat(requeued.err())
                .isEqualTo("postsuper: " + old + ": requeued\npostsuper: Requeued: 1 message\n");
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            home.start();
            shell.run("postqueue -f");
            await().atMost(LIMIT).until(() -> !sink.taken().isEmpty());
            home.awaitEmptyQueues(LIMIT);
            assertThat(sink.taken()).hasSize(1);
            ReceivedMail mail = sink.taken().get(0);
            assertThat(mail.header("X-Way")).contains("new");
            assertThat(mail.content().split("(?m)^Received: ", -1)).hasSize(3);
            assertThat(home.mailLog().texts(old)).noneMatch(text -> text.contains("status=sent"));
        }
    }

    @Test
    @Tag("A4")
    void killInTheMiddleOfARequeueShouldLoseNothing() throws Exception {
        home.start();
        Set<String> sent = queueDifferent(100);
        CompletableFuture<Shell.Result> requeue = inBackground("postsuper -r ALL");
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(2)).until(() -> requeued() > 20);

        home.kill();

        assertThat(requeue.get(60, TimeUnit.SECONDS).status()).isEqualTo(69);
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            home.start();
            shell.run("postqueue -f");
            home.awaitEmptyQueues(LIMIT);
            List<String> arrived =
                    sink.taken().stream()
                            .map(mail -> mail.header("Subject").orElseThrow())
                            .toList();
            assertThat(arrived).containsAll(sent);
            // What was about to be replaced is there twice, and what was about to go out.
            assertThat(arrived).hasSizeLessThan(sent.size() + 10);
        }
    }

    private long requeued() {
        return home.mailLog().lines().stream()
                .filter(line -> line.service().equals("postsuper"))
                .count();
    }

    private Set<String> queueDifferent(int count) throws Exception {
        Set<String> subjects = new HashSet<>();
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            for (int i = 0; i < count; i++) {
                subjects.add("number " + i);
                byte[] content =
                        ("Subject: number " + i + "\r\n\r\ntext\r\n")
                                .getBytes(StandardCharsets.US_ASCII);
                client.send(FRIEND, List.of("user@some.example"), content);
            }
        }
        await().atMost(LIMIT).until(() -> home.queueFiles().in("deferred").size() == count);
        return subjects;
    }

    private CompletableFuture<Shell.Result> inBackground(String line) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return shell.run(line);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /** Mails that wait, since nobody listens at the next hop. */
    private void queue(int count, String sender, String domain) throws Exception {
        int before = home.queueFiles().in("deferred").size();
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            for (int i = 0; i < count; i++) {
                byte[] content =
                        ("Subject: " + domain + "\r\n\r\ntext\r\n")
                                .getBytes(StandardCharsets.US_ASCII);
                SmtpClient.Reply reply =
                        client.send(sender, List.of("user@" + domain + ".example"), content);
                assertThat(reply.code()).as(reply.text()).isEqualTo(250);
            }
        }
        await().atMost(LIMIT)
                .until(
                        () ->
                                home.queueFiles().in("deferred").size() == before + count
                                        && home.queueFiles().in("active").isEmpty());
    }

    private List<JsonNode> json() throws Exception {
        List<JsonNode> messages = new ArrayList<>();
        for (String line : shell.run("postqueue -j").lines()) {
            messages.add(new ObjectMapper().readTree(line));
        }
        return messages;
    }

    private static List<String> idsOf(List<JsonNode> messages, String sender) {
        return messages.stream()
                .filter(message -> message.path("sender").asText().equals(sender))
                .map(message -> message.path("queue_id").asText())
                .toList();
    }
}
