/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;

/**
 * Looks at a queue directory from outside: takes no lock, changes nothing, keeps no file open. A
 * server may be at work in it all the time: what moves while it is looked for can be missed or seen
 * twice, and a deferral that a full disk could not take is not seen. One thread at a time.
 */
public final class QueueDirectoryReader {

    private final Layout layout;
    private final FileOperations files = new DiskFileOperations();
    private long unreadable;

    public QueueDirectoryReader(Path directory) {
        this.layout = new Layout(directory);
    }

    /** Whether there is a queue directory that may be looked at. */
    public boolean readable() {
        return Files.isReadable(layout.queue(QueueName.INCOMING))
                && Files.isExecutable(layout.queue(QueueName.INCOMING));
    }

    /**
     * Gives the messages of a queue one by one.
     *
     * @param to false to stop
     * @return false if it was stopped
     */
    public boolean list(QueueName queue, Predicate<QueuedMessage> to) throws IOException {
        for (Path directory : layout.directories(queue)) {
            for (String name : names(directory)) {
                Optional<QueuedMessage> message = read(queue, directory.resolve(name), name);
                if (message.isPresent() && !to.test(message.get())) {
                    return false;
                }
            }
        }
        return listNew(queue, to);
    }

    /** Those that have no file, because they are worked on, or wait for that since a moment ago. */
    private boolean listNew(QueueName queue, Predicate<QueuedMessage> to) throws IOException {
        boolean place = queue == QueueName.INCOMING || queue == QueueName.ACTIVE;
        for (KeptFile kept : place ? kept() : List.<KeptFile>of()) {
            Optional<QueuedMessage> message = hasFile(kept.id()) ? Optional.empty() : read(kept);
            if (message.isPresent() && message.get().queue() == queue && !to.test(message.get())) {
                return false;
            }
        }
        return true;
    }

    private List<KeptFile> kept() throws IOException {
        try {
            return JournalFile.kept(files, layout.journal());
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DamagedMessageException | NewerFormatException e) {
            unreadable++;
            return List.of();
        }
    }

    /** One that can be read: until it can, what the journal has counts. */
    private boolean hasFile(QueueId id) {
        for (QueueName queue : EnumSet.range(QueueName.INCOMING, QueueName.HOLD)) {
            try {
                read(queue, layout.file(queue, id), id);
                return true;
            } catch (IOException e) {
                // Not here, or not to its end.
            }
        }
        return false;
    }

    private Optional<QueuedMessage> read(KeptFile kept) {
        try {
            return Optional.of(kept.message());
        } catch (IOException e) {
            unreadable++;
            return Optional.empty();
        }
    }

    private Optional<KeptFile> kept(QueueId id) throws IOException {
        return kept().stream().filter(kept -> kept.id().equals(id)).findFirst();
    }

    private List<String> names(Path directory) throws IOException {
        try {
            return files.list(directory);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** How many files could not be read so far; some of them may only have been in the making. */
    public long unreadable() {
        return unreadable;
    }

    /** How many damaged files were set aside. */
    public long corrupt() throws IOException {
        return names(layout.queue(QueueName.CORRUPT)).size();
    }

    private Optional<QueuedMessage> read(QueueName queue, Path path, String name) {
        Optional<QueueId> id = QueueId.parse(name);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(queue, path, id.get()));
        } catch (NoSuchFileException | NotKeptException e) {
            return Optional.empty();
        } catch (IOException e) {
            unreadable++;
            return Optional.empty();
        }
    }

    private QueuedMessage read(QueueName queue, Path path, QueueId id) throws IOException {
        try (OpenFile file = files.openForReading(path)) {
            return QueueFile.read(file, QueueFile.Depth.ENVELOPE).message(id, queue);
        }
    }

    /**
     * The message, or empty if there is none that was accepted.
     *
     * @throws IOException if it cannot be read
     */
    public Optional<QueuedMessage> find(QueueId id) throws IOException {
        for (QueueName queue : EnumSet.range(QueueName.INCOMING, QueueName.HOLD)) {
            try {
                return Optional.of(read(queue, layout.file(queue, id), id));
            } catch (NoSuchFileException e) {
                // It is in another one.
            } catch (NotKeptException e) {
                // It may be in the journal as well.
            }
        }
        Optional<KeptFile> kept = kept(id);
        return kept.isPresent() ? Optional.of(kept.get().message()) : Optional.empty();
    }

    /**
     * The content of a message.
     *
     * @throws NoSuchFileException if the message is gone
     */
    public InputStream content(QueueId id) throws IOException {
        for (QueueName queue : EnumSet.range(QueueName.INCOMING, QueueName.HOLD)) {
            try {
                return ContentStream.open(files, layout.file(queue, id));
            } catch (NoSuchFileException | NotKeptException e) {
                // It is in another one, or in the journal as well.
            }
        }
        return kept(id).orElseThrow(() -> new NoSuchFileException(id.asString())).content();
    }
}
