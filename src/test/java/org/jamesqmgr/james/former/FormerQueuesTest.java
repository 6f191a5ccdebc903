/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.former;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.core.MaybeSender;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders.Header;
import org.jamesqmgr.admin.Migration;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.FailingMessageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits in a real ActiveMQ of James's is taken over. */
@Tag("Q10")
class FormerQueuesTest {

    private static final TransportName SPOOL = new TransportName("spool");
    private static final TransportName OUTGOING = new TransportName("outgoing");

    @TempDir private Path temporary;
    private Path home;
    private MessageStore store;
    private final Told told = new Told();

    private static final class Told implements Migration.Watcher {
        private final List<String> left = new ArrayList<>();

        @Override
        public void at(long messages, long all) {
            assertThat(messages).isPositive();
        }

        @Override
        public void renamed(QueueId id, QueueId now) {
            throw new AssertionError("nobody has an id before");
        }

        @Override
        public void left(String name, String why) {
            left.add(name + ": " + why);
        }
    }

    @BeforeEach
    void open() throws Exception {
        home = temporary.resolve("home");
        store = DirectoryMessageStore.open(temporary.resolve("qmgr"), Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    // Mail

    private static MailImpl mail(String name, String content) throws Exception {
        MimeMessageWrapper message =
                new MimeMessageWrapper(
                        MimeMessageInputStreamSource.create(
                                name, new ByteArrayInputStream(content.getBytes(ISO_8859_1))));
        return MailImpl.builder()
                .name(name)
                .sender("sender@origin.example")
                .addRecipients("one@target.example", "\"two \"@target.example")
                .mimeMessage(message)
                .build();
    }

    private static MailImpl mail(String name) throws Exception {
        return mail(name, content(name));
    }

    private static String content(String name) {
        return "Subject: " + name + "\r\nX-Odd: \u00e4\u00f6\r\n\r\nbody \u00ff\r\n..\r\nend\r\n";
    }

    /** James writes 8-bit bytes of headers as question marks when it queues a mail. */
    private static String kept(String content) {
        return content.replace("\u00e4\u00f6", "??");
    }

    private Path directory() {
        return home.resolve("var/store/activemq");
    }

    private FormerQueues.Result move() throws Exception {
        return moveTo(store);
    }

    private FormerQueues.Result moveTo(MessageStore to) throws Exception {
        try (FormerQueues queues = FormerQueues.open(directory())) {
            return queues.moveTo(to, told);
        }
    }

    private Map<String, QueuedMessage> found(TransportName transport) {
        return store.list(transport)
                .collect(Collectors.toMap(FormerQueuesTest::name, message -> message));
    }

    private static String name(QueuedMessage message) {
        return message.envelope().attributes().get("name").replace("\"", "");
    }

    private String text(QueuedMessage message) {
        try (InputStream in = store.content(message).open()) {
            return new String(in.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Mail mailOf(QueuedMessage message) throws Exception {
        return new MailCodec().mailOf(message, store.content(message));
    }

    // What comes over

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void mailShouldBeTakenOverByteForByte(boolean contentsInFiles) throws Exception {
        String large = content("large") + "a line of text\r\n".repeat(100_000);
        try (FormerJames james = FormerJames.start(home, contentsInFiles)) {
            james.enqueue("spool", mail("first"));
            james.enqueue("spool", mail("large", large));
            james.enqueue("outgoing", mail("second"));
        }

        FormerQueues.Result result = move();

        assertThat(result)
                .isEqualTo(new FormerQueues.Result(Map.of("spool", 2L, "outgoing", 1L), 0));
        assertThat(found(SPOOL)).containsOnlyKeys("first", "large");
        assertThat(found(OUTGOING)).containsOnlyKeys("second");
        QueuedMessage first = found(SPOOL).get("first");
        assertThat(first.queue()).isEqualTo(QueueName.INCOMING);
        assertThat(text(first)).isEqualTo(kept(content("first")));
        assertThat(text(found(SPOOL).get("large"))).isEqualTo(kept(large));
        assertThat(blobs()).isEmpty();
        try (FormerJames james = FormerJames.start(home, contentsInFiles)) {
            assertThat(james.size("spool")).isZero();
            assertThat(james.size("outgoing")).isZero();
        }
    }

    @Test
    void everythingKnownOfAMailShouldBeTakenOver() throws Exception {
        MailImpl mail = mail("everything");
        mail.setState("transport");
        mail.setErrorMessage("something\nodd");
        mail.setRemoteHost("client.example");
        mail.setRemoteAddr("192.0.2.7");
        mail.setAttribute(attribute("text", AttributeValue.of("\u00e4 \" ;")));
        mail.setAttribute(attribute("number", AttributeValue.of(42L)));
        mail.setAttribute(new Attribute(MailPrioritySupport.MAIL_PRIORITY, AttributeValue.of(8)));
        mail.addSpecificHeaderForRecipient(
                Header.builder().name("X-For").value("one").build(), address("one@target.example"));
        MailImpl report = mail("report");
        report.setSender(null);
        try (FormerJames james = FormerJames.start(home, true)) {
            james.enqueue("spool", mail);
            james.enqueue("spool", report);
        }

        move();

        QueuedMessage message = found(SPOOL).get("everything");
        Mail there = mailOf(message);
        assertThat(there.getMaybeSender()).isEqualTo(mail.getMaybeSender());
        assertThat(there.getRecipients()).isEqualTo(mail.getRecipients());
        assertThat(there.getState()).isEqualTo("transport");
        assertThat(there.getErrorMessage()).isEqualTo("something\nodd");
        assertThat(there.getRemoteHost()).isEqualTo("client.example");
        assertThat(there.getRemoteAddr()).isEqualTo("192.0.2.7");
        assertThat(there.getLastUpdated()).isEqualTo(mail.getLastUpdated());
        assertThat(there.attributes())
                .containsExactlyInAnyOrderElementsOf(mail.attributes().toList());
        assertThat(there.getPerRecipientSpecificHeaders())
                .isEqualTo(mail.getPerRecipientSpecificHeaders());
        assertThat(message.envelope().priority()).isEqualTo(8);
        assertThat(mailOf(found(SPOOL).get("report")).getMaybeSender())
                .isEqualTo(MaybeSender.nullSender());
    }

    private static Attribute attribute(String name, AttributeValue<?> value) {
        return new Attribute(AttributeName.of(name), value);
    }

    @Test
    @Tag("D9")
    void delayThatWasAskedForShouldBeKept() throws Exception {
        Instant before = Instant.now();
        try (FormerJames james = FormerJames.start(home, true)) {
            james.enqueue("outgoing", mail("later"), Duration.ofHours(1));
            james.enqueue("outgoing", mail("never"), Duration.ofSeconds(Long.MAX_VALUE));
            james.enqueue("outgoing", mail("now"), Duration.ZERO);
        }
        Instant after = Instant.now();

        move();

        QueuedMessage later = found(OUTGOING).get("later");
        assertThat(later.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(later.status().scheduled()).isTrue();
        assertThat(later.status().due())
                .isBetween(before.plusSeconds(3_599), after.plusSeconds(3_600));
        assertThat(found(OUTGOING).get("never").status().due()).isEqualTo(MailCodec.LATEST_DUE);
        assertThat(found(OUTGOING).get("now").status().due()).isBefore(after.plusMillis(1));
    }

    // Again, and trouble

    @Test
    void mailThatTheStoreHasAlreadyShouldNotBeDoubled() throws Exception {
        try (FormerJames james = FormerJames.start(home, true)) {
            james.enqueue("spool", mail("first"));
            james.enqueue("outgoing", mail("second"), Duration.ofHours(1));
        }
        Path copy = temporary.resolve("copy");
        copyTree(directory(), copy);
        move();
        Map<String, QueuedMessage> before = found(SPOOL);
        Files.move(directory(), temporary.resolve("done"));
        copyTree(copy, directory());

        FormerQueues.Result result = move();

        assertThat(result.moved()).isEqualTo(Map.of("spool", 1L, "outgoing", 1L));
        assertThat(found(SPOOL)).isEqualTo(before);
        assertThat(found(OUTGOING)).hasSize(1);
    }

    @Test
    void storeThatIsFullShouldEndItAndTheNextRunDoTheRest() throws Exception {
        try (FormerJames james = FormerJames.start(home, true)) {
            for (int i = 0; i < 5; i++) {
                james.enqueue("spool", mail("mail" + i));
            }
        }
        FailingMessageStore filling = new FailingMessageStore(store);
        filling.acceptOnly(2);
        assertThatThrownBy(() -> moveTo(filling)).isInstanceOf(MessageStoreException.class);
        assertThat(found(SPOOL)).hasSize(2);

        FormerQueues.Result rest = move();

        assertThat(rest.moved()).isEqualTo(Map.of("spool", 3L));
        assertThat(found(SPOOL)).hasSize(5);
    }

    @Test
    void mailWithoutItsContentShouldStayAndStopNothing() throws Exception {
        try (FormerJames james = FormerJames.start(home, true)) {
            james.enqueue("spool", mail("first"));
        }
        Path blob = blobs().get(0);
        Path hidden = Files.move(blob, temporary.resolve("hidden"));
        try (FormerJames james = FormerJames.start(home, true)) {
            james.enqueue("spool", mail("second"));
        }

        FormerQueues.Result result = move();

        assertThat(result).isEqualTo(new FormerQueues.Result(Map.of("spool", 1L), 1));
        assertThat(told.left).containsExactly("first: its content is missing: there is no " + blob);
        assertThat(found(SPOOL)).containsOnlyKeys("second");
        Files.move(hidden, blob);
        assertThat(move()).isEqualTo(new FormerQueues.Result(Map.of("spool", 1L), 0));
        assertThat(found(SPOOL)).containsOnlyKeys("first", "second");
    }

    @Test
    void queuesThatWereMovedToAnotherPlaceShouldBeRead() throws Exception {
        try (FormerJames james = FormerJames.start(home, true)) {
            james.enqueue("spool", mail("first"));
        }
        home = Files.move(home, temporary.resolve("elsewhere"));

        assertThat(move().moved()).isEqualTo(Map.of("spool", 1L));
        assertThat(text(found(SPOOL).get("first"))).isEqualTo(kept(content("first")));
    }

    @Test
    void queuesOfARunningJamesShouldNotBeTouched() throws Exception {
        try (FormerJames james = FormerJames.start(home, true)) {
            james.enqueue("spool", mail("first"));

            assertThatThrownBy(this::move)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does James still run?");

            assertThat(james.size("spool")).isEqualTo(1);
        }
        assertThat(found(SPOOL)).isEmpty();
    }

    @Test
    void directoryWithoutQueuesShouldBeSaid() {
        assertThatThrownBy(this::move)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no " + directory());
        assertThat(Optional.of(home)).get().matches(Files::notExists);
    }

    private List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.walk(directory())) {
            return files.filter(file -> file.toString().contains("/blob-transfer/"))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}
