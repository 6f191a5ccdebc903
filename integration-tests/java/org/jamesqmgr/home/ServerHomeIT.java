/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.util.Port;
import org.apache.james.utils.SMTPMessageSender;
import org.apache.james.utils.TestIMAPClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerHomeIT {

    private static final int STOPPED_BY_SIGTERM = 143;
    private static final int EX_CONFIG = 78;

    /** 127.0.0.1 and ::1 as the kernel prints them. */
    private static final List<String> LOOPBACK =
            List.of(
                    "0100007F",
                    "0000000000000000FFFF00000100007F",
                    "00000000000000000000000001000000");

    @TempDir static Path directory;

    private static ServerHome home;

    @BeforeAll
    static void startInAnUnusualFolder() throws IOException {
        home = ServerHome.copyTo(directory.resolve("a folder & größer/than usual")).start();
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @Test
    void mailForALocalUserShouldReachItsMailbox() throws Exception {
        home.addUser("alice@localhost", "secret");

        send("alice@localhost");

        awaitMail("alice@localhost", "secret");
    }

    @Test
    void theLogShouldEndWithWhatListensWhere() {
        assertThat(home.console())
                .containsSubsequence(
                        "JAMES server started",
                        "SMTP     127.0.0.1:" + home.smtpPort(),
                        "IMAP     127.0.0.1:" + home.imapPort(),
                        "WebAdmin http://localhost:" + home.webAdminPort(),
                        "JMX      127.0.0.1:" + home.jmxPort(),
                        "What to try next");
    }

    @Test
    void nothingShouldListenBeyondThisHost() throws Exception {
        assertThat(listeningAddresses(home.pid())).isNotEmpty().isSubsetOf(LOOPBACK);
    }

    @Test
    void aSecondHomeShouldRunBesideTheFirstAndStopCleanly() throws Exception {
        try (ServerHome second = ServerHome.copyTo(directory.resolve("second")).start()) {
            assertThat(second.get("/mailQueues")).contains("spool");

            assertThat(second.terminate()).isEqualTo(STOPPED_BY_SIGTERM);

            assertThat(second.console().trim()).endsWith("JAMES server stopped");
            assertThat(home.get("/mailQueues")).contains("spool");
        }
    }

    @Test
    void theLauncherShouldRefuseAClassPathOnWhichJamesComesFirst() throws Exception {
        Path lib = Path.of(System.getProperty("james.home"), "lib");
        Path output = directory.resolve("output");

        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                jar(lib, "james-server-guice-common") + ":" + lib + "/*",
                                "-Dworking.directory=" + directory,
                                "org.jamesqmgr.Launcher")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();

        assertThat(process.waitFor()).isEqualTo(EX_CONFIG);
        assertThat(Files.readString(output))
                .startsWith("james-qmgr: james-qmgr.jar must come first on the class path")
                .hasLineCount(1);
    }

    private static Path jar(Path lib, String name) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void send(String recipient) throws IOException {
        try (SMTPMessageSender sender = new SMTPMessageSender("localhost")) {
            sender.connect("127.0.0.1", Port.of(home.smtpPort()))
                    .sendMessage("bob@localhost", recipient);
        }
    }

    private static void awaitMail(String user, String password) throws IOException {
        try (TestIMAPClient imap = new TestIMAPClient()) {
            imap.connect("127.0.0.1", home.imapPort()).login(user, password);
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> {
                                imap.select("INBOX");
                                return imap.hasAMessage();
                            });
        }
    }

    /** The local addresses, in hexadecimal, of the listening TCP sockets of a process. */
    private static Set<String> listeningAddresses(long pid) throws IOException {
        Set<String> sockets = sockets(pid);
        return Stream.concat(
                        Files.readAllLines(Path.of("/proc/net/tcp")).stream(),
                        Files.readAllLines(Path.of("/proc/net/tcp6")).stream())
                .map(line -> line.trim().split("\\s+"))
                // local address, remote address, state (0A: listening) ... inode
                .filter(fields -> fields.length > 9 && fields[3].equals("0A"))
                .filter(fields -> sockets.contains("socket:[" + fields[9] + "]"))
                .map(fields -> fields[1].substring(0, fields[1].indexOf(':')))
                .collect(Collectors.toSet());
    }

    private static Set<String> sockets(long pid) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return descriptors.map(ServerHomeIT::linkTarget).collect(Collectors.toSet());
        }
    }

    private static String linkTarget(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return "closed meanwhile";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
