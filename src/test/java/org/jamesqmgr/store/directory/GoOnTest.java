/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.Attempts.delivered;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What going on in its own file costs a message, and what may become of that file meanwhile. */
@ExtendWith(SilentStore.class)
class GoOnTest {

    private static final Path ROOT = Path.of("/var/spool/qmgr");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String RECIPIENT = "recipient@target.example";
    private static final Envelope OLD = mail(new TransportName("spool"), START).build();
    private static final Envelope MADE =
            mail(new TransportName("smtp"), START).to(RECIPIENT, "other@target.example").build();
    private static final DerivedContent NEW_HEADER =
            new DerivedContent("Subject: new\r\n".getBytes(US_ASCII), 14);

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private final MemoryDisk disk = new MemoryDisk(ROOT, clock);
    private final List<String> forced = new ArrayList<>();
    private boolean closingFails;
    private boolean forcingFails;
    private DirectoryMessageStore store;

    @BeforeEach
    void open() throws Exception {
        store = DirectoryMessageStore.open(ROOT, clock, new WatchedFiles(disk), false);
        forced.clear();
    }

    private final class WatchedFiles extends ForwardingFileOperations {

        private WatchedFiles(FileOperations files) {
            super(files);
        }

        @Override
        OpenFile writable(OpenFile file) {
            return new ForwardingFile(file) {
                @Override
                public void force() throws IOException {
                    if (forcingFails) {
                        throw new IOException("Input/output error");
                    }
                    forced.add("file");
                    super.force();
                }

                @Override
                public void forceBytes() throws IOException {
                    if (forcingFails) {
                        throw new IOException("Input/output error");
                    }
                    forced.add("journal");
                    super.forceBytes();
                }

                @Override
                public void close() throws IOException {
                    super.close();
                    if (closingFails) {
                        throw new IOException("Input/output error");
                    }
                }
            };
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            forced.add("directory");
            super.forceDirectory(path);
        }
    }

    private QueueId accept() throws MessageStoreException {
        return store.accept(
                OLD, out -> out.write("Subject: old\r\n\r\nbody\r\n".getBytes(US_ASCII)));
    }

    private MessageLease claim(QueueId id) throws MessageStoreException {
        return store.claim(id).orElseThrow();
    }

    private QueuedMessage reopen(MemoryDisk left, QueueId id) throws MessageStoreException {
        store = DirectoryMessageStore.open(ROOT, clock, left, false);
        return store.find(id).orElseThrow();
    }

    private String contentOf(QueuedMessage message) throws IOException {
        try (InputStream in = store.content(message).open()) {
            return new String(in.readAllBytes(), US_ASCII);
        }
    }

    @Test
    @Tag("Q3")
    @Tag("T7")
    void messageDeliveredAtTheFirstAttemptShouldCostOneFsync() throws Exception {
        claim(accept()).complete(); // makes the journal
        forced.clear();
        MessageLease lease = claim(accept());
        lease.begin(START);

        lease.goOn(MADE, NEW_HEADER);
        lease.record(List.of(delivered(START, RECIPIENT)));
        lease.record(List.of(delivered(START, "other@target.example")));
        lease.complete();

        assertThat(forced).containsExactly("journal");
        store.close();
        assertThat(disk.files().keySet()).containsExactly(ROOT.resolve(".layout"));
    }

    @Test
    @Tag("Q7")
    void powerCutShouldLeaveTheMessageThatWas() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        lease.begin(START);
        lease.goOn(MADE, NEW_HEADER);
        lease.record(List.of(delivered(START, RECIPIENT)));

        QueuedMessage left = reopen(disk.afterPowerCut(MemoryDisk.NOTHING_MORE), id);

        assertThat(left.envelope()).isEqualTo(OLD);
        assertThat(left.pendingRecipients()).isEqualTo(OLD.recipients());
        assertThat(contentOf(left)).startsWith("Subject: old");
    }

    /** Durable on return, it says; so it must be though nothing changes. */
    @Test
    @Tag("Q7")
    void replacingTheEnvelopeByTheSameShouldMakeItDurable() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        lease.goOn(MADE, DerivedContent.SAME);

        lease.replaceEnvelope(MADE);

        assertThat(reopen(disk.afterPowerCut(MemoryDisk.NOTHING_MORE), id).envelope())
                .isEqualTo(MADE);
    }

    /** What is longer would be written and never be read again. */
    @Test
    @Tag("Q7")
    void handOverThatIsTooLongToBeReadShouldBeRefused() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        byte[] header = new byte[QueueFileHeader.MAXIMAL_ENVELOPE];

        assertThatThrownBy(() -> lease.goOn(MADE, new DerivedContent(header, 0)))
                .isInstanceOf(MessageStoreException.class)
                .hasMessageContaining("too long");

        assertThat(lease.message().envelope()).isEqualTo(OLD);
        assertThat(lease.mayGoOn()).isTrue();
        lease.goOn(MADE, NEW_HEADER);
        assertThat(reopen(disk.afterKill(), id).envelope()).isEqualTo(MADE);
    }

    @Test
    @Tag("X2")
    void longHandOverShouldLeaveRoomForDeferrals() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        String large = "x".repeat(RecordLog.ROOM_FOR_DEFERRALS);

        lease.goOn(MADE.withAttributes(Map.of("large", large)), NEW_HEADER);
        lease.record(List.of(deferred(START, RECIPIENT, "450 later")));

        assertThat(reopen(disk.afterKill(), id).history())
                .containsExactly(deferred(START, RECIPIENT, "450 later"));
    }

    @Test
    @Tag("Q7")
    void handOverThatIsRefusedShouldNotBeFoundLater() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        store.letGo();
        closingFails = true;

        assertThatThrownBy(() -> lease.goOn(MADE, NEW_HEADER))
                .isInstanceOf(MessageStoreException.class);
        lease.giveBack();

        assertThat(store.find(id).orElseThrow().envelope()).isEqualTo(OLD);
        assertThat(reopen(disk.afterKill(), id).envelope()).isEqualTo(OLD);
    }

    @Test
    @Tag("Q7")
    void envelopeThatIsRefusedShouldNotBeFoundLater() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        lease.goOn(MADE, NEW_HEADER);
        forcingFails = true;

        assertThatThrownBy(() -> lease.replaceEnvelope(OLD))
                .isInstanceOf(MessageStoreException.class);

        QueuedMessage left = reopen(disk.afterKill(), id);
        assertThat(left.envelope()).isEqualTo(MADE);
        assertThat(contentOf(left)).startsWith("Subject: new");
    }

    /** Somebody looks at it just then: what was opened before shows the message that was. */
    @Test
    @Tag("A5")
    void contentOpenedBeforeShouldBeReadToItsEnd() throws Exception {
        QueueId id = accept();
        MessageLease lease = claim(id);
        try (InputStream before = lease.content().open();
                InputStream seen = store.content(lease.message()).open()) {
            lease.goOn(MADE, NEW_HEADER);
            lease.complete();

            assertThat(before.readAllBytes()).asString(US_ASCII).startsWith("Subject: old");
            assertThat(seen.readAllBytes()).asString(US_ASCII).startsWith("Subject: old");
        }
    }
}
