/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreContract;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store's promises, kept by real files. */
class DirectoryMessageStoreTest implements MessageStoreContract {

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);

    @TempDir private Path temporary;
    private Path directory;
    private int copies;
    private DirectoryMessageStore store;

    @BeforeEach
    void open() throws Exception {
        directory = temporary.resolve("qmgr");
        store = open(directory);
    }

    DirectoryMessageStore open(Path path) throws Exception {
        return DirectoryMessageStore.open(path, clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public MessageStore store() {
        return store;
    }

    /** What the system knows at this moment is copied; the first store goes on without a say. */
    @Override
    public MessageStore reopenAfterKill() throws Exception {
        Path copy = temporary.resolve("after-kill-" + ++copies);
        copyTree(directory, copy);
        store.close();
        directory = copy;
        store = open(directory);
        return store;
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                // Reading the lock file in this process would break the lock.
                if (!path.getFileName().toString().equals(".lock")) {
                    Files.copy(
                            path,
                            to.resolve(from.relativize(path)),
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    @Override
    public MessageStore reopenAfterClose() throws Exception {
        store.close();
        store = open(directory);
        return store;
    }

    @Override
    public UpdatableTickingClock clock() {
        return clock;
    }

    @Override
    public void damage(QueueId id) throws Exception {
        store.letGo();
        Layout layout = new Layout(directory);
        for (QueueName queue : List.of(QueueName.INCOMING, QueueName.DEFERRED, QueueName.HOLD)) {
            Path path = layout.file(queue, id);
            if (Files.exists(path)) {
                Files.writeString(path, "damaged", StandardOpenOption.TRUNCATE_EXISTING);
            }
        }
    }

    @Test
    @Tag("X2")
    void fileShouldNotGrowWithDeferralsForEver() throws Exception {
        QueueId id = accept(newMail().to(FIRST, SECOND));
        MessageLease lease = claim(id);
        String reply = "450 later ".repeat(900);

        for (int i = 0; i < 200; i++) {
            lease.record(List.of(deferred(at(i), FIRST, reply), deferred(at(i), SECOND, reply)));
        }

        Path file = new Layout(directory).file(QueueName.ACTIVE, id);
        store.letGo();
        assertThat(Files.size(file)).isLessThan(2 * RecordLog.ROOM_FOR_DEFERRALS);
        assertThat(lease.message().lastAttempt(address(SECOND)))
                .contains(deferred(at(199), SECOND, reply));
    }

    @Test
    @Tag("A9")
    void envelopeShouldBeReadableThoughTheContentIsDamaged() throws Exception {
        QueueId id = accept(newMail().to(FIRST));
        store.letGo();
        Path path = new Layout(directory).file(QueueName.INCOMING, id);
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 20] ^= 1;
        Files.write(path, bytes);
        store.close();
        store = open(directory);
        assertThat(store.claim(id)).isEmpty();

        DamagedFile file = store.damaged().get(0);

        assertThat(file.reason()).contains("content");
        assertThat(file.readable().orElseThrow().pendingRecipients())
                .containsExactly(address(FIRST));
        byte[] kept = read(store.damagedContent(file.name()).orElseThrow());
        assertThat(
                        new String(kept, StandardCharsets.US_ASCII)
                                .substring((int) file.contentOffset()))
                .startsWith("Subject:");
    }

    @Test
    @Tag("A10")
    void damagedStandingOrdersShouldStopTheStartAndLoseNothing() throws Exception {
        QueueId id = accept(newMail());
        store.keepStandingOrders(List.of("smtp:one.example"));
        store.close();
        Path orders = new Layout(directory).orders();
        String text = Files.readString(orders);
        for (int length = 0; length < text.length(); length++) {
            Files.writeString(orders, text.substring(0, length));
            assertThatThrownBy(() -> open(directory))
                    .isInstanceOf(MessageStoreException.class)
                    .hasMessageContaining(".orders")
                    .hasMessageContaining("remove it");
        }

        Files.delete(orders);
        store = open(directory);

        assertThat(store.standingOrders()).isEmpty();
        assertThat(store.find(id)).isPresent();
    }

    @Test
    @Tag("Q11")
    void messageMovedOutOfHoldByHandShouldBeTriedLikeAnyOther() throws Exception {
        QueueId id = accept(newMail());
        claim(id).hold(new MessageStatus(START, false, 0, 0, 3, "crashed the server 3 times"));
        store.close();
        Layout layout = new Layout(directory);

        Files.move(layout.file(QueueName.HOLD, id), layout.file(QueueName.INCOMING, id));
        store = open(directory);

        assertThat(store.suspects()).isEmpty();
        assertThat(peek(window(0))).contains(id);
    }
}
