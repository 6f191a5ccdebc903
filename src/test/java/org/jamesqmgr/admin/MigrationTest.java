/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.artemis.SharedQueues;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.ArtemisBroker;
import org.jamesqmgr.testing.BytesAtHand;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Moving everything from one store into another, of whatever kind they are. */
@Tag("Q10")
class MigrationTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final TransportName SMTP = new TransportName("smtp");
    private static final String FIRST = "first@target.example";
    private static final String SECOND = "second@target.example";

    private enum Kind {
        DIRECTORY,
        MEMORY,
        BROKER
    }

    @TempDir private Path temporary;
    private final UpdatableTickingClock clock = new UpdatableTickingClock(NOW);
    private final List<MessageStore> open = new ArrayList<>();
    private final Told told = new Told();

    /** What the watcher was told. */
    private static final class Told implements Migration.Watcher {
        private final Map<QueueId, QueueId> renamed = new HashMap<>();
        private final List<String> left = new ArrayList<>();
        private long at;
        private long all;

        @Override
        public void at(long messages, long of) {
            at = messages;
            all = of;
        }

        @Override
        public void renamed(QueueId id, QueueId now) {
            renamed.put(id, now);
        }

        @Override
        public void left(String name, String why) {
            left.add(name + ": " + why);
        }
    }

    static Stream<Arguments> pairs() {
        return EnumSet.allOf(Kind.class).stream()
                .flatMap(
                        from ->
                                EnumSet.allOf(Kind.class).stream()
                                        .map(to -> Arguments.of(from, to)));
    }

    private MessageStore store(Kind kind, String name) throws Exception {
        MessageStore store =
                switch (kind) {
                    case MEMORY -> new MemoryMessageStore(clock);
                    case DIRECTORY -> DirectoryMessageStore.open(temporary.resolve(name), clock);
                    case BROKER -> atBroker("qmgr." + name);
                };
        open.add(store);
        return store;
    }

    private MessageStore atBroker(String prefix) throws Exception {
        try (SharedQueues queues = new SharedQueues(ArtemisBroker.shared(), prefix)) {
            queues.clear();
            return queues.open("mx1", clock);
        }
    }

    private MessageStore directory(String name) throws Exception {
        return store(Kind.DIRECTORY, name);
    }

    @AfterEach
    void close() throws Exception {
        for (MessageStore store : open) {
            store.close();
        }
    }

    // Mail

    private QueueId accept(MessageStore store, EnvelopeBuilder mail, String text)
            throws MessageStoreException {
        return store.accept(mail.build(), out -> out.write(text.getBytes(US_ASCII)));
    }

    private QueueId accept(MessageStore store, String text) throws MessageStoreException {
        return accept(store, mail(SPOOL, NOW), text);
    }

    private QueueId acceptDeferred(MessageStore store, String text) throws MessageStoreException {
        QueueId id = accept(store, mail(SMTP, NOW).to(FIRST, SECOND).priority(7), text);
        MessageLease lease = store.claim(id).orElseThrow();
        lease.record(List.of(delivered(NOW, FIRST), deferred(NOW, SECOND, "450 later")));
        lease.defer(lease.message().status().deferred(NOW.plusSeconds(900), "450 later"));
        return id;
    }

    private QueueId acceptHeld(MessageStore store, String text) throws MessageStoreException {
        QueueId id = acceptDeferred(store, text);
        assertThat(store.hold(id, "looked at")).isEqualTo(OperatorResult.DONE);
        return id;
    }

    /** All mail of a store, with its content. */
    private Map<QueuedMessage, String> contents(MessageStore store) {
        Map<QueuedMessage, String> contents = new HashMap<>();
        store.transports().stream()
                .flatMap(store::list)
                .forEach(message -> contents.put(message, text(store, message)));
        return contents;
    }

    private static String text(MessageStore store, QueuedMessage message) {
        try (InputStream in = store.content(message).open()) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Migration.Result migrate(MessageStore from, MessageStore to)
            throws MessageStoreException {
        return new Migration(from, to, told).run();
    }

    private static long count(MessageStore store) {
        return store.counts().values().stream().mapToLong(Long::longValue).sum();
    }

    // Whole stores

    @ParameterizedTest
    @MethodSource("pairs")
    void everyMessageShouldBeInTheOtherStoreAsItWas(Kind first, Kind second) throws Exception {
        MessageStore from = store(first, "from");
        MessageStore to = store(second, "to");
        accept(from, "fresh");
        accept(from, mail(SPOOL, NOW).notBefore(NOW.plusSeconds(60)), "scheduled");
        acceptDeferred(from, "deferred");
        acceptHeld(from, "held");
        accept(to, "ours");
        Map<QueuedMessage, String> expected = contents(from);
        expected.putAll(contents(to));

        Migration.Result result = migrate(from, to);

        assertThat(contents(to)).isEqualTo(expected);
        assertThat(count(from)).isZero();
        assertThat(result.moved())
                .isEqualTo(
                        Map.of(
                                QueueName.INCOMING, 1L,
                                QueueName.DEFERRED, 2L,
                                QueueName.HOLD, 1L));
        assertThat(result.left()).isZero();
        assertThat(result.renamed()).isZero();
        assertThat(told.at).isEqualTo(4);
        assertThat(told.all).isEqualTo(4);
    }

    @Test
    void thereAndBackAgainShouldChangeNothing() throws Exception {
        MessageStore one = directory("one");
        MessageStore other = directory("other");
        accept(one, "fresh");
        acceptDeferred(one, "deferred");
        acceptHeld(one, "held");
        Map<QueuedMessage, String> before = contents(one);

        migrate(one, other);
        migrate(other, one);

        assertThat(contents(one)).isEqualTo(before);
        assertThat(count(other)).isZero();
    }

    @Test
    void emptyStoreShouldBringNothing() throws Exception {
        Migration.Result result = migrate(directory("from"), directory("to"));

        assertThat(result.moved()).isEmpty();
    }

    // Ids

    @ParameterizedTest
    @EnumSource
    void messageWhoseIdIsInUseShouldGetAnother(Kind kind) throws Exception {
        MessageStore from = directory("from");
        MessageStore to = store(kind, "to");
        QueueId id = acceptDeferred(from, "theirs");
        QueuedMessage theirs = from.find(id).orElseThrow();
        accept(to, "ours");
        QueuedMessage ours = contents(to).keySet().iterator().next();
        byte[] text = "ours with their id".getBytes(US_ASCII);
        QueuedMessage twin =
                new QueuedMessage(
                        id,
                        QueueName.INCOMING,
                        ours.envelope(),
                        ours.recipients(),
                        ours.status(),
                        List.of(),
                        text.length);
        assertThat(to.adopt(twin, new BytesAtHand(text))).isTrue();

        Migration.Result result = migrate(from, to);

        QueueId now = new QueueId(id.micros(), id.tag() + 1);
        assertThat(result.renamed()).isEqualTo(1);
        assertThat(told.renamed).isEqualTo(Map.of(id, now));
        assertThat(contents(to))
                .containsEntry(theirs.withId(now), "theirs")
                .containsEntry(twin, "ours with their id");
        assertThat(count(from)).isZero();
    }

    @Test
    void messageThatTheOtherStoreHasAlreadyShouldNotBeDoubled() throws Exception {
        MessageStore from = directory("from");
        MessageStore to = directory("to");
        QueueId id = acceptDeferred(from, "text");
        QueuedMessage message = from.find(id).orElseThrow();
        assertThat(to.adopt(message, from.content(message))).isTrue();

        Migration.Result result = migrate(from, to);

        assertThat(result.moved()).isEqualTo(Map.of(QueueName.DEFERRED, 1L));
        assertThat(contents(to)).isEqualTo(Map.of(message, "text"));
        assertThat(count(from)).isZero();
    }

    // Damage and trouble

    @Test
    @Tag("Q8")
    void damagedMailShouldBeTakenAlongAndStopNothing() throws Exception {
        MessageStore from = directory("from");
        MessageStore to = directory("to");
        QueueId damaged = accept(from, "damaged");
        QueueId whole = accept(from, "whole");
        from.claim(damaged).orElseThrow().close(); // into a file
        byte[] bytes = spoil(damaged);

        Migration.Result result = migrate(from, to);

        assertThat(result.moved()).isEqualTo(Map.of(QueueName.INCOMING, 1L, QueueName.CORRUPT, 1L));
        assertThat(to.find(whole)).isPresent();
        assertThat(to.damaged()).hasSize(1);
        assertThat(
                        to.damagedContent(to.damaged().get(0).name())
                                .orElseThrow()
                                .open()
                                .readAllBytes())
                .isEqualTo(bytes);
        assertThat(count(from)).isZero();
    }

    /** Changes a byte of the content: the message looks well until it is read to its end. */
    private byte[] spoil(QueueId id) throws IOException {
        Path path = temporary.resolve("from/incoming/" + id);
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 10] ^= 1;
        Files.write(path, bytes);
        return bytes;
    }

    @Test
    void storeThatTakesNoMoreShouldEndItAndLoseNothing() throws Exception {
        MessageStore from = directory("from");
        MessageStore to = directory("to");
        FailingMessageStore filling = new FailingMessageStore(to);
        accept(from, "first");
        accept(from, "second");
        filling.acceptOnly(1);

        assertThatThrownBy(() -> migrate(from, filling))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("disk full");

        assertThat(contents(from).values()).containsExactly("second");
        assertThat(contents(to).values()).containsExactly("first");
    }

    @Test
    void storeThatLetsGoOfNothingShouldEndItAndTheNextRunDoTheRest() throws Exception {
        MessageStore from = directory("from");
        MessageStore to = directory("to");
        FailingMessageStore clinging = new FailingMessageStore(from);
        acceptDeferred(from, "first");
        accept(from, "second");
        Map<QueuedMessage, String> before = contents(from);
        clinging.failRemovals(true);
        assertThatThrownBy(() -> migrate(clinging, to)).isInstanceOf(MessageStoreException.class);
        assertThat(count(from)).isEqualTo(2);

        migrate(from, to);

        assertThat(contents(to)).isEqualTo(before);
        assertThat(count(from)).isZero();
    }

    @Test
    void messageThatSomebodyWorksOnShouldStay() throws Exception {
        MessageStore from = directory("from");
        MessageStore to = directory("to");
        QueueId worked = accept(from, "worked on");
        accept(from, "waits");
        MessageLease lease = from.claim(worked).orElseThrow();

        Migration.Result result = migrate(from, to);

        assertThat(result.left()).isEqualTo(1);
        assertThat(told.left).hasSize(1);
        assertThat(told.left.get(0)).startsWith(worked + ": ").contains("in work");
        assertThat(to.find(worked)).isEmpty();
        assertThat(count(to)).isEqualTo(1);
        lease.complete();
    }

    /** What its servers do with a message that is on its way out. */
    private enum Meanwhile {
        GIVES_BACK,
        DEFERS,
        COMPLETES,
        KEEPS
    }

    @ParameterizedTest
    @EnumSource
    void messageThatAServerTookOnItsWayOutShouldBeInOnePlace(Meanwhile what) throws Exception {
        MessageStore server = store(Kind.BROKER, "from");
        QueueId id = accept(server, "text");
        MessageStore to = directory("to");
        FailingMessageStore watched = new FailingMessageStore(to);
        watched.afterAdoption(() -> act(what, server, id));
        Migration.Result result;
        try (SharedQueues queues = new SharedQueues(ArtemisBroker.shared(), "qmgr.from");
                MessageStore from = queues.open("mover", clock)) {
            result = migrate(from, watched);
        }

        boolean moved = what == Meanwhile.GIVES_BACK || what == Meanwhile.DEFERS;
        assertThat(contents(to)).hasSize(moved ? 1 : 0);
        assertThat(server.find(id).isPresent()).isEqualTo(what == Meanwhile.KEEPS);
        assertThat(result.left()).isEqualTo(what == Meanwhile.KEEPS ? 1 : 0);
        if (what == Meanwhile.DEFERS) {
            assertThat(to.find(id).orElseThrow().status().reason()).isEqualTo("450 later");
        }
    }

    private static void act(Meanwhile what, MessageStore server, QueueId id)
            throws MessageStoreException {
        MessageLease lease = server.claim(id).orElseThrow();
        switch (what) {
            case GIVES_BACK -> lease.giveBack();
            case DEFERS ->
                    lease.defer(
                            lease.message().status().deferred(NOW.plusSeconds(60), "450 later"));
            case COMPLETES -> lease.complete();
            case KEEPS -> lease.begin(NOW);
        }
    }

    // Standing orders

    @Test
    @Tag("A10")
    void suspensionsShouldGoAlong() throws Exception {
        MessageStore from = directory("from");
        MessageStore to = directory("to");
        from.keepStandingOrders(List.of("smtp:one.example", "local:"));
        to.keepStandingOrders(List.of("local:", "smtp:two.example"));

        migrate(from, to);

        assertThat(to.standingOrders())
                .containsExactly("local:", "smtp:two.example", "smtp:one.example");
        assertThat(from.standingOrders()).isEmpty();
    }
}
