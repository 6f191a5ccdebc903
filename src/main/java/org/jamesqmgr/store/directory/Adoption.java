/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.Sameness;
import org.jamesqmgr.store.StoredContent;
import org.jamesqmgr.store.TakeOver;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;
import org.jamesqmgr.store.index.QueueIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what another store had. Written and forced where no server looks, then renamed to where
 * it belongs: that is the commit, and it is forced before the other store may forget. A server that
 * dies before it leaves a file that the next one clears away; after it, a message that is the same as
 * the other store's.
 *
 * <p>Safe for use by any thread.
 */
final class Adoption {

    private static final Logger LOGGER = LoggerFactory.getLogger(Adoption.class);

    private final Layout layout;
    private final FileOperations files;
    private final QueueIndex index;
    private final Backlog backlog;
    private final Lookup lookup;
    private final CorruptQueue corrupt;

    /** What is being written: nobody else may write a file of the same name. */
    private final TakeOver takeOver = new TakeOver();

    Adoption(
            Layout layout,
            FileOperations files,
            QueueIndex index,
            Backlog backlog,
            Lookup lookup,
            CorruptQueue corrupt) {
        this.layout = layout;
        this.files = files;
        this.index = index;
        this.backlog = backlog;
        this.lookup = lookup;
        this.corrupt = corrupt;
    }

    /** Whether the message is here for good; false if another has its id. */
    boolean adopt(QueuedMessage theirs, Content content) throws MessageStoreException {
        QueuedMessage message = Sameness.adopted(theirs);
        return takeOver.alone(
                message.id().asString(),
                () -> {
                    backlog.bringIn(message.id());
                    Optional<QueuedMessage> here = lookup.find(message.id());
                    return here.isPresent()
                            ? isThis(here.get(), message, content)
                            : takeIn(message, content);
                });
    }

    /** Returns the name that it has here. */
    String adoptDamaged(DamagedFile damaged, Content content) throws MessageStoreException {
        String wanted = damaged.name();
        if (wanted.isEmpty() || wanted.startsWith(".") || wanted.indexOf('/') >= 0) {
            throw new MessageStoreException("damaged mail cannot have the name " + wanted);
        }
        return takeOver.alone(wanted, () -> takeInDamaged(damaged, content));
    }

    private boolean isThis(QueuedMessage here, QueuedMessage message, Content content)
            throws IOException {
        Content kept = new StoredContent(here.size(), () -> lookup.open(here.id()));
        if (!Sameness.of(here, message) || !Sameness.of(kept, content)) {
            return false;
        }
        // Whoever put it here may have died before it was safe.
        force(layout.file(index.place(here.id()).orElse(here.queue()), here.id()));
        return true;
    }

    private void force(Path path) throws IOException {
        try (OpenFile file = files.open(path)) {
            file.force();
        }
        files.forceDirectory(path.getParent());
    }

    private boolean takeIn(QueuedMessage message, Content content)
            throws IOException, MessageStoreException {
        QueueId id = message.id();
        Path home = layout.file(message.queue(), id);
        if (files.exists(home)) {
            return false; // Put there by hand, and not learned of yet.
        }
        Path path = written(id.asString(), file -> write(file, message, content));
        if (message.queue() == QueueName.DEFERRED) {
            stamp(path, message);
        }
        files.move(path, home); // commit
        backlog.bringInNew(message.queue(), id);
        if (index.place(id).isEmpty()) {
            throw new IOException("it cannot be read again");
        }
        files.forceDirectory(home.getParent());
        return true;
    }

    @FunctionalInterface
    private interface Writing {
        void to(OpenFile file) throws IOException;
    }

    /** A complete file in the place for what is being taken over. */
    private Path written(String name, Writing writing) throws IOException {
        files.createDirectories(layout.adopted());
        Path path = layout.adopted().resolve(name);
        if (files.exists(path)) {
            files.delete(path);
        }
        try (OpenFile file = files.create(path)) {
            writing.to(file);
            return path;
        } catch (IOException | RuntimeException e) {
            clearAway(path);
            throw e;
        }
    }

    private void clearAway(Path path) {
        try {
            files.delete(path);
        } catch (IOException e) {
            LOGGER.warn("{} is only in the way, and cannot be removed", path, e);
        }
    }

    private static void write(OpenFile file, QueuedMessage message, Content content)
            throws IOException {
        byte[] envelope = EnvelopeCodec.encode(message.envelope());
        QueueFileWriter writer = new QueueFileWriter(file, envelope);
        try (InputStream bytes = content.open()) {
            requireAll(content, bytes.transferTo(writer));
        }
        writer.commit(RecordLog.adopted(message));
    }

    private static void requireAll(Content content, long length) throws IOException {
        if (length != content.size()) {
            throw new IOException(
                    "its content has " + length + " bytes and should have " + content.size());
        }
    }

    /** Shows the due time as the time of the file; the record has it too, so failing is no harm. */
    private void stamp(Path path, QueuedMessage message) {
        try {
            files.setModified(path, message.status().due());
        } catch (IOException e) {
            LOGGER.warn("{} does not show its due time", message.id(), e);
        }
    }

    private String takeInDamaged(DamagedFile damaged, Content content) throws IOException {
        Path home = corrupt.path(damaged.name());
        for (int copy = 2; files.exists(home); copy++) {
            String name = home.getFileName().toString();
            Optional<Content> kept = corrupt.content(name);
            if (kept.isPresent() && Sameness.of(kept.get(), content)) {
                force(home);
                return name;
            }
            home = corrupt.path(damaged.name() + "." + copy);
        }
        Path path = written(damaged.name(), file -> write(file, content));
        files.setModified(path, damaged.modified());
        files.move(path, home); // commit
        files.forceDirectory(home.getParent());
        return home.getFileName().toString();
    }

    private static void write(OpenFile file, Content content) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long position = 0;
        try (InputStream bytes = content.open()) {
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                file.write(position, buffer, 0, read);
                position += read;
            }
        }
        requireAll(content, position);
        file.force();
    }
}
