/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.StoredContent;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;

/** The damaged files that were set aside, for a person to look at. Safe for use by any thread. */
final class CorruptQueue {

    private final Layout layout;
    private final FileOperations files;

    CorruptQueue(Layout layout, FileOperations files) {
        this.layout = layout;
        this.files = files;
    }

    List<DamagedFile> list() throws IOException {
        List<DamagedFile> found = new ArrayList<>();
        for (String name : names()) {
            describe(name).ifPresent(found::add);
        }
        return found;
    }

    Optional<Content> content(String name) throws IOException {
        if (!names().contains(name)) {
            return Optional.empty();
        }
        try (OpenFile file = files.openForReading(path(name))) {
            return Optional.of(new StoredContent(file.size(), () -> stream(name)));
        }
    }

    boolean remove(String name) throws IOException {
        if (!names().contains(name)) {
            return false;
        }
        try {
            files.delete(path(name));
        } catch (NoSuchFileException e) {
            return false;
        }
        files.forceDirectory(layout.queue(QueueName.CORRUPT)); // commit
        return true;
    }

    /** What stands there: nothing else is ever opened or deleted. */
    private List<String> names() throws IOException {
        return files.list(layout.queue(QueueName.CORRUPT)).stream().sorted().toList();
    }

    /** Where a file of this name stands, if there is one. */
    Path path(String name) {
        return layout.queue(QueueName.CORRUPT).resolve(name);
    }

    private InputStream stream(String name) throws IOException {
        OpenFile file = files.openForReading(path(name));
        try {
            return ContentStream.ofAll(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Empty if a person took it away. */
    private Optional<DamagedFile> describe(String name) throws IOException {
        try {
            return Optional.of(look(name));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private DamagedFile look(String name) throws IOException {
        Instant modified = files.attributes(path(name)).modified();
        try (OpenFile file = files.openForReading(path(name))) {
            Optional<QueueFile> rest = QueueFile.salvage(file);
            return new DamagedFile(
                    name,
                    file.size(),
                    modified,
                    reason(file),
                    rest.flatMap(salvaged -> message(name, salvaged)),
                    rest.map(salvaged -> salvaged.header().contentOffset()).orElse(-1L));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return new DamagedFile(name, 0, modified, e.toString(), Optional.empty(), -1);
        }
    }

    /** Of the message that a file was; there may be several of one. */
    static Optional<QueueId> id(String name) {
        return QueueId.parse(name.substring(0, Math.min(name.length(), QueueId.LENGTH)));
    }

    private static Optional<QueuedMessage> message(String name, QueueFile salvaged) {
        return id(name).map(id -> salvaged.message(id, QueueName.CORRUPT));
    }

    private static String reason(OpenFile file) {
        try {
            QueueFile.read(file, QueueFile.Depth.CONTENT);
            return "nothing is wrong with it now";
        } catch (IOException e) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }
}
