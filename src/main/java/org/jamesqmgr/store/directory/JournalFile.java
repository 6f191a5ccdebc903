/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a {@link Journal}:
 *
 * <pre>
 *   one block      magic "JQJRNL\r\n", version, size of a block, most blocks, key, CRC-32C of these
 *   one block      the same again
 *   marks          for each block the number of the last record there that counts no more, 6 bytes,
 *                  and 2 that check them
 *   blocks         records, each in whole blocks
 * </pre>
 *
 * A record is the key, its number, the lengths of id and image, the CRC-32C of all of it, the id and
 * the image of the queue file as it was accepted. Behind it, up to the end of its blocks, stands what
 * was appended to that file later, then zeros. Numbers of records only grow. Whatever is not a whole record with the
 * key of the file is room. The key is random and nobody outside knows it: content of mail, of which a
 * part stays behind where a record was, cannot pretend to be one.
 *
 * <p>For one thread at a time, but for {@link #write}, {@link #append}, {@link #forget}, {@link
 * #writeMarks} and {@link #force}.
 */
final class JournalFile implements Closeable {

    private static final Logger LOGGER = LoggerFactory.getLogger(JournalFile.class);

    private static final byte[] MAGIC = "JQJRNL\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 2;
    private static final int KEY_SIZE = 16;
    private static final int HEADER_SIZE = MAGIC.length + 12 + KEY_SIZE + 4;
    private static final int PREFIX_SIZE = KEY_SIZE + 8 + 4 + 4 + 4;
    private static final int CHECKSUM_OFFSET = PREFIX_SIZE - 4;
    private static final int MARK_SIZE = 8;
    private static final int CHECK_BITS = 16;

    /** Odd, with its bits well mixed. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final int LONGEST_ID = 255;
    private static final int PIECE = 1 << 16;

    private final OpenFile file;
    private final JournalShape shape;
    private final byte[] key;
    private final AtomicLongArray marks;
    private int blocks;

    /**
     * Where a record is.
     *
     * @param first of its blocks
     * @param count of them, in a row, with the room behind the record
     * @param sequence its number
     */
    record Slot(int first, int count, long sequence) {}

    /** A record that counts. */
    record Entry(Slot slot, KeptFile kept) {}

    /**
     * All there is.
     *
     * @param entries in the order in which they were written
     * @param lastSequence the highest number that any record had
     */
    record Contents(List<Entry> entries, long lastSequence) {}

    private JournalFile(OpenFile file, JournalShape shape, byte[] key) {
        this.file = file;
        this.shape = shape;
        this.key = key;
        this.marks = new AtomicLongArray(shape.most());
    }

    /** Makes a new one, in place of one that was not made to the end. */
    static JournalFile create(FileOperations files, Path path, JournalShape shape)
            throws IOException {
        if (files.exists(path)) {
            files.delete(path);
        }
        byte[] key = new byte[KEY_SIZE];
        new SecureRandom().nextBytes(key);
        OpenFile file = files.create(path);
        try {
            JournalFile journal = new JournalFile(file, shape, key);
            journal.clear(0, journal.blockOffset(0));
            byte[] header = journal.header();
            file.write(0, header, 0, header.length);
            file.write(shape.block(), header, 0, header.length);
            file.force();
            files.forceDirectory(path.getParent());
            return journal;
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private byte[] header() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_SIZE);
        out.put(MAGIC).putInt(VERSION).putInt(shape.block()).putInt(shape.most()).put(key);
        out.putInt(Checksum.of(out.array(), 0, HEADER_SIZE - 4));
        return out.array();
    }

    /**
     * Opens one.
     *
     * @return empty if it was never made to the end, so that there was nothing in it
     * @throws DamagedMessageException if it is not as it was written
     * @throws NewerFormatException if a newer version has written it
     */
    static Optional<JournalFile> open(FileOperations files, Path path) throws IOException {
        return read(files.open(path));
    }

    /**
     * The copies that count in a journal, which may be in use meanwhile: what is just being written can
     * be missing.
     */
    static List<KeptFile> kept(FileOperations files, Path path) throws IOException {
        Optional<JournalFile> journal = read(files.openForReading(path));
        try {
            return journal.map(JournalFile::contents).stream()
                    .flatMap(contents -> contents.entries().stream())
                    .map(Entry::kept)
                    .toList();
        } finally {
            if (journal.isPresent()) {
                journal.get().close();
            }
        }
    }

    private static Optional<JournalFile> read(OpenFile file) throws IOException {
        try {
            Optional<byte[]> header = soundHeader(file);
            if (header.isEmpty() && isEmpty(file)) {
                file.close();
                return Optional.empty();
            }
            JournalFile journal =
                    decode(
                            file,
                            header.orElseThrow(
                                    () ->
                                            new DamagedMessageException(
                                                    "the header of the journal is damaged")));
            journal.blocks = journal.found();
            journal.readMarks();
            return Optional.of(journal);
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /** The first one or, if that is damaged, the second, which is one block behind it. */
    private static Optional<byte[]> soundHeader(OpenFile file) throws IOException {
        Optional<byte[]> header = headerAt(file, 0);
        for (int block = JournalShape.LEAST_BLOCK;
                header.isEmpty() && block <= JournalShape.LARGEST_BLOCK;
                block *= 2) {
            header = headerAt(file, block);
        }
        return header;
    }

    private static Optional<byte[]> headerAt(OpenFile file, int position) throws IOException {
        byte[] header = new byte[HEADER_SIZE];
        boolean whole = file.read(position, header, 0, HEADER_SIZE) == HEADER_SIZE;
        return Optional.of(header).filter(bytes -> whole && isSound(bytes));
    }

    /** Whether nothing at all was written to it. */
    private static boolean isEmpty(OpenFile file) throws IOException {
        byte[] bytes = new byte[PIECE];
        byte[] zeros = new byte[PIECE];
        for (long position = 0; position < file.size(); position += PIECE) {
            int length = file.read(position, bytes, 0, PIECE);
            if (!Arrays.equals(bytes, 0, length, zeros, 0, length)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSound(byte[] header) {
        int checksum = ByteBuffer.wrap(header).getInt(HEADER_SIZE - 4);
        return Arrays.equals(MAGIC, 0, MAGIC.length, header, 0, MAGIC.length)
                && checksum == Checksum.of(header, 0, HEADER_SIZE - 4);
    }

    private static JournalFile decode(OpenFile file, byte[] header) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(header).position(MAGIC.length);
        int version = in.getInt();
        if (version > VERSION) {
            throw new NewerFormatException("a journal of format version " + version);
        }
        if (version < VERSION) {
            throw new IOException(
                    "it has format version "
                            + version
                            + ", which was never released: stop the server that wrote it cleanly");
        }
        JournalShape shape = new JournalShape(in.getInt(), in.getInt());
        byte[] key = new byte[KEY_SIZE];
        in.get(key);
        if (!shape.possible()) {
            throw new DamagedMessageException("the header of the journal says what cannot be");
        }
        return new JournalFile(file, shape, key);
    }

    private int found() throws IOException {
        long room = Math.max(0, file.size() - blockOffset(0)) / shape.block();
        return (int) Math.min(room, shape.most());
    }

    JournalShape shape() {
        return shape;
    }

    /** How many blocks there are now. */
    int blocks() {
        return blocks;
    }

    private long markOffset(int block) {
        return 2L * shape.block() + (long) block * MARK_SIZE;
    }

    private long blockOffset(int block) {
        long marks = (long) shape.blocks(shape.most() * MARK_SIZE) * shape.block();
        return 2L * shape.block() + marks + (long) block * shape.block();
    }

    /** Makes room for more blocks; durable, so that what is written there needs nothing else. */
    void grow(int more) throws IOException {
        long end = blockOffset(blocks);
        try {
            clear(end, blockOffset(blocks + more));
        } catch (IOException e) {
            file.truncate(end);
            throw e;
        }
        forceRoom();
        blocks += more;
    }

    /** Whatever the system says is not that there is no room: it may have lost what others wrote. */
    private void forceRoom() throws IOException {
        try {
            file.force();
        } catch (IOException e) {
            throw new IOException("what was added could not be forced", e);
        }
    }

    private void clear(long from, long to) throws IOException {
        byte[] zeros = new byte[(int) Math.min(PIECE, to - from)];
        for (long position = from; position < to; position += zeros.length) {
            file.write(position, zeros, 0, (int) Math.min(zeros.length, to - position));
        }
    }

    /** How long a record is, without the room behind it. */
    static int recordSize(QueueId id, int length) {
        return PREFIX_SIZE + id.asString().length() + length;
    }

    /** Writes a record, and clears the room behind it. Not forced. */
    void write(Slot slot, QueueId id, byte[] image, int length) throws IOException {
        byte[] record = record(slot, id, image, length);
        file.write(blockOffset(slot.first()), record, 0, record.length);
    }

    private byte[] record(Slot slot, QueueId id, byte[] image, int length) {
        byte[] name = id.asString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(slot.count() * shape.block());
        out.put(key).putLong(slot.sequence());
        out.putInt(name.length).putInt(length).putInt(0).put(name).put(image, 0, length);
        out.putInt(CHECKSUM_OFFSET, checksum(out.array(), PREFIX_SIZE + name.length + length));
        return out.array();
    }

    /**
     * Appends to a copy, if there is room. Not forced.
     *
     * @param position in the copy
     */
    boolean append(Slot slot, QueueId id, long position, byte[] bytes, int offset, int length)
            throws IOException {
        long from = recordSize(id, 0) + position;
        if (from + length > (long) slot.count() * shape.block()) {
            return false;
        }
        file.write(blockOffset(slot.first()) + from, bytes, offset, length);
        return true;
    }

    private static int checksum(byte[] record, int size) {
        CRC32C checksum = new CRC32C();
        checksum.update(record, 0, CHECKSUM_OFFSET);
        checksum.update(record, PREFIX_SIZE, size - PREFIX_SIZE);
        return (int) checksum.getValue();
    }

    /** The record with this number, and those before it in this place, count no more. Not forced. */
    void forget(int block, long sequence) throws IOException {
        byte[] mark = ByteBuffer.allocate(MARK_SIZE).putLong(mark(block, sequence)).array();
        synchronized (marks) {
            file.write(markOffset(block), mark, 0, MARK_SIZE);
            marks.accumulateAndGet(block, sequence, Math::max);
        }
    }

    /** Writes all marks again. Not forced. */
    void writeMarks() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(shape.most() * MARK_SIZE);
        synchronized (marks) {
            for (int block = 0; block < shape.most(); block++) {
                bytes.putLong(mark(block, marks.get(block)));
            }
            file.write(markOffset(0), bytes.array(), 0, bytes.capacity());
        }
    }

    private static long mark(int block, long sequence) {
        return sequence << CHECK_BITS | check(block, sequence);
    }

    private static long check(int block, long sequence) {
        return ((sequence + block) * SPREAD) >>> (Long.SIZE - CHECK_BITS);
    }

    /** What a mark says; nothing, if it is not one that was written: then work is repeated. */
    private static long sequence(int block, long mark) {
        long sequence = mark >>> CHECK_BITS;
        boolean sound = mark == mark(block, sequence);
        if (!sound && mark != 0) {
            LOGGER.error("mark {} of the journal is damaged, and not followed", block);
        }
        return sound ? sequence : 0;
    }

    private void readMarks() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(shape.most() * MARK_SIZE);
        file.read(markOffset(0), bytes.array(), 0, bytes.capacity());
        for (int block = 0; block < shape.most(); block++) {
            marks.set(block, sequence(block, bytes.getLong()));
        }
    }

    /** What was written survives a power cut from now on. */
    void force() throws IOException {
        file.forceBytes();
    }

    /** What is in it. */
    Contents contents() {
        NavigableMap<Integer, byte[]> records = records();
        List<Entry> entries = new ArrayList<>();
        long last = lastMark();
        for (Map.Entry<Integer, byte[]> found : records.entrySet()) {
            int block = found.getKey();
            Integer next = records.higherKey(block);
            Slot slot = slot(block, next == null ? blocks : next, found.getValue());
            if (slot.sequence() > marks.get(block)) {
                keptFile(slot, found.getValue())
                        .map(kept -> new Entry(slot, kept))
                        .ifPresent(entries::add);
            }
            last = Math.max(last, slot.sequence());
        }
        entries.sort(Comparator.comparingLong(entry -> entry.slot().sequence()));
        return new Contents(entries, last);
    }

    private long lastMark() {
        return IntStream.range(0, shape.most()).mapToLong(marks::get).max().orElse(0);
    }

    /** Those that are whole, whether they count or not, by their first blocks. */
    private NavigableMap<Integer, byte[]> records() {
        NavigableMap<Integer, byte[]> records = new TreeMap<>();
        int block = 0;
        while (block < blocks) {
            Optional<byte[]> record = recordAt(block);
            if (record.isPresent()) {
                records.put(block, record.get());
            }
            // Were a part of it written anew it would not be whole; of the room behind it no one
            // knows.
            block += record.map(bytes -> shape.blocks(bytes.length)).orElse(1);
        }
        return records;
    }

    /** Where the next record begins, the room of this one is over. */
    private Slot slot(int block, int next, byte[] record) {
        int count = Math.min(shape.blocksWithRoom(record.length), next - block);
        return new Slot(block, count, ByteBuffer.wrap(record).getLong(KEY_SIZE));
    }

    /** What cannot be read there is one copy at most. */
    private Optional<byte[]> recordAt(int block) {
        try {
            return read(block);
        } catch (IOException e) {
            LOGGER.error("block {} of the journal cannot be read", block, e);
            return Optional.empty();
        }
    }

    /** The record that begins there, if it is whole. */
    private Optional<byte[]> read(int block) throws IOException {
        byte[] prefix = new byte[PREFIX_SIZE];
        int length = file.read(blockOffset(block), prefix, 0, PREFIX_SIZE);
        if (length < PREFIX_SIZE || !Arrays.equals(prefix, 0, KEY_SIZE, key, 0, KEY_SIZE)) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(prefix).position(KEY_SIZE + 8);
        int name = in.getInt();
        int image = in.getInt();
        long size = PREFIX_SIZE + (long) name + image;
        if (name < 1 || name > LONGEST_ID || image < 0 || size > roomFrom(block)) {
            return Optional.empty();
        }
        byte[] record = new byte[(int) size];
        boolean whole = file.read(blockOffset(block), record, 0, record.length) == record.length;
        return Optional.of(record)
                .filter(bytes -> whole && in.getInt() == checksum(bytes, bytes.length));
    }

    private long roomFrom(int block) {
        return (long) (blocks - block) * shape.block();
    }

    /** With all that is behind it, up to the end of its blocks. */
    private Optional<KeptFile> keptFile(Slot slot, byte[] record) {
        int name = ByteBuffer.wrap(record).getInt(KEY_SIZE + 8);
        String id = new String(record, PREFIX_SIZE, name, StandardCharsets.US_ASCII);
        byte[] image = new byte[slot.count() * shape.block() - PREFIX_SIZE - name];
        int copied = record.length - PREFIX_SIZE - name;
        System.arraycopy(record, PREFIX_SIZE + name, image, 0, copied);
        try {
            long behind = blockOffset(slot.first()) + record.length;
            file.read(behind, image, copied, image.length - copied);
        } catch (IOException e) {
            LOGGER.error("what was recorded of {} cannot be read in the journal", id, e);
        }
        return QueueId.parse(id).map(parsed -> new KeptFile(parsed, image, copied));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
