/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.admin.Migration;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.FaultyFileOperations.Fault;
import org.jamesqmgr.store.directory.FaultyFileOperations.Outcome;
import org.jamesqmgr.store.directory.FaultyFileOperations.ProcessKilled;
import org.jamesqmgr.testing.BytesAtHand;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever goes wrong at whichever operation on files of either store while mail moves from one to
 * the other: no message is ever in neither, and the next run has each of them in the other one, once.
 */
@ExtendWith(SilentStore.class)
@Tag("Q10")
class MigrationSweepTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final Path ROOT = Path.of("/queue");
    private static final String FIRST = "first@target.example";
    private static final String SECOND = "second@target.example";

    private static final Migration.Watcher NOBODY =
            new Migration.Watcher() {
                @Override
                public void at(long messages, long all) {}

                @Override
                public void renamed(QueueId id, QueueId now) {}

                @Override
                public void left(String name, String why) {}
            };

    private final UpdatableTickingClock clock = new UpdatableTickingClock(NOW);

    /** Both disks, and what must be in the end. */
    private final class World {
        private MemoryDisk from = new MemoryDisk(ROOT, clock);
        private MemoryDisk to = new MemoryDisk(ROOT, clock);
        private final Map<QueuedMessage, String> expected = new HashMap<>();
        private final Map<String, byte[]> damaged = new HashMap<>();

        private void settle(UnaryOperator<MemoryDisk> how) {
            from = how.apply(from);
            to = how.apply(to);
        }
    }

    private World world;

    @BeforeEach
    void populate() throws Exception {
        world = newWorld();
    }

    private World newWorld() throws Exception {
        World made = new World();
        try (DirectoryMessageStore from = open(made.from);
                DirectoryMessageStore to = open(made.to)) {
            accept(from, mail(SPOOL, NOW), "fresh");
            accept(from, mail(SPOOL, NOW).notBefore(NOW.plusSeconds(90)), "scheduled");
            acceptDeferred(from, "deferred, of several pages ".repeat(10));
            QueueId held = acceptDeferred(from, "held");
            from.hold(held, "looked at");
            QueueId twin = accept(from, mail(SPOOL, NOW), "its id is in use there");
            made.expected.putAll(contents(from));
            takeTheId(made, from.find(twin).orElseThrow(), to);
            accept(to, mail(SPOOL, NOW), "ours");
            made.expected.putAll(contents(to));
            QueueId damaged = accept(from, mail(SPOOL, NOW), "damaged");
            from.letGo();
            made.damaged.put(damaged.asString(), spoil(made.from, damaged));
            from.keepStandingOrders(List.of("smtp:"));
        }
        made.settle(disk -> disk.afterPowerCut(unsynced -> unsynced));
        return made;
    }

    private void takeTheId(World made, QueuedMessage theirs, MessageStore to) throws Exception {
        byte[] other = "this is another message".getBytes(US_ASCII);
        QueuedMessage twin =
                new QueuedMessage(
                        theirs.id(),
                        QueueName.INCOMING,
                        theirs.envelope(),
                        theirs.recipients(),
                        theirs.status(),
                        List.of(),
                        other.length);
        assertThat(to.adopt(twin, new BytesAtHand(other))).isTrue();
        QueueId now = new QueueId(theirs.id().micros(), theirs.id().tag() + 1);
        made.expected.put(theirs.withId(now), made.expected.remove(theirs));
    }

    private DirectoryMessageStore open(FileOperations files) throws MessageStoreException {
        return DirectoryMessageStore.open(ROOT, clock, files, false);
    }

    private static QueueId accept(MessageStore store, EnvelopeBuilder mail, String text)
            throws MessageStoreException {
        return store.accept(mail.build(), out -> out.write(text.getBytes(US_ASCII)));
    }

    private static QueueId acceptDeferred(MessageStore store, String text)
            throws MessageStoreException {
        QueueId id = accept(store, mail(SPOOL, NOW).to(FIRST, SECOND), text);
        MessageLease lease = store.claim(id).orElseThrow();
        lease.record(List.of(delivered(NOW, FIRST), deferred(NOW, SECOND, "450 later")));
        lease.defer(lease.message().status().deferred(NOW.plusSeconds(900), "450 later"));
        return id;
    }

    private static byte[] spoil(MemoryDisk disk, QueueId id) throws IOException {
        Path path = ROOT.resolve("incoming").resolve(id.asString());
        try (FileOperations.OpenFile file = disk.open(path)) {
            file.write(file.size() - 9, new byte[] {0}, 0, 1);
        }
        return disk.files().get(path);
    }

    private static Map<QueuedMessage, String> contents(MessageStore store) {
        Map<QueuedMessage, String> contents = new HashMap<>();
        store.transports().stream()
                .flatMap(store::list)
                .forEach(message -> contents.put(message, text(store.content(message))));
        return contents;
    }

    private static String text(Content content) {
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Telling it

    /** Runs it with one fault in each of the stores, as far as it comes. */
    private int[] run(Fault first, Fault second) {
        FaultyFileOperations from = new FaultyFileOperations(world.from, first);
        FaultyFileOperations to = new FaultyFileOperations(world.to, second);
        try {
            migrate(from, to);
        } catch (ProcessKilled | MessageStoreException | UncheckedIOException e) {
            assertThat(e).isNotNull();
        }
        return new int[] {from.operations(), to.operations()};
    }

    private void migrate(FileOperations from, FileOperations to) throws MessageStoreException {
        DirectoryMessageStore source = open(from);
        try {
            DirectoryMessageStore target = open(to);
            try {
                new Migration(source, target, NOBODY).run();
            } finally {
                close(target);
            }
        } finally {
            close(source);
        }
    }

    private static void close(DirectoryMessageStore store) {
        try {
            store.close();
        } catch (ProcessKilled e) {
            assertThat(e).isNotNull(); // The dead close nothing.
        }
    }

    /** All operations of an undisturbed run, of each store. */
    private int[] operations() throws Exception {
        int[] operations = run(Fault.NONE, Fault.NONE);
        world = newWorld();
        return operations;
    }

    @FunctionalInterface
    private interface Faults {
        Fault at(int operation);
    }

    /** Goes wrong at every operation of the one store, then at every operation of the other. */
    private void sweep(Faults faults, UnaryOperator<MemoryDisk> aftermath) throws Exception {
        int[] operations = operations();
        for (int n = 1; n <= operations[0]; n++) {
            world = newWorld();
            run(faults.at(n), Fault.NONE);
            assertNothingLost("at " + n + " of the first", aftermath);
        }
        for (int n = 1; n <= operations[1]; n++) {
            world = newWorld();
            run(Fault.NONE, faults.at(n));
            assertNothingLost("at " + n + " of the other", aftermath);
        }
    }

    private void assertNothingLost(String when, UnaryOperator<MemoryDisk> aftermath)
            throws Exception {
        world.settle(aftermath);
        try (DirectoryMessageStore from = open(world.from);
                DirectoryMessageStore to = open(world.to)) {
            Map<QueuedMessage, String> there = contents(from);
            there.putAll(contents(to));
            assertThat(there.values()).as(when).containsAll(world.expected.values());
            new Migration(from, to, NOBODY).run();
        }
        try (DirectoryMessageStore from = open(world.from);
                DirectoryMessageStore to = open(world.to)) {
            assertThat(contents(to)).as(when).isEqualTo(world.expected);
            assertThat(contents(from)).as(when).isEmpty();
            assertDamagedIn(to, when);
            assertThat(from.damaged()).as(when).isEmpty();
            assertThat(to.standingOrders()).as(when).containsExactly("smtp:");
            assertThat(from.standingOrders()).as(when).isEmpty();
        }
    }

    private void assertDamagedIn(MessageStore store, String when) throws Exception {
        Map<String, byte[]> found = new HashMap<>();
        for (var damaged : store.damaged()) {
            try (InputStream in = store.damagedContent(damaged.name()).orElseThrow().open()) {
                found.put(damaged.name(), in.readAllBytes());
            }
        }
        assertThat(found).as(when).containsOnlyKeys(world.damaged.keySet());
        world.damaged.forEach(
                (name, bytes) -> assertThat(found.get(name)).as(when).isEqualTo(bytes));
    }

    // Sweeps

    @Test
    void undisturbedRunShouldMoveEverything() throws Exception {
        run(Fault.NONE, Fault.NONE);

        try (DirectoryMessageStore from = open(world.from);
                DirectoryMessageStore to = open(world.to)) {
            assertThat(contents(to)).isEqualTo(world.expected);
            assertThat(contents(from)).isEmpty();
            assertDamagedIn(to, "undisturbed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "FAILS_HALF_WAY"})
    void oneFailingOperationShouldLoseNothing(Outcome outcome) throws Exception {
        sweep(n -> Fault.once(n, outcome), MemoryDisk::afterKill);
    }

    @Test
    void diskThatFillsUpShouldLoseNothing() throws Exception {
        sweep(Fault::diskFullFrom, MemoryDisk::afterKill);
    }

    @Test
    void diskThatBreaksShouldLoseNothing() throws Exception {
        sweep(Fault::from, MemoryDisk::afterKill);
    }

    @ParameterizedTest
    @EnumSource(names = {"DIES", "DIES_HALF_WAY"})
    void killShouldLoseNothing(Outcome outcome) throws Exception {
        sweep(n -> Fault.once(n, outcome), MemoryDisk::afterKill);
    }

    @ParameterizedTest
    @EnumSource(names = {"DIES", "DIES_HALF_WAY"})
    void powerCutShouldLoseNothing(Outcome outcome) throws Exception {
        sweep(n -> Fault.once(n, outcome), disk -> disk.afterPowerCut(MemoryDisk.NOTHING_MORE));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void powerCutThatSparesSomeShouldLoseNothing(long seed) throws Exception {
        Random random = new Random(seed);
        IntUnaryOperator some = unsynced -> random.nextInt(unsynced + 1);
        sweep(n -> Fault.once(n, Outcome.DIES_HALF_WAY), disk -> disk.afterPowerCut(some));
    }

    /** Killed, run again to its end, and only then the power fails. */
    @Test
    void powerCutAfterTheNextRunShouldLoseNothing() throws Exception {
        int[] operations = operations();
        for (int n = 1; n <= operations[1]; n++) {
            world = newWorld();
            run(Fault.NONE, Fault.once(n, Outcome.DIES));
            world.settle(MemoryDisk::afterKill);
            run(Fault.NONE, Fault.NONE);
            assertNothingLost(
                    "again after " + n, disk -> disk.afterPowerCut(MemoryDisk.NOTHING_MORE));
        }
    }
}
