/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.QueueFiles;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail that moves: into another store, and with its queue directory to another host. */
@Tag("Q10")
class MigrateIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MESSAGES = 2_000;
    private static final int KILLS = 4;
    private static final String RECIPIENT = "somebody@elsewhere.example";

    @TempDir Path directory;

    private ServerHome home;
    private Shell shell;

    @BeforeEach
    void prepare() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        shell = new Shell(home);
    }

    @AfterEach
    void stop() {
        home.close();
    }

    @Test
    void migrationThatIsKilledAgainAndAgainShouldLoseAndDoubleNothing() throws Exception {
        Path from = directory.resolve("from");
        Path to = Files.createDirectories(directory.resolve("to/conf"));
        Files.copy(home.conf("qmgr.xml"), to.resolve("qmgr.xml"));
        Map<QueuedMessage, String> expected = populate(from);
        QueueFiles source = new QueueFiles(from);

        for (int kill = 1; kill <= KILLS; kill++) {
            int enough = MESSAGES - kill * MESSAGES / (KILLS + 2);
            Process migration = start(from, to);
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> count(source) <= enough || !migration.isAlive());
            assertThat(migration.isAlive()).as("killed in its midst").isTrue();
            migration.destroyForcibly().onExit().join();
            assertThat(count(source)).isPositive();
        }
        Shell.Result last = shell.run("qmgr migrate --from " + from + " --to " + to);

        assertThat(last.status()).as(last.err()).isZero();
        assertThat(count(source)).isZero();
        assertThat(contents(directory.resolve("to/var/spool/qmgr"))).isEqualTo(expected);
    }

    private Process start(Path from, Path to) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                home.directory().resolve("bin/qmgr").toString(),
                                "migrate",
                                "--from",
                                from.toString(),
                                "--to",
                                to.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("migration.txt").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    /** New, waiting, on hold. */
    private static Map<QueuedMessage, String> populate(Path from) throws Exception {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        try (MessageStore store = DirectoryMessageStore.open(from, Clock.systemUTC())) {
            for (int i = 0; i < MESSAGES; i++) {
                byte[] text =
                        ("Subject: " + i + "\r\n\r\n" + "text ".repeat(i % 200)).getBytes(US_ASCII);
                QueueId id =
                        store.accept(
                                mail(new TransportName("smtp"), now).to(RECIPIENT).build(),
                                out -> out.write(text));
                if (i % 3 > 0) {
                    MessageLease lease = store.claim(id).orElseThrow();
                    lease.record(List.of(deferred(now, RECIPIENT, "450 later")));
                    lease.defer(lease.message().status().deferred(now.plusSeconds(i), "later"));
                }
                if (i % 3 > 1) {
                    assertThat(store.hold(id, "looked at")).isEqualTo(OperatorResult.DONE);
                }
            }
        }
        return contents(from);
    }

    private static Map<QueuedMessage, String> contents(Path queue) throws Exception {
        try (MessageStore store = DirectoryMessageStore.open(queue, Clock.systemUTC())) {
            Map<QueuedMessage, String> contents = new HashMap<>();
            store.transports().stream()
                    .flatMap(store::list)
                    .forEach(message -> contents.put(message, text(store, message)));
            return contents;
        }
    }

    private static String text(MessageStore store, QueuedMessage message) {
        try (InputStream in = store.content(message).open()) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int count(QueueFiles files) {
        return files.in("incoming").size() + files.in("deferred").size() + files.in("hold").size();
    }

    @Test
    void mailOfARunningServerShouldNotBeMoved() throws Exception {
        home.start();
        queue(1);

        Path other = Files.createDirectories(directory.resolve("other/conf"));
        Files.copy(home.conf("qmgr.xml"), other.resolve("qmgr.xml"));

        Shell.Result refused =
                shell.run("qmgr migrate --from " + home.directory() + "/conf --to " + other);

        assertThat(refused.status()).isEqualTo(69);
        assertThat(refused.err()).contains("in use by another server (pid " + home.pid());
        assertThat(home.queueFiles().in("deferred")).hasSize(1);
    }

    @Test
    void directoryThatWasCopiedToAnotherHostShouldJustWork() throws Exception {
        home.start();
        queue(5);
        shell.run("postsuper -h " + home.queueFiles().in("deferred").iterator().next());
        home.terminate();
        try (ServerHome other = ServerHome.copyTo(directory.resolve("other"));
                SmtpSink sink = SmtpSink.listen(other.nextHopPort(), SmtpSink.YES)) {
            Files.createDirectories(other.directory().resolve("var/spool"));
            Shell.Result copied =
                    shell.run(
                            "cd "
                                    + home.directory()
                                    + "/var/spool && tar cf - qmgr | (cd "
                                    + other.directory()
                                    + "/var/spool && tar xpf -)");
            assertThat(copied.status()).as(copied.err()).isZero();
            Set<String> deferred = Set.copyOf(other.queueFiles().in("deferred"));

            other.start();

            assertThat(other.queueFiles().in("hold")).hasSize(1);
            assertThat(new Shell(other).run("postqueue -f").status()).isZero();
            await().atMost(LIMIT).until(() -> sink.taken().size() == 4);
            await().atMost(LIMIT).until(() -> other.queueFiles().in("active").isEmpty());
            assertThat(sent(other)).isEqualTo(deferred);
            assertThat(other.queueFiles().in("corrupt")).isEmpty();
        }
    }

    private static Set<String> sent(ServerHome home) {
        return home.mailLog().deliveries().stream()
                .filter(Delivery::sent)
                .map(Delivery::id)
                .collect(Collectors.toSet());
    }

    @Test
    void mailShouldBeDeliveredFromTheStoreItWasMovedTo() throws Exception {
        home.start();
        queue(3);
        home.terminate();
        Path before = Files.createDirectories(directory.resolve("before/conf"));
        Files.copy(home.conf("qmgr.xml"), before.resolve("qmgr.xml"));
        Files.createDirectories(directory.resolve("before/var"));
        Files.move(home.directory().resolve("var/spool"), directory.resolve("before/var/spool"));

        Shell.Result moved =
                shell.run("qmgr migrate --from " + before + " --to " + home.directory() + "/conf");

        assertThat(moved.out()).isEqualTo("moved: 3 messages (3 deferred)\n");
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            home.start();
            shell.run("postqueue -f");
            await().atMost(LIMIT).until(() -> sink.taken().size() == 3);
            home.awaitEmptyQueues(LIMIT);
            assertThat(sink.taken()).extracting(ReceivedMail::body).containsOnly("text\r\n");
        }
    }

    /** Mails that wait, since nobody listens at the next hop. */
    private void queue(int count) throws Exception {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            for (int i = 0; i < count; i++) {
                SmtpClient.Reply reply =
                        client.send(
                                "friend@localhost", RECIPIENT, "Subject: " + i + "\r\n\r\ntext");
                assertThat(reply.code()).as(reply.text()).isEqualTo(250);
            }
        }
        QueueFiles files = home.queueFiles();
        await().atMost(LIMIT)
                .until(() -> files.in("deferred").size() == count && files.in("active").isEmpty());
    }
}
