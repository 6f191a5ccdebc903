/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store in use, with deferred mail that it does not know yet. */
@ExtendWith(SilentStore.class)
@Tag("Q3")
@Tag("Q7")
class BacklogTest {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant DUE = START.plusSeconds(100);
    private static final int MANY = 200;

    @TempDir private Path temporary;
    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private final RecordingStoreListener listener = new RecordingStoreListener();
    private final SlowFiles files = new SlowFiles();
    private final List<QueueId> backlog = new ArrayList<>();
    private Path directory;
    private Layout layout;
    private DirectoryMessageStore store;

    /** Files of the backlog whose reading can be stopped, or fail. */
    private static final class SlowFiles extends ForwardingFileOperations {
        private final AtomicInteger reads = new AtomicInteger();
        private volatile Runnable atRead = () -> {};
        private volatile boolean sick;

        private SlowFiles() {
            super(new UnforcedFileOperations(new DiskFileOperations()));
        }

        @Override
        public OpenFile openForReading(Path path) throws IOException {
            if (path.toString().contains("deferred")) {
                reads.incrementAndGet();
                atRead.run();
            }
            if (sick) {
                throw new FileNotFoundException(path + " (Too many open files)");
            }
            return super.openForReading(path);
        }
    }

    @BeforeEach
    void fill() throws Exception {
        directory = Files.createDirectories(temporary.resolve("qmgr"));
        layout = new Layout(directory);
        store = open(0);
        for (int i = 0; i < MANY; i++) {
            backlog.add(acceptDeferred(DUE.plusSeconds(i)));
        }
        store.close();
        files.reads.set(0);
    }

    @AfterEach
    void close() {
        files.atRead = () -> {};
        store.close();
    }

    private DirectoryMessageStore open(int atOnce) throws MessageStoreException {
        DirectoryMessageStore opened =
                DirectoryMessageStore.open(directory, clock, files, false, atOnce);
        opened.listen(listener);
        return opened;
    }

    private QueueId accept() throws MessageStoreException {
        return store.accept(mail(SMTP, START).build(), out -> out.write("x".getBytes(US_ASCII)));
    }

    private QueueId acceptDeferred(Instant due) throws MessageStoreException {
        QueueId id = accept();
        defer(store.claim(id).orElseThrow(), due);
        return id;
    }

    private static void defer(MessageLease lease, Instant due) throws MessageStoreException {
        lease.defer(lease.message().status().deferred(due, "later"));
    }

    private static ClaimWindow at(Instant time) {
        return new ClaimWindow(time, time, false);
    }

    /** Whatever can be claimed ever, in its order. */
    private List<QueueId> drain() throws MessageStoreException {
        List<QueueId> drained = new ArrayList<>();
        ClaimWindow late = at(START.plus(Duration.ofDays(1)));
        for (Optional<MessageLease> lease = store.claimNext(SMTP, late);
                lease.isPresent();
                lease = store.claimNext(SMTP, late)) {
            drained.add(lease.get().message().id());
            lease.get().complete();
        }
        return drained;
    }

    private CompletableFuture<Void> loading() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        store.load();
                    } catch (MessageStoreException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void newAndActiveMailShouldFlowBeforeTheBacklogIsLookedAt() throws Exception {
        store = open(MANY);
        QueueId incoming = accept();
        QueueId active = accept();
        store.claim(active).orElseThrow().begin(START);
        Path killed = temporary.resolve("killed");
        copy(directory, killed);
        store.close();
        directory = killed;
        files.reads.set(0);

        store = open(MANY - 1);

        assertThat(files.reads).hasValue(0);
        assertThat(store.counts()).containsEntry(QueueName.DEFERRED, 0L);
        assertThat(drain()).containsExactlyInAnyOrder(incoming, active);
        QueueId fresh = accept();
        assertThat(drain()).containsExactly(fresh);
        assertThat(files.reads).hasValue(0);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (!path.endsWith(".lock")) {
                    Files.copy(path, to.resolve(from.relativize(path)));
                }
            }
        }
    }

    @Test
    void smallBacklogShouldBeKnownAtOnce() throws Exception {
        store = open(MANY);

        assertThat(store.counts()).containsEntry(QueueName.DEFERRED, (long) MANY);
        assertThat(store.count(SMTP)).isEqualTo(MANY);
    }

    @Test
    void loadingShouldMakeAllKnown() throws Exception {
        store = open(0);

        store.load();

        assertThat(store.counts()).containsEntry(QueueName.DEFERRED, (long) MANY);
        assertThat(drain()).containsExactlyElementsOf(backlog);
        int reads = files.reads.get();
        store.load();
        assertThat(files.reads).hasValue(reads);
    }

    @Test
    void listsShouldWaitForAll() throws Exception {
        store = open(0);
        try (Stream<QueuedMessage> messages = store.list(SMTP)) {
            assertThat(messages.map(QueuedMessage::id)).containsExactlyElementsOf(backlog);
        }
    }

    @Test
    void whatIsDoneToAllShouldBeDoneToTheBacklog() throws Exception {
        store = open(0);
        assertThat(store.flushAll(SMTP, START)).isEqualTo(MANY);
        store.close();

        store = open(0);
        assertThat(store.removeAll(SMTP)).isEqualTo(MANY);
        assertThat(store.counts().values()).containsOnly(0L);
    }

    @Test
    void messageShouldBeFoundByItsIdAtOnce() throws Exception {
        store = open(0);

        QueuedMessage found = store.find(backlog.get(7)).orElseThrow();

        assertThat(found.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(found.status().due()).isEqualTo(DUE.plusSeconds(7));
        assertThat(files.reads.get()).isLessThan(5);
        assertThat(store.counts()).containsEntry(QueueName.DEFERRED, 1L);
    }

    @Test
    void contentShouldBeReadAtOnceToo() throws Exception {
        store = open(0);
        QueuedMessage found = store.find(backlog.get(7)).orElseThrow();
        store.close();

        store = open(0);

        assertThat(store.content(found).open()).hasContent("x");
    }

    @Test
    void whatWasDoneByIdShouldNotBeUndoneByLoading() throws Exception {
        store = open(0);
        store.claim(backlog.get(0)).orElseThrow().complete();
        MessageLease lease = store.claim(backlog.get(1)).orElseThrow();
        assertThat(store.remove(backlog.get(2))).isEqualTo(OperatorResult.DONE);
        assertThat(store.hold(backlog.get(3), "look")).isEqualTo(OperatorResult.DONE);
        assertThat(store.flush(backlog.get(4), START)).isEqualTo(OperatorResult.DONE);
        assertThat(store.release(backlog.get(5))).isEqualTo(OperatorResult.NOT_FOUND);
        defer(store.claim(backlog.get(6)).orElseThrow(), DUE.plusSeconds(1_000));
        QueueId fresh = acceptDeferred(DUE.minusSeconds(1));

        store.load();

        assertThat(store.count(SMTP)).isEqualTo(MANY - 2 + 1);
        lease.complete();
        List<QueueId> expected = new ArrayList<>(List.of(backlog.get(4), fresh, backlog.get(5)));
        expected.addAll(backlog.subList(7, MANY));
        expected.add(backlog.get(6));
        assertThat(drain()).containsExactlyElementsOf(expected);
        assertThat(store.counts()).containsEntry(QueueName.HOLD, 1L);
        assertThat(store.count(SMTP)).isEqualTo(1);
    }

    /** The directory was listed by then; what happens to its files is seen at their turn. */
    @Test
    void whatIsDoneWhileLoadingShouldNotBeUndoneEither() throws Exception {
        CountDownLatch listed = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        store = open(0);
        Once once = new Once();
        files.atRead =
                () -> {
                    if (once.first()) {
                        listed.countDown();
                        await(done);
                    }
                };
        CompletableFuture<Void> loading = loading();
        await(listed);
        CompletableFuture<Long> acting = CompletableFuture.supplyAsync(this::completeAll);
        QueueId fresh = acceptDeferred(DUE);
        done.countDown();
        loading.get(30, TimeUnit.SECONDS);

        long completed = acting.get(30, TimeUnit.SECONDS);

        assertThat(completed).isEqualTo(MANY);
        assertThat(drain()).containsExactly(fresh);
        assertThat(store.counts().values()).containsOnly(0L);
    }

    /** Says once that something happens for the first time. */
    private static final class Once {
        private final AtomicInteger calls = new AtomicInteger();

        private boolean first() {
            return calls.getAndIncrement() == 0;
        }
    }

    private long completeAll() {
        return backlog.stream().filter(this::completed).count();
    }

    private boolean completed(QueueId id) {
        try {
            Optional<MessageLease> lease = store.claim(id);
            if (lease.isPresent()) {
                lease.get().complete();
            }
            return lease.isPresent();
        } catch (MessageStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closingShouldStopTheLoading() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        store = open(0);
        files.atRead =
                () -> {
                    reading.countDown();
                    await(closing);
                };
        CompletableFuture<Void> loading = loading();
        await(reading);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(store::close);
        closing.countDown();
        closed.get(30, TimeUnit.SECONDS);

        assertThatThrownBy(() -> loading.get(30, TimeUnit.SECONDS))
                .hasMessageContaining("was closed");

        store = open(0);
        store.load();
        assertThat(drain()).containsExactlyElementsOf(backlog);
    }

    @Test
    void dueMailShouldBeAnnounced() throws Exception {
        store = open(0);
        listener.forget();
        store.load();
        assertThat(listener.availableCalls()).isEmpty();
        store.close();

        clock.setInstant(DUE.plusSeconds(10));
        store = open(0);
        listener.forget();
        store.load();

        assertThat(listener.availableCalls()).isNotEmpty().containsOnly(SMTP);
        assertThat(store.claimNext(SMTP, at(DUE)).orElseThrow().message().id())
                .isEqualTo(backlog.get(0));
    }

    @Test
    @Tag("Q8")
    void damagedFileShouldBeSetAside() throws Exception {
        damage(backlog.get(3));
        damage(backlog.get(4));
        store = open(0);

        assertThat(store.find(backlog.get(4))).isEmpty();
        assertThat(listener.corruptCalls()).hasSize(1);
        store.load();

        assertThat(listener.corruptCalls())
                .extracting(RecordingStoreListener.Corrupt::id)
                .containsExactlyInAnyOrder(backlog.get(3), backlog.get(4));
        assertThat(drain()).hasSize(MANY - 2);
        assertThat(store.remove(backlog.get(3))).isEqualTo(OperatorResult.DONE);
    }

    private void damage(QueueId id) throws IOException {
        Path path = layout.file(QueueName.DEFERRED, id);
        Files.writeString(path, "damaged", StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Test
    void fileInTheWrongDirectoryShouldBeTakenIn() throws Exception {
        QueueId above = backlog.get(0);
        QueueId aside = backlog.get(1);
        Path path = layout.file(QueueName.DEFERRED, above);
        Files.move(path, path.getParent().resolveSibling(above.asString()));
        path = layout.file(QueueName.DEFERRED, aside);
        String other = path.getParent().endsWith("0") ? "1" : "0";
        Files.move(path, path.getParent().resolveSibling(other).resolve(aside.asString()));

        store = open(0);
        store.load();

        assertThat(drain()).containsExactlyElementsOf(backlog);
    }

    @Test
    @Tag("Q8")
    void failureOfTheDiskShouldOnlyInterruptTheLoading() throws Exception {
        store = open(0);
        files.sick = true;
        assertThatThrownBy(() -> store.load()).isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> store.find(backlog.get(0)))
                .isInstanceOf(MessageStoreException.class);
        files.sick = false;

        store.load();

        assertThat(listener.corruptCalls()).isEmpty();
        assertThat(drain()).containsExactlyElementsOf(backlog);
    }

    @ParameterizedTest
    @EnumSource(names = {"INCOMING", "ACTIVE", "HOLD"})
    @Tag("Q8")
    void secondFileWithTheSameIdShouldBeSetAside(QueueName other) throws Exception {
        QueueId id = backlog.get(9);
        Files.copy(layout.file(QueueName.DEFERRED, id), layout.file(other, id));

        store = open(0);
        store.load();

        assertThat(store.counts())
                .isEqualTo(
                        Map.of(
                                QueueName.INCOMING, 0L,
                                QueueName.ACTIVE, 0L,
                                QueueName.DEFERRED, other == QueueName.HOLD ? MANY - 1L : MANY,
                                QueueName.HOLD, other == QueueName.HOLD ? 1L : 0L,
                                QueueName.CORRUPT, 1L));
        assertThat(layout.file(QueueName.CORRUPT, id)).exists();
    }
}
