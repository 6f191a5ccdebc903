/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.jamesqmgr.home.QueueFiles;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.testing.ArtemisBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail that moves from a queue directory to a broker in another process, and from there to another directory. */
@Tag("Q10")
@Tag("X1")
class MigrateSharedIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("moved.messages", 600);

    @TempDir Path directory;

    private ArtemisBroker broker;
    private ServerHome home;
    private Shell shell;

    @BeforeEach
    void prepare() throws Exception {
        broker = ArtemisBroker.start();
        home = ServerHome.copyTo(directory.resolve("home"));
        shell = new Shell(home);
        Path password = Files.writeString(home.conf("broker.password"), ArtemisBroker.PASSWORD);
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        home.settings(
                "<store>artemis</store>",
                "<broker_url>" + broker.url() + "</broker_url>",
                "<broker_user>" + ArtemisBroker.USER + "</broker_user>",
                "<broker_password_file>file://conf/broker.password</broker_password_file>");
    }

    @AfterEach
    void stop() throws Exception {
        home.close();
        broker.stop();
    }

    @Test
    void migrationThatIsKilledShouldLoseAndDoubleNothingOnItsWayThereAndBack() throws Exception {
        home.withJars(jarOf(ActiveMQClient.class), jarOf(SimpleString.class));
        Path from = directory.resolve("from");
        Path to = Files.createDirectories(directory.resolve("to"));
        Map<QueuedMessage, String> expected = StoredMail.populate(from, MESSAGES);
        Path damaged = Files.writeString(from.resolve("corrupt/damaged"), "what is left");
        Files.createDirectory(to.resolve("incoming"));
        Path conf = home.directory().resolve("conf");
        QueueFiles there = new QueueFiles(from);
        QueueFiles back = new QueueFiles(to);

        killAt(from, conf, () -> StoredMail.count(there) <= MESSAGES / 2);
        assertThat(StoredMail.count(there)).isPositive();
        assertMoved(from, conf);

        assertThat(StoredMail.count(there)).isZero();
        assertThat(damaged).doesNotExist();

        killAt(conf, to, () -> back.in("incoming").size() >= MESSAGES / 6);
        assertThat(StoredMail.count(back)).isLessThan(MESSAGES);
        assertMoved(conf, to);

        assertThat(StoredMail.contents(to)).isEqualTo(expected);
        assertThat(to.resolve("corrupt/damaged")).hasContent("what is left");
        assertThat(shell.run(command(conf, to)).out()).isEqualTo("moved: 0 messages\n");
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String command(Path from, Path to) {
        return "qmgr migrate --from " + from + " --to " + to;
    }

    private void killAt(Path from, Path to, Callable<Boolean> enough) throws Exception {
        Process migration = shell.start(command(from, to));
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> enough.call() || !migration.isAlive());
        assertThat(migration.isAlive()).as("killed in its midst").isTrue();
        migration.destroyForcibly().onExit().join();
    }

    private void assertMoved(Path from, Path to) throws Exception {
        Shell.Result result = shell.run(command(from, to));
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
    }

    @Test
    void clientThatIsMissingShouldBeNamed() throws Exception {
        Path from = directory.resolve("from");
        StoredMail.populate(from, 1);

        Shell.Result refused = shell.run(command(from, home.directory().resolve("conf")));

        assertThat(refused.status()).isEqualTo(69);
        assertThat(refused.err())
                .contains("artemis-core-client-2.27.1.jar")
                .contains("artemis-commons-2.27.1.jar")
                .contains("lib");
        assertThat(StoredMail.count(new QueueFiles(from))).isEqualTo(1);
    }
}
