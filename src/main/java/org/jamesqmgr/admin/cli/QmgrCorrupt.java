/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jamesqmgr.admin.jmx.CorruptFileRow;
import org.jamesqmgr.admin.jmx.MessageDetails;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qmgr corrupt}: the files that could not be read, and what to do with them. */
@Command(
        name = "corrupt",
        description =
                "Lists, shows, exports and deletes the damaged files that were set aside in the"
                        + " corrupt queue.")
final class QmgrCorrupt {

    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /** It is somebody's mail. */
    private static final FileAttribute<?> NOBODY_ELSE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Surroundings surroundings;
    private final Console console;
    private final Connecting connecting;

    QmgrCorrupt(Surroundings surroundings, Connecting connecting) {
        this.surroundings = surroundings;
        this.console = surroundings.console();
        this.connecting = connecting;
    }

    @Command(
            name = "list",
            description = "Lists them: name, size, when they were changed last, what is wrong.")
    int list() throws UnavailableException {
        try (ServerSession session = connecting.open()) {
            for (CorruptFileRow file : session.bean().listCorrupt()) {
                console.out().print(line(file));
            }
        }
        return Exit.OK;
    }

    private String line(CorruptFileRow file) {
        return String.format(
                Locale.ROOT,
                "%-18s %9d %s %s%n",
                file.getName(),
                file.getSize(),
                Text.timeWithYear(file.getModified(), surroundings.clock().getZone()),
                Text.printable(file.getReason()));
    }

    @Command(
            name = "show",
            description = "Shows the envelope as far as it can be read; postcat -q shows the rest.")
    int show(@Parameters(paramLabel = "name", description = "As listed.") String name)
            throws UnavailableException {
        try (ServerSession session = connecting.open()) {
            requireThere(session.bean(), name);
            MessageDetails details = session.bean().showCorrupt(name);
            if (details == null) {
                throw FatalException.badRequest(name + ": the envelope cannot be read");
            }
            console.out().print(new ExplainReport(surroundings).of(details));
        }
        return Exit.OK;
    }

    private static void requireThere(QueueManagerMXBean bean, String name) {
        boolean there = bean.listCorrupt().stream().anyMatch(file -> file.getName().equals(name));
        if (!there) {
            throw noSuchFile(name);
        }
    }

    private static FatalException noSuchFile(String name) {
        return FatalException.badRequest("no such file in the corrupt queue: " + name);
    }

    @Command(name = "export", description = "Writes a damaged file out, byte for byte.")
    int export(
            @Parameters(paramLabel = "name", description = "As listed.") String name,
            @Option(
                            names = "--output",
                            paramLabel = "file",
                            description = "A new file to write, instead of standard output.")
                    Path output)
            throws UnavailableException {
        try (ServerSession session = connecting.open()) {
            QueueManagerMXBean bean = session.bean();
            requireThere(bean, name);
            try (InputStream content =
                    new PagedStream(
                            0,
                            Long.MAX_VALUE,
                            (offset, length) -> bean.corruptContent(name, offset, length))) {
                write(content, output);
            }
        } catch (FileAlreadyExistsException e) {
            throw FatalException.badRequest(output + " exists already");
        } catch (IOException e) {
            throw FatalException.badRequest("cannot export " + name + ": " + e.getMessage());
        }
        return Exit.OK;
    }

    private void write(InputStream content, Path output) throws IOException {
        if (output == null) {
            content.transferTo(console.out());
            return;
        }
        FileChannel file = FileChannel.open(output, NEW, NOBODY_ELSE);
        try (file) {
            content.transferTo(Channels.newOutputStream(file));
            file.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(output);
            throw e;
        }
    }

    @Command(name = "delete", description = "Deletes damaged files for good.")
    int delete(
            @Parameters(paramLabel = "name", arity = "1..*", description = "As listed.")
                    List<String> names)
            throws UnavailableException {
        try (ServerSession session = connecting.open()) {
            for (String name : names) {
                if (!session.bean().deleteCorrupt(name)) {
                    throw noSuchFile(name);
                }
                console.say(name + ": removed");
            }
        }
        return Exit.OK;
    }
}
