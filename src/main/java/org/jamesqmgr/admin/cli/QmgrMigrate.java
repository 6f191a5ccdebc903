/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jamesqmgr.admin.Migration;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code qmgr migrate}: everything from one store into another. */
@Command(
        name = "migrate",
        description = {
            "Moves all mail from one store into another, which may have mail already: every queue,"
                    + " with ids, attempts, due times, and what is suspended.",
            "A store that is a queue directory is moved while its server is stopped. Servers that"
                    + " share a store at a broker may run: what they have in work stays, and is"
                    + " named at the end, to be moved by another run.",
            "It can be interrupted at any moment and run again: a message leaves the one store when"
                    + " it is safe in the other."
        },
        exitCodeList = {
            "0:everything was moved",
            "1:wrong usage, or some of it stayed where it was",
            "69:a server has one of the stores, or it cannot be used: run it again when that is mended",
            "78:the configuration has mistakes"
        })
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class QmgrMigrate implements Callable<Integer> {

    private final Surroundings surroundings;
    private final Console console;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "store",
            description =
                    "Where the mail is: a configuration directory or a qmgr.xml, with a store of either"
                            + " kind, or a queue directory.")
    private Path from;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "store",
            description = "Where it shall be, named in the same way.")
    private Path to;

    QmgrMigrate(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.console = surroundings.console();
    }

    @Override
    public Integer call() throws UnavailableException {
        OfflineStore source = OfflineStore.of("--from", from);
        OfflineStore target = OfflineStore.of("--to", to);
        if (source.isSameAs(target)) {
            throw FatalException.badRequest("--from and --to are the same store: " + source);
        }
        try (MessageStore first = source.openExisting(surroundings.clock());
                MessageStore second = target.open(surroundings.clock())) {
            return move(first, second);
        } catch (MessageStoreException e) {
            throw UnavailableException.refused(
                    e.getMessage() + "; nothing is lost, run it again to go on");
        }
    }

    private int move(MessageStore first, MessageStore second) throws MessageStoreException {
        Progress progress = new Progress(console, "moved:");
        try {
            Migration.Result result =
                    new Migration(first, second, new MovingMail(console, progress)).run();
            progress.end();
            console.out().println("moved: " + MovingMail.summary(byName(result)));
            if (result.left() == 0) {
                return Exit.OK;
            }
            console.warn(Text.messages(result.left()) + " not moved");
            return Exit.BAD_REQUEST;
        } finally {
            progress.end();
        }
    }

    private static Map<String, Long> byName(Migration.Result result) {
        Map<String, Long> moved = new LinkedHashMap<>();
        result.moved().forEach((queue, count) -> moved.put(queue.asString(), count));
        return moved;
    }
}
