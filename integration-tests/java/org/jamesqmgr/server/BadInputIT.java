/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.mailets.WaitForPeer;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mail as no decent program writes it, into a server with a small heap: stored byte for byte and sent
 * on, or refused at once.
 */
@Tag("Q3")
class BadInputIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String SMALL_HEAP = "-Xmx256m";
    private static final String SENDER = "sender@localhost";
    private static final String RECIPIENT = "someone@elsewhere.example";

    /** {@code default_destination_recipient_limit} */
    private static final int RECIPIENT_LIMIT = 50;

    private static final String PLAIN = "Subject: x\r\n\r\ntext\r\n";

    /** What becomes of a mail that was stored as it came. */
    private enum WayOut {
        EXACT,
        /** JavaMail, which a mailet changes headers with, puts an empty line after them. */
        SEPARATED
    }

    /**
     * @param sender tells one mail from another, together with the recipients
     */
    private record Mail(String sender, Set<String> recipients, String content, WayOut wayOut) {

        static Mail to(String recipient) {
            return new Mail(SENDER, Set.of(recipient), PLAIN, WayOut.EXACT);
        }

        static Mail of(String name, String content, WayOut wayOut) {
            return new Mail(name + "@localhost", Set.of(RECIPIENT), content, wayOut);
        }

        static Mail of(String name, String content) {
            return of(name, content, WayOut.EXACT);
        }

        String sentOn() {
            return wayOut == WayOut.EXACT ? content : content + "\r\n";
        }

        boolean isEnvelope(String otherSender, Set<String> otherRecipients) {
            return sender.equals(otherSender) && recipients.equals(otherRecipients);
        }

        @Override
        public String toString() {
            return "mail from " + sender + " to " + recipients.stream().limit(3).toList();
        }
    }

    @TempDir Path directory;

    private ServerHome home;
    private SmtpSink sink;
    private ServerSocket mailetPeer;

    @BeforeEach
    void prepare() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        sink = SmtpSink.listen(home.nextHopPort(), SmtpSink.YES);
        mailetPeer = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void cleanUp() throws IOException {
        home.close();
        sink.close();
        mailetPeer.close();
    }

    /**
     * Without James's RecipientRewriteTable, which cannot cope with a quoted at sign, and takes a
     * minute for very many recipients on a slow machine.
     */
    @Test
    void whatIsAcceptedShouldBeStoredExactlyAndSentOn() throws Exception {
        List<Mail> mails =
                Stream.of(oddContents(), oddAddresses(), bigOnes()).flatMap(List::stream).toList();
        keepAllMailBeforeTheFirstMailet();

        home.start(SMALL_HEAP);
        for (Mail mail : mails) {
            assertThat(send(mail).code()).as(mail.toString()).isEqualTo(250);
        }
        home.kill();

        assertStored(mails);
        home.replace("mailetcontainer.xml", keeping(), "")
                .replace(
                        "mailetcontainer.xml",
                        "match=\"All\" class=\"RecipientRewriteTable\"",
                        "match=\"HasHeader=X-Never\" class=\"RecipientRewriteTable\"");
        home.start(SMALL_HEAP);
        home.awaitEmptyQueues(LIMIT);
        assertSentOn(mails);
        assertThat(home.console()).doesNotContain("OutOfMemoryError");
        assertThat(home.queueFiles().in("hold")).isEmpty();
        assertThat(home.queueFiles().in("corrupt")).isEmpty();
    }

    @Test
    void whatIsRefusedShouldBeRefusedClearly() throws Exception {
        home.replace("smtpserver.xml", "<maxmessagesize>102400<", "<maxmessagesize>1000<");
        home.start(SMALL_HEAP);

        assertThat(send(Mail.of("lf-in-body", "Subject: x\r\n\r\nbare\nLF\r\n")).text())
                .isEqualTo("500 5.0.0 line delimiter must be CRLF");
        assertThat(send(Mail.of("lf-in-header", "Subject: x\nX-Bare: LF\r\n\r\ntext\r\n")).text())
                .isEqualTo("500 5.0.0 line delimiter must be CRLF");
        assertThat(send(Mail.of("too-big", PLAIN + "0123456\r\n".repeat(200_000))).text())
                .isEqualTo("552 Quota exceeded");
        assertThat(send(Mail.to("../../etc/passwd@elsewhere.example")).text())
                .startsWith("553 5.1.3");
        assertThat(send(Mail.to("gr\u00fc\u00dfe@elsewhere.example")).text())
                .startsWith("553 5.1.3");

        assertThat(send(Mail.to(RECIPIENT)).code()).isEqualTo(250);
        await().atMost(LIMIT).until(() -> !sink.taken().isEmpty());
        home.awaitEmptyQueues(LIMIT);
        assertThat(sink.taken()).hasSize(1);
    }

    private static List<Mail> oddContents() {
        String folded = "X-Long: " + "0123456789012345678901234567890\r\n ".repeat(32_000) + "\r\n";
        String many =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> "X-" + i + ": " + i + "\r\n")
                        .collect(Collectors.joining());
        String allBytes =
                IntStream.range(0, 256)
                        .filter(i -> i != '\r' && i != '\n')
                        .mapToObj(i -> String.valueOf((char) i))
                        .collect(Collectors.joining());
        return List.of(
                Mail.of("megabyte-header", folded + PLAIN),
                Mail.of("many-headers", many + PLAIN),
                Mail.of("8bit-header", "X-\u00c4: gr\u00fc\u00df \u00ff\u00fe\r\n" + PLAIN),
                Mail.of("nul-in-header", "X-Nul: a\0b\r\n" + PLAIN),
                Mail.of("any-byte-in-body", PLAIN + allBytes + "\r\n"),
                Mail.of("long-line", PLAIN + "0123456789".repeat(700) + "\r\n"),
                Mail.of("dots", PLAIN + ".\r\n..\r\n.a\r\n"),
                Mail.of("empty-body", "Subject: x\r\n\r\n"),
                Mail.of("empty-header", "\r\ntext\r\n"),
                Mail.of("nothing", "", WayOut.SEPARATED),
                Mail.of("headers-only", "Subject: x\r\n", WayOut.SEPARATED),
                Mail.of("no-header", "just\r\nthree\r\nlines\r\n", WayOut.SEPARATED),
                Mail.of("lone-cr", PLAIN + "CR\rCR\r\n"));
    }

    private static List<Mail> oddAddresses() {
        return List.of(
                new Mail("", Set.of(RECIPIENT), PLAIN, WayOut.EXACT),
                new Mail("\"a b\"@localhost", Set.of(RECIPIENT), PLAIN, WayOut.EXACT),
                new Mail("\"/a\"@localhost", Set.of(RECIPIENT), PLAIN, WayOut.EXACT),
                Mail.to("\"with space\"@elsewhere.example"),
                Mail.to("\"quote\\\"quote\"@elsewhere.example"),
                Mail.to("\"back\\\\slash\"@elsewhere.example"),
                Mail.to("\"/etc/passwd\"@elsewhere.example"),
                Mail.to("slash/es@elsewhere.example"),
                Mail.to("\"<brackets>\"@elsewhere.example"),
                Mail.to("o'brien+tag=x%y!z@elsewhere.example"),
                Mail.to("x".repeat(300) + "@elsewhere.example"),
                Mail.to("\"a@b\"@elsewhere.example"));
    }

    private static List<Mail> bigOnes() {
        Set<String> many =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> "user" + i + "@elsewhere.example")
                        .collect(Collectors.toSet());
        String line = "0123456789".repeat(7) + "\r\n";
        return List.of(
                new Mail(SENDER, many, PLAIN, WayOut.EXACT),
                Mail.of("huge", PLAIN + line.repeat(50_000_000 / line.length())));
    }

    /** A mailet of James may change such mail; so the stored mail is looked at. */
    private void keepAllMailBeforeTheFirstMailet() throws IOException {
        home.withMailets(WaitForPeer.class).runFirst(keeping());
    }

    private String keeping() {
        return "<mailet match=\"All\" class=\"%s\"><port>%d</port></mailet>"
                .formatted(WaitForPeer.class.getName(), mailetPeer.getLocalPort());
    }

    private SmtpClient.Reply send(Mail mail) throws IOException {
        try (SmtpClient client = SmtpClient.connect(home.smtpPort())) {
            return client.send(
                    mail.sender(),
                    List.copyOf(mail.recipients()),
                    mail.content().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private void assertStored(List<Mail> mails) throws Exception {
        Path queues = home.queueFiles().directory();
        try (MessageStore store = DirectoryMessageStore.open(queues, Clock.systemUTC())) {
            List<QueuedMessage> stored = store.list(new TransportName("spool")).toList();
            assertThat(stored).hasSameSizeAs(mails);
            for (Mail mail : mails) {
                QueuedMessage message = find(mail, stored);
                try (InputStream content = store.content(message).open()) {
                    String text = new String(content.readAllBytes(), StandardCharsets.ISO_8859_1);
                    assertThat(isExact(text, mail.content())).as("stored: %s", mail).isTrue();
                }
            }
        }
    }

    private static QueuedMessage find(Mail mail, List<QueuedMessage> stored) {
        List<QueuedMessage> found =
                stored.stream()
                        .filter(
                                message ->
                                        mail.isEnvelope(
                                                message.envelope().sender().asString(""),
                                                message.pendingRecipients().stream()
                                                        .map(Object::toString)
                                                        .collect(Collectors.toSet())))
                        .toList();
        assertThat(found).as("stored: %s", mail).hasSize(1);
        return found.get(0);
    }

    /** To many recipients in parts, each recipient in one. */
    private void assertSentOn(List<Mail> mails) {
        for (Mail mail : mails) {
            List<ReceivedMail> found =
                    sink.taken().stream().filter(taken -> isPart(taken, mail)).toList();
            assertThat(found)
                    .as("sent on: %s", mail)
                    .hasSize((mail.recipients().size() + RECIPIENT_LIMIT - 1) / RECIPIENT_LIMIT)
                    .allMatch(part -> part.recipients().size() <= RECIPIENT_LIMIT);
            assertThat(found.stream().flatMap(part -> part.recipients().stream()))
                    .as("sent on: %s", mail)
                    .containsExactlyInAnyOrderElementsOf(mail.recipients());
            assertThat(found)
                    .as("sent on: %s", mail)
                    .allMatch(part -> isExact(part.content(), mail.sentOn()));
        }
    }

    private static boolean isPart(ReceivedMail taken, Mail mail) {
        return taken.sender().equals(mail.sender())
                && mail.recipients().containsAll(taken.recipients());
    }

    /** As it was sent, after the header with which James says where it had it from. */
    private static boolean isExact(String content, String sent) {
        String before = content.substring(0, Math.max(0, content.length() - sent.length()));
        boolean received =
                before.isEmpty() || before.matches("Received: [^\r\n]*\r\n([ \t][^\r\n]*\r\n)*");
        return received && content.endsWith(sent);
    }
}
