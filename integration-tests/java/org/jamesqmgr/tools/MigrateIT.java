/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.QueueFiles;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
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
        Map<QueuedMessage, String> expected = StoredMail.populate(from, MESSAGES);
        QueueFiles source = new QueueFiles(from);

        for (int kill = 1; kill <= KILLS; kill++) {
            int enough = MESSAGES - kill * MESSAGES / (KILLS + 2);
            Process migration = shell.start("qmgr migrate --from " + from + " --to " + to);
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> StoredMail.count(source) <= enough || !migration.isAlive());
            assertThat(migration.isAlive()).as("killed in its midst").isTrue();
            migration.destroyForcibly().onExit().join();
            assertThat(StoredMail.count(source)).isPositive();
        }
        Shell.Result last = shell.run("qmgr migrate --from " + from + " --to " + to);

        assertThat(last.status()).as(last.err()).isZero();
        assertThat(StoredMail.count(source)).isZero();
        assertThat(StoredMail.contents(directory.resolve("to/var/spool/qmgr"))).isEqualTo(expected);
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
