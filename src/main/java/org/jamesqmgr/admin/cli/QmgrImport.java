/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jamesqmgr.james.former.FormerQueues;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code qmgr import}: what waits in the queues that James had before. */
@Command(
        name = "import",
        description = {
            "Takes over the mail that waits in the ActiveMQ queues that James had before"
                    + " james-qmgr, each for the queue it was in, with the delays that were asked"
                    + " for. The server must be stopped.",
            "It can be interrupted at any moment and run again: a mail leaves its queue when it is"
                    + " safe in the store. It needs the class path of the server that had the"
                    + " queues."
        },
        exitCodeList = {
            "0:everything was taken over",
            "1:wrong usage, or some of it stayed where it was",
            "69:a server has the queues or the store, or one of them cannot be used",
            "78:the configuration has mistakes"
        })
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class QmgrImport implements Callable<Integer> {

    private final Surroundings surroundings;
    private final Console console;
    private final Connecting connecting;

    @Option(
            names = "--from",
            paramLabel = "directory",
            description =
                    "Where James has the queues, instead of var/store/activemq in the server's"
                            + " home.")
    private Path from;

    @Option(
            names = "--to",
            paramLabel = "store",
            description =
                    "Where the mail shall be: a configuration directory, a qmgr.xml, or a queue"
                            + " directory; otherwise the store of this server.")
    private Path to;

    QmgrImport(Surroundings surroundings, Connecting connecting) {
        this.surroundings = surroundings;
        this.console = surroundings.console();
        this.connecting = connecting;
    }

    @Override
    public Integer call() throws UnavailableException {
        OfflineStore target = OfflineStore.of("--to", to == null ? connecting.conf() : to);
        Path directory =
                from == null ? connecting.conf().resolveSibling("var/store/activemq") : from;
        try (FormerQueues queues = FormerQueues.open(directory.toAbsolutePath());
                MessageStore store = target.open(surroundings.clock())) {
            return move(queues, store);
        } catch (IOException e) {
            throw UnavailableException.refused("--from: " + e.getMessage());
        } catch (MessageStoreException e) {
            throw UnavailableException.refused(
                    e.getMessage() + "; nothing is lost, run it again to go on");
        } catch (NoClassDefFoundError e) {
            throw UnavailableException.refused(
                    "ActiveMQ is not on the class path: run it with that of the server that had"
                            + " the queues, as java -cp"
                            + " james-qmgr.jar:james-server-jpa-app.jar"
                            + " org.jamesqmgr.admin.cli.Main qmgr -c conf import");
        }
    }

    private int move(FormerQueues queues, MessageStore store)
            throws IOException, MessageStoreException {
        Progress progress = new Progress(console, "imported:");
        try {
            FormerQueues.Result result = queues.moveTo(store, new MovingMail(console, progress));
            progress.end();
            console.out().println("imported: " + MovingMail.summary(result.moved()));
            return result.left() == 0 ? Exit.OK : Exit.BAD_REQUEST;
        } finally {
            progress.end();
        }
    }
}
