/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.admin.ShapeRequest;
import org.jamesqmgr.admin.Shaping;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.QmgrSettingsReader;
import org.jamesqmgr.config.StoreKind;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.directory.QueueDirectoryReader;

/** The queues as their files show them, while no server runs. */
final class DirectoryView implements QueueView {

    private static final String FILE = "file://";

    private static final List<QueueName> POSTFIX_ORDER =
            List.of(QueueName.ACTIVE, QueueName.INCOMING, QueueName.DEFERRED, QueueName.HOLD);

    private final QueueDirectoryReader reader;
    private final Console console;

    private DirectoryView(QueueDirectoryReader reader, Console console) {
        this.reader = reader;
        this.console = console;
    }

    /**
     * The queues of the server with this configuration.
     *
     * @return empty if they are not in a directory, or it cannot be looked at
     */
    static Optional<QueueView> of(Path conf, Console console) {
        try {
            QmgrSettings settings = QmgrSettingsReader.read(conf.resolve("qmgr.xml"));
            if (settings.store() != StoreKind.DIRECTORY) {
                return Optional.empty();
            }
            Path directory = directory(conf, settings.queueDirectory());
            return Optional.of(new QueueDirectoryReader(directory))
                    .filter(QueueDirectoryReader::readable)
                    .map(reader -> new DirectoryView(reader, console));
        } catch (QmgrConfigurationException e) {
            console.warn(e.problems().get(0));
            return Optional.empty();
        }
    }

    /** As James resolves it: relative to the home, which holds the configuration directory. */
    static Path directory(Path conf, String url) {
        String path = url.substring(FILE.length());
        return path.startsWith("/") ? Path.of(path) : conf.resolveSibling(path).normalize();
    }

    @Override
    public void list(Predicate<QueuedMail> to) {
        read(POSTFIX_ORDER, message -> to.test(QueuedMail.of(message)));
    }

    @Override
    public Shape shape(ShapeRequest request, Instant now) {
        Shaping shaping = new Shaping(request, now);
        List<QueueName> queues = POSTFIX_ORDER.stream().filter(request.queues()::contains).toList();
        read(
                queues,
                message -> {
                    shaping.count(message);
                    return true;
                });
        return shaping.shape();
    }

    private void read(List<QueueName> queues, Predicate<QueuedMessage> to) {
        try {
            for (QueueName queue : queues) {
                if (!reader.list(queue, to)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        if (reader.unreadable() > 0) {
            console.warn(reader.unreadable() + " files cannot be read");
        }
    }

    private static FatalException unreadable(IOException e) {
        return FatalException.badRequest("cannot read the queue directory: " + e);
    }

    @Override
    public long corrupt() {
        try {
            return reader.corrupt();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Optional<ShownMail> show(String id) {
        try {
            Optional<QueueId> known = QueueId.parse(id);
            return known.isEmpty() ? Optional.empty() : reader.find(known.get()).map(ShownMail::of);
        } catch (IOException e) {
            throw FatalException.badRequest("open queue file " + id + ": " + e.getMessage());
        }
    }

    @Override
    public InputStream content(ShownMail mail) {
        try {
            return reader.content(QueueId.parse(mail.name()).orElseThrow());
        } catch (IOException e) {
            throw FatalException.badRequest(
                    "open queue file " + mail.name() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
