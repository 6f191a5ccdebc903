/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.artemis.SharedQueues;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.ArtemisBroker;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code qmgr migrate} to and from the queues at a broker. */
@Tag("Q10")
@Tag("X1")
class MigrateSharedTest {

    private static final Clock CLOCK = Clock.fixed(FakeServer.NOW, ZoneOffset.UTC);
    private static final String PREFIX = "qmgr";

    private static ArtemisBroker broker;

    @TempDir private Path temporary;
    private Path queue;
    private Path conf;
    private QueueId id;

    @BeforeAll
    static void start() throws Exception {
        broker = ArtemisBroker.start();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.stop();
    }

    @BeforeEach
    void prepare() throws Exception {
        try (SharedQueues queues = new SharedQueues(broker, PREFIX)) {
            queues.clear();
        }
        queue = temporary.resolve("queue");
        conf = Files.createDirectories(temporary.resolve("home/conf"));
        password(ArtemisBroker.PASSWORD, "rw-------");
        configure(broker.url(), PREFIX);
        try (MessageStore store = DirectoryMessageStore.open(queue, CLOCK)) {
            id =
                    store.accept(
                            EnvelopeBuilder.mail(new TransportName("spool"), FakeServer.NOW)
                                    .build(),
                            out -> out.write("body".getBytes(StandardCharsets.US_ASCII)));
            assertThat(store.hold(id, "looked at")).isEqualTo(OperatorResult.DONE);
        }
    }

    private void password(String password, String mode) throws IOException {
        Path file = Files.writeString(conf.resolve("broker.password"), password + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private void configure(String url, String prefix) throws IOException {
        Files.writeString(
                conf.resolve("qmgr.xml"),
                """
                <qmgr>
                  <store>artemis</store>
                  <broker_url>%s</broker_url>
                  <broker_user>james</broker_user>
                  <broker_password_file>file://conf/broker.password</broker_password_file>
                  <broker_prefix>%s</broker_prefix>
                  <broker_timeout>5s</broker_timeout>
                </qmgr>
                """
                        .formatted(url, prefix));
    }

    private Result migrate(Path from, Path to) throws Exception {
        return FakeServer.run(
                temporary,
                InputStream.nullInputStream(),
                false,
                "qmgr",
                "migrate",
                "--from",
                from.toString(),
                "--to",
                to.toString());
    }

    private void assertRefused(Result result, String... words) throws Exception {
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("qmgr: fatal: --to: ").contains(words);
        assertHeld();
    }

    private void assertHeld() throws Exception {
        try (MessageStore store = DirectoryMessageStore.open(queue, CLOCK)) {
            assertThat(store.find(id)).get().matches(found -> found.queue() == QueueName.HOLD);
        }
    }

    @Test
    void mailShouldGoToTheBrokerAndBack() throws Exception {
        Result moved = new Result("moved: 1 message (1 hold)\n", "", 0);

        assertThat(migrate(queue, conf)).isEqualTo(moved);
        try (MessageStore store = DirectoryMessageStore.open(queue, CLOCK)) {
            assertThat(store.find(id)).isEmpty();
        }
        assertThat(migrate(conf.resolve("qmgr.xml"), queue)).isEqualTo(moved);

        assertHeld();
        assertThat(migrate(conf, queue)).isEqualTo(new Result("moved: 0 messages\n", "", 0));
    }

    @Test
    void brokerThatIsNotThereShouldBeSaid() throws Exception {
        String url;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = "tcp://127.0.0.1:" + closed.getLocalPort();
        }
        configure(url, PREFIX);

        assertRefused(migrate(queue, conf), "the broker " + url + " cannot be reached");
    }

    @Test
    void wrongPasswordShouldBeSaid() throws Exception {
        password("wrong", "rw-------");

        assertRefused(migrate(queue, conf), "does not let broker_user in");
    }

    @Test
    void passwordThatOthersMayReadShouldBeSaid() throws Exception {
        password(ArtemisBroker.PASSWORD, "rw-r--r--");

        assertRefused(migrate(queue, conf), "broker_password_file", "0600");
    }

    @Test
    void brokerThatKnowsNothingOfTheQueuesShouldBeSaid() throws Exception {
        configure(broker.url(), "mail");

        assertRefused(migrate(queue, conf), "permissions", "conf-samples/shared/broker.xml");
    }

    @Test
    void queuesShouldNotBeMovedIntoThemselves() throws Exception {
        assertThat(migrate(queue, conf).status()).isZero();

        assertThat(migrate(conf, conf.resolve("qmgr.xml")).status()).isEqualTo(1);
        Path again = Files.createDirectories(temporary.resolve("again/conf"));
        Files.copy(conf.resolve("broker.password"), again.resolve("broker.password"));
        String alias = broker.url().replace("127.0.0.1", "localhost");
        Files.writeString(
                again.resolve("qmgr.xml"),
                Files.readString(conf.resolve("qmgr.xml")).replace(broker.url(), alias));
        Result result = migrate(conf, again);

        assertThat(result.status()).isEqualTo(69);
        assertThat(result.err()).contains("qmgr_migrate works at the broker already");
        assertThat(migrate(conf, queue).status()).isZero();
        assertHeld();
    }
}
