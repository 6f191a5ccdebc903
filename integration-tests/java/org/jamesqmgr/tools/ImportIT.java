/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.home.QueueFiles;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.james.former.FormerJames;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail that waited in James's ActiveMQ when james-qmgr was installed. */
@Tag("Q10")
class ImportIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MAILS = 400;
    private static final int KILLS = 3;

    @TempDir Path directory;

    private ServerHome home;

    @BeforeEach
    void prepare() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
    }

    @AfterEach
    void stop() {
        home.close();
    }

    @Test
    void mailShouldBeDeliveredOnceHoweverOftenItsImportIsKilled() throws Exception {
        try (FormerJames james = FormerJames.start(home.directory(), true)) {
            for (int i = 0; i < MAILS; i++) {
                james.enqueue("spool", mail(i));
            }
        }
        home.start();
        await().atMost(LIMIT).until(() -> home.console().contains("had before: " + MAILS));
        home.terminate();
        QueueFiles files = home.queueFiles();

        for (int kill = 1; kill <= KILLS; kill++) {
            int enough = kill * MAILS / (KILLS + 2);
            Process importing = start();
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> files.in("incoming").size() >= enough || !importing.isAlive());
            assertThat(importing.isAlive()).as("killed in its midst: %s", said()).isTrue();
            importing.destroyForcibly().onExit().join();
        }
        Process last = start();
        assertThat(last.waitFor()).as(said()).isZero();

        assertThat(files.in("incoming")).hasSize(MAILS);
        try (SmtpSink sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES)) {
            home.start();
            home.awaitEmptyQueues(LIMIT);
            List<String> expected =
                    IntStream.range(0, MAILS).mapToObj(Integer::toString).sorted().toList();
            assertThat(sink.taken().stream().map(ImportIT::subject).sorted().toList())
                    .isEqualTo(expected);
        }
    }

    private static String subject(ReceivedMail mail) {
        return mail.header("Subject").orElseThrow();
    }

    private static MailImpl mail(int number) throws Exception {
        AttributeValue<String> user = AttributeValue.of("friend@localhost");
        byte[] content = ("Subject: " + number + "\r\n\r\ntext\r\n").getBytes(US_ASCII);
        return MailImpl.builder()
                .name("mail" + number)
                .sender("friend@localhost")
                .addRecipient("somebody@elsewhere.example")
                // Or it would not be relayed.
                .addAttribute(new Attribute(Mail.SMTP_AUTH_USER, user))
                .mimeMessage(
                        new MimeMessageWrapper(
                                MimeMessageInputStreamSource.create(
                                        "mail" + number, new ByteArrayInputStream(content))))
                .build();
    }

    /** With the class path of a James that has ActiveMQ. */
    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=org/jamesqmgr/admin/cli/logback.xml",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        "org.jamesqmgr.admin.cli.Main",
                        "qmgr",
                        "-c",
                        home.directory().resolve("conf").toString(),
                        "import")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("import.txt").toFile())
                .start();
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("import.txt"));
    }

    @Test
    void classPathWithoutActiveMqShouldBeSaid() throws Exception {
        Shell.Result refused = new Shell(home).run("qmgr import");

        assertThat(refused.status()).isEqualTo(69);
        assertThat(refused.err())
                .hasLineCount(1)
                .contains("ActiveMQ is not on the class path: run it with that of the server");
        assertThat(home.directory().resolve("var/spool")).doesNotExist();
    }
}
