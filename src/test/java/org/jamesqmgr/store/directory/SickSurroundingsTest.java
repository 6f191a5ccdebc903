/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Predicate;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A message is blamed for what is wrong with it alone, not for what is wrong with everything. */
@ExtendWith(SilentStore.class)
@Tag("Q8")
class SickSurroundingsTest {

    private static final Path ROOT = Path.of("/var/spool/qmgr");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final ClaimWindow NOW = new ClaimWindow(START, START, false);

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private final MemoryDisk disk = new MemoryDisk(ROOT, clock);
    private final SickFiles files = new SickFiles(disk);
    private final RecordingStoreListener listener = new RecordingStoreListener();
    private DirectoryMessageStore store;
    private QueueId first;
    private QueueId second;

    /** Files of which some can be opened no more, or opened but not read. */
    private static final class SickFiles extends ForwardingFileOperations {
        private Predicate<Path> unopened = path -> false;
        private Predicate<Path> unread = path -> false;

        private SickFiles(FileOperations files) {
            super(files);
        }

        @Override
        public OpenFile openForReading(Path path) throws IOException {
            require(unopened, path, "(Too many open files)");
            return reading(path, super.openForReading(path));
        }

        @Override
        public OpenFile open(Path path) throws IOException {
            require(unopened, path, "(Too many open files)");
            return reading(path, super.open(path));
        }

        @Override
        public OpenFile create(Path path) throws IOException {
            require(unopened, path, "(Too many open files)");
            return super.create(path);
        }

        private OpenFile reading(Path path, OpenFile file) {
            return new ForwardingFile(file) {
                @Override
                public int read(long position, byte[] bytes, int offset, int length)
                        throws IOException {
                    require(unread, path, "(Input/output error)");
                    return super.read(position, bytes, offset, length);
                }
            };
        }

        private static void require(Predicate<Path> sick, Path path, String why)
                throws IOException {
            if (sick.test(path)) {
                throw new FileNotFoundException(path + " " + why);
            }
        }
    }

    @BeforeEach
    void acceptTwo() throws Exception {
        store = DirectoryMessageStore.open(ROOT, clock, files, false);
        store.listen(listener);
        first = accept();
        second = accept();
        store.letGo();
    }

    private QueueId accept() throws MessageStoreException {
        return store.accept(mail(SPOOL, START).build(), out -> out.write("x".getBytes(US_ASCII)));
    }

    @Test
    void tooManyOpenFilesShouldBlameNobody() throws Exception {
        files.unopened = path -> true;

        assertTrouble();

        files.unopened = path -> false;
        assertNothingWasBlamed();
    }

    @Test
    void diskThatCannotBeReadShouldBlameNobody() throws Exception {
        files.unread = path -> true;

        assertTrouble();

        files.unread = path -> false;
        assertNothingWasBlamed();
    }

    /** Descriptors come and go: the file that is there to be compared with may be luckier. */
    @Test
    void lackOfDescriptorsShouldNotBeTakenForDamageOfOneFile() throws Exception {
        files.unopened = path -> path.getFileName().toString().equals(first.asString());

        assertThatThrownBy(() -> store.claim(first)).isInstanceOf(MessageStoreException.class);

        files.unopened = path -> false;
        assertNothingWasBlamed();
    }

    private void assertTrouble() {
        assertThatThrownBy(() -> store.claimNext(SPOOL, NOW))
                .isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> store.claim(second)).isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> store.find(first)).isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> store.hold(first, "wait"))
                .isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(() -> store.list(SPOOL).count()).isInstanceOf(RuntimeException.class);
    }

    private void assertNothingWasBlamed() throws Exception {
        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 0L);
        assertThat(listener.corruptCalls()).isEmpty();
        assertThat(store.claimNext(SPOOL, NOW)).isPresent();
        assertThat(store.claimNext(SPOOL, NOW)).isPresent();
        store.close();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void serverShouldNotStartWhenNothingCanBeRead() throws Exception {
        store.close();
        files.unread = path -> path.getParent().endsWith("incoming");
        files.unopened = path -> path.equals(ROOT.resolve(".layout"));

        assertThatThrownBy(() -> DirectoryMessageStore.open(ROOT, clock, files, false))
                .isInstanceOf(MessageStoreException.class);

        files.unread = path -> false;
        files.unopened = path -> false;
        store = DirectoryMessageStore.open(ROOT, clock, files, false);
        assertNothingWasBlamed();
    }

    @Test
    void fileThatAloneCannotBeReadShouldBeBlamed() throws Exception {
        files.unread = path -> path.getFileName().toString().equals(first.asString());

        assertThat(store.claim(first)).isEmpty();

        assertThat(store.counts())
                .containsEntry(QueueName.CORRUPT, 1L)
                .containsEntry(QueueName.INCOMING, 1L);
        assertThat(listener.corruptCalls())
                .extracting(RecordingStoreListener.Corrupt::id)
                .containsExactly(first);
        assertThat(store.claim(second)).isPresent();
    }

    @Test
    void fileThatAloneCannotBeReadAtStartShouldBeBlamed() throws Exception {
        store.close();
        files.unread = path -> path.getFileName().toString().equals(first.asString());

        store = DirectoryMessageStore.open(ROOT, clock, files, false);
        store.listen(listener);

        assertThat(store.counts()).containsEntry(QueueName.CORRUPT, 1L);
        assertThat(listener.corruptCalls())
                .extracting(RecordingStoreListener.Corrupt::id)
                .containsExactly(first);
        assertThat(store.claim(second)).isPresent();
    }
}
