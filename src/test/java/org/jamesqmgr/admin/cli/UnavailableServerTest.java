/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnavailableServerTest {

    @TempDir private Path home;
    private FakeServer server;

    @BeforeEach
    void setUp() throws Exception {
        server = FakeServer.start(home);
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    private void assertFatal(String text, String... args) {
        assertThat(server.run(args))
                .isEqualTo(new Result("", args[0] + ": fatal: " + text + "\n", 69));
    }

    private String place() {
        return "127.0.0.1:" + server.port;
    }

    private String nobody() throws Exception {
        int port = Ports.free();
        server.write("jmx.properties", "jmx.port=" + port + "\n");
        return "Connect to the James server at 127.0.0.1:" + port + ": Connection refused";
    }

    @Test
    void aServerThatIsDownShouldBeSaid() throws Exception {
        String refused = nobody();

        assertFatal(refused, "postsuper", "-d", "ALL");
        assertFatal(refused, "qmgr", "status");
        assertFatal(refused, "qshape");
        assertFatal(
                "Cannot flush mail queue - mail system is down (" + refused + ")",
                "postqueue",
                "-f");
    }

    @Test
    void aListingWithoutServerAndDirectoryShouldBeImpossible() throws Exception {
        String refused = nobody();

        assertThat(server.run("mailq"))
                .isEqualTo(
                        new Result(
                                "",
                                "postqueue: fatal: Queue report unavailable - mail system is down ("
                                        + refused
                                        + ")\n",
                                69));
    }

    @Test
    void aWrongPasswordShouldBeSaid() throws Exception {
        server.write("jmxremote.password", "james-admin wrong\n");

        assertFatal(
                "the server at " + place() + " does not let in james-admin: wrong user or password",
                "postsuper",
                "-d",
                "ALL");
    }

    @Test
    void noPasswordShouldBeSaid() throws Exception {
        Files.delete(home.resolve("conf/jmxremote.password"));

        assertThat(server.run("qmgr", "status").err()).contains("wrong user or password");
    }

    @Test
    void aServerWithoutQueueManagerShouldBeSaid() throws Exception {
        server.unregister();

        assertFatal(
                "the server at " + place() + " has no queue manager: james-qmgr does not run in it",
                "qmgr",
                "status");
    }

    @Test
    void somethingElseAtThePortShouldBeSaid() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.write("jmx.properties", "jmx.port=" + other.getLocalPort() + "\n");
            Thread greeter = new Thread(() -> greet(other));
            greeter.start();
            assertThat(server.run("qmgr", "status").err())
                    .startsWith(
                            "qmgr: fatal: what listens at 127.0.0.1:"
                                    + other.getLocalPort()
                                    + " is no James server's JMX: ")
                    .hasLineCount(1);
        }
    }

    private static void greet(ServerSocket listening) {
        try {
            while (true) {
                try (java.net.Socket socket = listening.accept()) {
                    socket.getOutputStream()
                            .write(
                                    "220 mail.example.test ESMTP\r\n"
                                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (java.io.IOException e) {
            // The test has ended.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jmx.enabled=false\n", "jmx.port=many\n", "jmx.port=\\u00\n"})
    void propertiesThatLeadNowhereShouldBeSaid(String properties) throws Exception {
        server.write("jmx.properties", properties);

        Result result = server.run("qmgr", "status");

        assertThat(result.err())
                .startsWith("qmgr: fatal: ")
                .contains("jmx.properties")
                .hasLineCount(1);
        assertThat(result.status()).isEqualTo(69);
    }

    @Test
    void theQueueDirectoryShouldBeListedAndShownWhileTheServerIsDown() throws Exception {
        String refused = nobody();
        String warning =
                "warning: Mail system is down -- accessing queue directly (" + refused + ")\n";
        Path queues = home.resolve("var/spool/qmgr");
        Files.createDirectories(queues.getParent());
        QueueId id = accept(queues);
        List<Path> before = files(queues);

        Result listing = server.run("mailq");
        Result shown = server.run("postcat", "-bq", id.asString());
        Result shape = server.run("qshape");

        assertThat(listing.out())
                .contains(id.asString() + "        18 Mon Nov 23 10:54:00 ")
                .contains("bob@example.test\n")
                .endsWith("-- 0 Kbytes in 1 Request.\n");
        assertThat(listing.err()).isEqualTo("postqueue: " + warning);
        assertThat(shown).isEqualTo(new Result("\nHello\n", "postcat: " + warning, 0));
        assertThat(shape.out()).contains(" example.test  1  1  0");
        assertThat(shape.err()).isEqualTo("qshape: " + warning);
        assertThat(files(queues)).isEqualTo(before);
    }

    private static QueueId accept(Path queues) throws Exception {
        Clock clock = Clock.fixed(FakeServer.NOW, ZoneOffset.UTC);
        try (DirectoryMessageStore store = DirectoryMessageStore.open(queues, clock)) {
            return store.accept(
                    EnvelopeBuilder.mail(new TransportName("smtp"), FakeServer.NOW)
                            .to("bob@example.test")
                            .build(),
                    out -> out.write("Subject: x\n\nHello\n".getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static List<Path> files(Path directory) throws Exception {
        try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void theQueueDirectoryShouldNotBeListedForAServerElsewhere() {
        Result result =
                FakeServer.run(
                        home,
                        InputStream.nullInputStream(),
                        false,
                        "postqueue",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "1",
                        "-p");

        assertThat(result.status()).isEqualTo(69);
    }
}
