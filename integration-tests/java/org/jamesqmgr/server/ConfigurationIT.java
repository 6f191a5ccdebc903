/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.home.ServerHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With settings that make no sense the server does not start, and says in one line what to do. */
class ConfigurationIT {

    private static final String REFUSAL = "James does not start: ";

    @TempDir Path directory;

    private ServerHome home;

    @BeforeEach
    void copyHome() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
    }

    @AfterEach
    void stop() {
        home.close();
    }

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of(
                        "<qmgr>\n<minimum_backoff_time>300s</minimum_backoff_time>\n</qmgr>",
                        List.of(
                                "qmgr.xml line 2: <minimum_backoff_time>",
                                "found \"300s\"",
                                "did you mean minimal_backoff_time?")),
                Arguments.of(
                        "<qmgr>\n\n<queue_run_delay>soon</queue_run_delay></qmgr>",
                        List.of(
                                "qmgr.xml line 3: <queue_run_delay>",
                                "found \"soon\"",
                                "allowed: a time from 1s to")),
                Arguments.of(
                        "<qmgr>\n<minimal_backoff_time>5000s</minimal_backoff_time></qmgr>",
                        List.of(
                                "qmgr.xml line 2: <minimal_backoff_time>",
                                "found \"5000s\"",
                                "allowed: at most maximal_backoff_time",
                                "4000s")),
                Arguments.of(
                        "<qmgr>\n<store>directory</qmgr>",
                        List.of("qmgr.xml line 2: ", "store", "allowed: well-formed XML")),
                Arguments.of(
                        "<qmgr>\n<queue_directory>file://conf/qmgr.xml/queues</queue_directory></qmgr>",
                        List.of("queue_directory", "conf/qmgr.xml/queues", "cannot be created")),
                Arguments.of(
                        "<qmgr><notify_classes>sofware</notify_classes></qmgr>",
                        List.of("<notify_classes>", "found \"sofware\"", "did you mean software?")),
                Arguments.of(
                        "<qmgr><bounce_template_file>file://conf/bounce.cf</bounce_template_file></qmgr>",
                        List.of(
                                "bounce_template_file: ",
                                "conf/bounce.cf: there is no such file")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeShouldStopTheStart(String qmgrXml, List<String> reasons) throws Exception {
        home.qmgrXml(qmgrXml);

        assertThat(theOneReason()).contains(reasons);
    }

    @Test
    void aQueueDirectoryOfAnotherOwnerShouldStopTheStart() throws Exception {
        Path queues = Files.createDirectories(directory.resolve("queues"));
        assumeTrue(canGiveAway(queues), "only root can give a directory away");
        useQueues(queues);

        assertThat(theOneReason()).contains(queues.toString(), "belongs to", "the server runs as");
    }

    @Test
    void aQueueDirectoryInUseShouldStopTheStart() throws Exception {
        try (ServerHome first = ServerHome.copyTo(directory.resolve("first")).start()) {
            useQueues(first.queueFiles().directory());

            assertThat(theOneReason())
                    .contains(
                            first.queueFiles().directory().toString(),
                            "in use by another server (pid " + first.pid());

            assertThat(first.get("/mailQueues")).contains("spool");
        }
    }

    @Test
    void withoutAFileTheDefaultsShouldHold() throws Exception {
        Files.delete(home.conf("qmgr.xml"));

        home.start();

        assertThat(home.console()).contains("qmgr.xml: all parameters have their defaults");
        assertThat(home.queueFiles().directory()).isDirectory();
    }

    private void useQueues(Path queues) throws IOException {
        home.settings("<queue_directory>file://" + queues + "</queue_directory>");
    }

    /** Starts the server, which has to end by itself; returns what it gave as the reason. */
    private String theOneReason() throws IOException {
        home.launch();
        assertThat(home.awaitExit()).isNotZero();
        List<String> reasons =
                home.console().lines().filter(line -> line.contains(REFUSAL)).toList();
        assertThat(reasons).as(home.console()).hasSize(1);
        return reasons.get(0);
    }

    private static boolean canGiveAway(Path path) throws IOException {
        try {
            Files.setOwner(
                    path,
                    path.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("nobody"));
            return true;
        } catch (FileSystemException e) {
            return false;
        }
    }
}
