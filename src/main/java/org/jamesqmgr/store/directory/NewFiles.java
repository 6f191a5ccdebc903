/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file system on which the file of a small new message is not written before it is needed: the {@link
 * Journal} has it, and most are done with before that. It looks to its users as if all files were
 * there.
 *
 * <p>Such a file is in memory, and what is written to it goes to its copy in the journal, so that a
 * kill spares as much as it would of a file. Renaming it between incoming and active costs nothing,
 * deleting it a mark in the journal; whatever else is done to it writes it to the disk first, and from
 * then on it is a file like any other.
 *
 * <p>About {@value #MOST_BYTES} bytes of new mail, and what the journal had at the start. Safe for
 * use by any thread.
 */
final class NewFiles implements FileOperations {

    private static final Logger LOGGER = LoggerFactory.getLogger(NewFiles.class);

    /** Far less than a heap has, and more than is on its way through a server at a time. */
    static final long MOST_BYTES = 8L << 20;

    /** The time of a file says when it is due, which is asked of deferred mail only: no such is here. */
    private static final Instant NO_TIME = Instant.EPOCH;

    private final FileOperations disk;
    private final Layout layout;
    private final Journal journal;

    /** Those that are not on the disk, by where they would be. */
    private final Map<Path, NewFile> files = new ConcurrentHashMap<>();

    private final AtomicLong bytes = new AtomicLong();

    NewFiles(FileOperations disk, Layout layout, Journal journal) {
        this.disk = disk;
        this.layout = layout;
        this.journal = journal;
    }

    /** From now on the journal has what a file that was just created has. */
    void kept(Path path) {
        find(path).ifPresent(NewFile::kept);
    }

    /** A file that only the journal has. */
    void restore(KeptFile kept) throws IOException {
        Path path = layout.file(QueueName.ACTIVE, kept.id());
        NewFile file = new NewFile(this, kept.id(), path);
        byte[] restored = kept.bytes();
        file.restore(restored, kept.hasOnlyRoomBehind(restored.length));
        files.put(path, file);
    }

    /**
     * Writes a file to the disk, if it is not there: what is appended then can be forced, or taken back.
     */
    void write(Path path) throws IOException {
        Optional<NewFile> file = find(path);
        if (file.isPresent()) {
            file.get().write();
        }
    }

    /** Drops a file of which nobody was told, whatever the journal says. */
    void drop(Path path) {
        find(path).ifPresent(NewFile::drop);
    }

    /** Writes all of them, as far as there is room: they stay in the journal as well. */
    void writeAll() {
        for (NewFile file : files.values()) {
            try {
                file.write();
            } catch (IOException e) {
                LOGGER.warn("a new message cannot be written to its file", e);
            }
        }
    }

    private Optional<NewFile> find(Path path) {
        return Optional.ofNullable(files.get(path));
    }

    private boolean isPlaceOfNew(Path directory) {
        return directory.equals(layout.queue(QueueName.INCOMING))
                || directory.equals(layout.queue(QueueName.ACTIVE));
    }

    FileOperations disk() {
        return disk;
    }

    Journal journal() {
        return journal;
    }

    /** So many bytes more, or fewer, are in memory. */
    void count(int more) {
        bytes.addAndGet(more);
    }

    /** It is on the disk now, or gone. */
    void forget(Path path, NewFile file) {
        files.remove(path, file);
    }

    @Override
    public Lock lock(Path path) throws MessageStoreException {
        return disk.lock(path);
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        Optional<QueueId> id = QueueId.parse(path.getFileName().toString());
        boolean incoming = path.getParent().equals(layout.queue(QueueName.INCOMING));
        if (id.isEmpty() || !incoming || bytes.get() >= MOST_BYTES) {
            return disk.create(path);
        }
        NewFile file = new NewFile(this, id.get(), path);
        files.put(path, file);
        return file.open().orElseThrow();
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        Optional<OpenFile> file = find(path).flatMap(NewFile::open);
        return file.isPresent() ? file.get() : disk.open(path);
    }

    @Override
    public OpenFile openForReading(Path path) throws IOException {
        Optional<OpenFile> file = find(path).flatMap(NewFile::open);
        return file.isPresent() ? file.get() : disk.openForReading(path);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Optional<NewFile> file = find(from);
        if (file.isPresent()) {
            if (isPlaceOfNew(to.getParent()) && file.get().move(to, files)) {
                return;
            }
            file.get().write();
        }
        disk.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        Optional<NewFile> file = find(path);
        if (file.isEmpty() || !file.get().delete()) {
            disk.delete(path);
        }
    }

    @Override
    public void setModified(Path path, Instant time) throws IOException {
        write(path);
        disk.setModified(path, time);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        if (!isPlaceOfNew(directory)) {
            return disk.list(directory);
        }
        List<String> names = new ArrayList<>(disk.list(directory));
        for (Path path : files.keySet()) {
            if (path.getParent().equals(directory)) {
                names.add(path.getFileName().toString());
            }
        }
        return names;
    }

    @Override
    public Attributes attributes(Path path) throws IOException {
        return files.containsKey(path) ? new Attributes(true, NO_TIME) : disk.attributes(path);
    }

    @Override
    public boolean exists(Path path) {
        return files.containsKey(path) || disk.exists(path);
    }

    @Override
    public long usableSpace(Path path) throws IOException {
        return disk.usableSpace(path);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        disk.createDirectories(path);
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        disk.forceDirectory(path);
    }
}
