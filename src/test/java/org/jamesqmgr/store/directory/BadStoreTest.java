/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.jamesqmgr.store.directory.Audit.End;
import org.jamesqmgr.store.directory.FaultyFileOperations.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The sweeps find out a store that does not keep its word. */
@ExtendWith(SilentStore.class)
@Tag("Q3")
@Tag("Q7")
class BadStoreTest {

    @Test
    void storeThatForgetsItsFsyncShouldBeFoundOut() {
        assertThat(powerCuts(UnforcedFiles::new)).anyMatch(breach -> breach.contains("is lost"));
    }

    @Test
    void storeThatForgetsToForceDirectoriesShouldBeFoundOut() {
        assertThat(powerCuts(UnforcedDirectories::new))
                .anyMatch(breach -> breach.contains("is no longer on hold"))
                .anyMatch(breach -> breach.contains("is back"));
    }

    @Test
    void storeThatForcesNothingWhenItStopsShouldBeFoundOut() {
        Trial trial = new Trial(UnforcedDirectories::new, Scenario::run);

        assertThat(trial.afterStopAndPowerCut()).anyMatch(breach -> breach.contains("is back"));
    }

    @Test
    void storeThatNeverSaysKeptShouldBeFoundOut() {
        assertThat(kills(NeverKept::new)).anyMatch(breach -> breach.contains("is lost"));
    }

    @Test
    void storeThatSaysKeptTooEarlyShouldBeFoundOut() {
        assertThat(kills(KeptTooEarly::new)).anyMatch(breach -> breach.contains("in corrupt"));
    }

    @Test
    void storeThatOverwritesInsteadOfAppendingShouldBeFoundOut() {
        assertThat(kills(Overwriting::new)).isNotEmpty();
    }

    @Test
    void storeThatForgetsWhatBecameOfRecipientsShouldBeFoundOut() {
        assertThat(kills(files -> new WithoutRecords(files, 'r')))
                .anyMatch(breach -> breach.contains("has other fates of recipients"));
    }

    @Test
    void storeThatForgetsThatMessagesWentOnShouldBeFoundOut() {
        assertThat(kills(files -> new WithoutRecords(files, 'h')))
                .anyMatch(breach -> breach.contains("has another envelope"));
    }

    @Test
    void storeThatMixesUpContentsShouldBeFoundOut() {
        assertThat(kills(OldContent::new))
                .anyMatch(breach -> breach.contains("has another content"));
    }

    private static List<String> kills(UnaryOperator<FileOperations> quirk) {
        Trial trial = new Trial(quirk, Scenario::run);
        return trial.sweep(n -> trial.afterKill(n, Outcome.DIES));
    }

    private static List<String> powerCuts(UnaryOperator<FileOperations> quirk) {
        Trial trial = new Trial(quirk, Scenario::run);
        return trial.sweep(
                n -> trial.afterPowerCut(n, Outcome.DIES, End.POWER_CUT, MemoryDisk.NOTHING_MORE));
    }

    private static final class UnforcedFiles extends ForwardingFileOperations {

        private UnforcedFiles(FileOperations files) {
            super(files);
        }

        @Override
        OpenFile writable(OpenFile file) {
            return new ForwardingFile(file) {
                @Override
                public void force() {}

                @Override
                public void forceBytes() {}
            };
        }
    }

    /** Forces each directory once, when the store is opened. */
    private static final class UnforcedDirectories extends ForwardingFileOperations {

        private final Set<Path> forced = new HashSet<>();

        private UnforcedDirectories(FileOperations files) {
            super(files);
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            if (forced.add(path)) {
                super.forceDirectory(path);
            }
        }
    }

    private static boolean saysKept(long position, byte[] bytes) {
        byte[] kept = "kept".getBytes(StandardCharsets.US_ASCII);
        return position == 0
                && bytes.length == QueueFileHeader.SIZE
                && Arrays.equals(bytes, 12, 16, kept, 0, kept.length);
    }

    private static final class NeverKept extends ForwardingFileOperations {

        private NeverKept(FileOperations files) {
            super(files);
        }

        @Override
        OpenFile writable(OpenFile file) {
            return new ForwardingFile(file) {
                @Override
                public void write(long position, byte[] bytes, int offset, int length)
                        throws IOException {
                    if (!saysKept(position, bytes)) {
                        super.write(position, bytes, offset, length);
                    }
                }
            };
        }
    }

    /** Holds everything back until the header says "kept", and then writes that first. */
    private static final class KeptTooEarly extends ForwardingFileOperations {

        private KeptTooEarly(FileOperations files) {
            super(files);
        }

        @Override
        public OpenFile create(Path path) throws IOException {
            Map<Long, byte[]> heldBack = new LinkedHashMap<>();
            return new ForwardingFile(super.create(path)) {
                @Override
                public void write(long position, byte[] bytes, int offset, int length)
                        throws IOException {
                    byte[] part = Arrays.copyOfRange(bytes, offset, offset + length);
                    if (!saysKept(position, bytes)) {
                        heldBack.put(position, part);
                        return;
                    }
                    super.write(0, part, 0, part.length);
                    for (Map.Entry<Long, byte[]> write : heldBack.entrySet()) {
                        int skipped = write.getKey() == 0 ? part.length : 0;
                        byte[] rest = write.getValue();
                        super.write(write.getKey() + skipped, rest, skipped, rest.length - skipped);
                    }
                }
            };
        }
    }

    /** Keeps records of one type to itself. */
    private static final class WithoutRecords extends ForwardingFileOperations {

        private final char type;

        private WithoutRecords(FileOperations files, char type) {
            super(files);
            this.type = type;
        }

        @Override
        public OpenFile open(Path path) throws IOException {
            return new ForwardingFile(super.open(path)) {
                @Override
                public void write(long position, byte[] bytes, int offset, int length)
                        throws IOException {
                    if (bytes[offset] != type) {
                        super.write(position, bytes, offset, length);
                    }
                }
            };
        }
    }

    /** Forgets the new header of a message that goes on, and only that. */
    private static final class OldContent extends ForwardingFileOperations {

        private OldContent(FileOperations files) {
            super(files);
        }

        @Override
        OpenFile writable(OpenFile file) {
            return new ForwardingFile(file) {
                @Override
                public void write(long position, byte[] bytes, int offset, int length)
                        throws IOException {
                    if (position > 0 && isHandOver(bytes, length)) {
                        byte[] without = withoutHeader(bytes);
                        super.write(position, without, 0, without.length);
                    } else {
                        super.write(position, bytes, offset, length);
                    }
                }
            };
        }

        private static boolean isHandOver(byte[] bytes, int length) {
            return length > 9 && bytes[0] == 'h' && ByteBuffer.wrap(bytes).getInt(1) == length - 9;
        }

        private static byte[] withoutHeader(byte[] record) throws IOException {
            ByteBuffer payload = ByteBuffer.wrap(record, 9, record.length - 9);
            int length = payload.getInt();
            Envelope envelope = EnvelopeCodec.envelope(record, 9 + 12, length);
            return RecordLog.handedOver(envelope, DerivedContent.SAME);
        }
    }

    /** Writes the first record of a message over its end mark. */
    private static final class Overwriting extends ForwardingFileOperations {

        private Overwriting(FileOperations files) {
            super(files);
        }

        @Override
        public OpenFile open(Path path) throws IOException {
            return new ForwardingFile(super.open(path)) {
                @Override
                public void write(long position, byte[] bytes, int offset, int length)
                        throws IOException {
                    super.write(position - 1, bytes, offset, length);
                }
            };
        }
    }
}
