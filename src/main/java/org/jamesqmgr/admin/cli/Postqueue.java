/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.List;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postqueue}. */
@Command(
        name = "postqueue",
        description = {
            "Lists the mail queue, or has mail tried at once, as Postfix's postqueue does.",
            "While the server is down, the queue directory is listed, with a warning."
        },
        exitCodeList = {"0:done", "69:wrong usage, or there is no server to ask"})
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class Postqueue implements Program {

    private final Surroundings surroundings;

    @Mixin private final Connecting connecting;

    @Option(
            names = "-p",
            description = "List the queue as mailq does: * active, ! on hold, # forced to expire.")
    private boolean list;

    @Option(
            names = "-j",
            description =
                    "List the queue as JSON, an object for each message in a line. Behind Postfix's"
                            + " keys next_attempt tells when a waiting message is tried next, and"
                            + " server which other server has an active one in work.")
    private boolean json;

    @Option(names = "-f", description = "Try all deferred mail at once.")
    private boolean flush;

    @Option(
            names = "-i",
            paramLabel = "queue_id",
            description = "Try one deferred message at once.")
    private String message;

    @Option(
            names = "-s",
            paramLabel = "site",
            description = "Try all deferred mail for a domain at once; any domain will do.")
    private String site;

    @Option(names = "-v", description = "Accepted; there is nothing more to say.")
    private boolean[] verbose = {};

    @Option(names = "--help", usageHelp = true, description = "Show this page.")
    private boolean help;

    @Parameters(hidden = true)
    private List<String> rest = List.of();

    Postqueue(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.connecting = new Connecting(surroundings.home());
    }

    @Override
    public String usage() {
        return "usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p |"
                + " postqueue -s site";
    }

    @Override
    public int usageStatus() {
        return Exit.UNAVAILABLE;
    }

    @Override
    public int run() throws UnavailableException {
        long asked =
                Stream.of(list, json, flush, message != null, site != null)
                        .filter(Boolean::booleanValue)
                        .count();
        if (asked != 1 || !rest.isEmpty()) {
            throw new FatalException(usageStatus(), usage());
        }
        if (list || json) {
            return show(connecting, surroundings, json);
        }
        check();
        try (ServerSession session = connecting.open()) {
            flush(session);
        } catch (UnavailableException e) {
            throw new FatalException(
                    Exit.UNAVAILABLE,
                    "Cannot flush mail queue - mail system is down (" + e.getMessage() + ")");
        }
        return Exit.OK;
    }

    static int show(Connecting connecting, Surroundings surroundings, boolean json)
            throws UnavailableException {
        Console console = surroundings.console();
        Listing listing =
                json
                        ? new JsonListing(console.out())
                        : new QueueListing(console.out(), surroundings.clock().getZone());
        try (QueueView view = Viewing.open(connecting, console)) {
            show(view, listing, console);
        } catch (UnavailableException e) {
            throw new FatalException(
                    Exit.UNAVAILABLE,
                    "Queue report unavailable - "
                            + (e.isDown()
                                    ? "mail system is down (" + e.getMessage() + ")"
                                    : e.getMessage()));
        }
        return Exit.OK;
    }

    private static void show(QueueView view, Listing listing, Console console) {
        long[] listed = {0};
        view.list(
                mail -> {
                    listing.add(mail);
                    listed[0]++;
                    return listed[0] % ServerView.PAGE != 0 || !console.deaf();
                });
        listing.end();
        long corrupt = view.corrupt();
        if (corrupt > 0) {
            console.warn(
                    Text.messages(corrupt) + " in the corrupt queue: see \"qmgr corrupt list\"");
        }
    }

    private void check() {
        if (site != null && !Names.isSite(site)) {
            throw new FatalException(
                    Exit.UNAVAILABLE,
                    "Cannot flush mail queue - invalid destination: \""
                            + Text.shortened(site)
                            + "\"");
        }
        if (message != null && !Names.isQueueId(message)) {
            throw new FatalException(
                    Exit.UNAVAILABLE,
                    "Cannot flush queue ID - invalid name: \"" + Text.shortened(message) + "\"");
        }
    }

    private void flush(ServerSession session) {
        if (flush) {
            session.bean().flush();
        } else if (site != null) {
            session.bean().flushSite(site);
        } else if (QueueId.parse(message).isPresent()) {
            session.bean().flushMessage(message);
        }
    }
}
