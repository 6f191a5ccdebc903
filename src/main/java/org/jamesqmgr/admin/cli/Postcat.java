/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postcat}. */
@Command(
        name = "postcat",
        description = {
            "Shows queued messages, as Postfix's postcat does: envelope, header and body, or those of"
                    + " the three that are asked for.",
            "Of a damaged message it shows what can still be read. While the server is down, the queue"
                    + " directory is read, with a warning."
        },
        exitCodeList = {
            "0:done",
            "1:wrong usage, or no such message",
            "69:there is no server to ask"
        })
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class Postcat implements Program {

    private final Surroundings surroundings;

    @Mixin private final Connecting connecting;

    @Option(names = "-q", description = "The names are queue ids. Without this, they are refused.")
    private boolean queue;

    @Option(names = "-e", description = "Show the envelope.")
    private boolean envelope;

    @Option(names = "-h", description = "Show the header.")
    private boolean header;

    @Option(names = "-b", description = "Show the body.")
    private boolean body;

    @Option(
            names = "-d",
            description = "Show the decimal type that Postfix gives to a record of this kind.")
    private boolean types;

    @Option(
            names = "-o",
            description =
                    "Show where in the content a line begins; envelope records, which have no place"
                            + " of their own, are at 0.")
    private boolean offsets;

    @Option(names = "-r", description = "Accepted; there are no pointer records to follow.")
    private boolean raw;

    @Option(names = "-v", description = "Name the type of each line of the content.")
    private boolean[] verbose = {};

    @Option(names = "--help", usageHelp = true, description = "Show this page.")
    private boolean help;

    @Parameters(paramLabel = "queue_id", description = "The messages to show.")
    private List<String> names = List.of();

    Postcat(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.connecting = new Connecting(surroundings.home());
    }

    @Override
    public String usage() {
        return "usage: postcat [-b (body text)] [-c config_dir] [-d (decimal record type)] [-e"
                + " (envelope records)] [-h (header text)] [-q (access queue)] [-v] [file(s)...]";
    }

    @Override
    public int run() throws UnavailableException {
        if (!queue || names.isEmpty()) {
            throw FatalException.badRequest(
                    "queue files are read by queue id only: specify -q and a queue id");
        }
        for (String name : names) {
            if (!Names.isQueueId(name) && !isOfCorruptFile(name)) {
                throw FatalException.badRequest("bad mail queue ID: " + Text.shortened(name));
            }
        }
        try (QueueView view = Viewing.open(connecting, surroundings.console())) {
            for (String name : names) {
                show(view, name);
            }
        }
        return Exit.OK;
    }

    /** Where there were several files of one id, they have a number. */
    private static boolean isOfCorruptFile(String name) {
        int dot = name.indexOf('.');
        return dot > 0
                && Names.isQueueId(name.substring(0, dot))
                && name.substring(dot + 1).matches("[0-9]{1,9}");
    }

    private void show(QueueView view, String name) {
        ShownMail mail =
                view.show(name)
                        .orElseThrow(
                                () ->
                                        FatalException.badRequest(
                                                "open queue file "
                                                        + name
                                                        + ": No such file or directory"));
        boolean all = !envelope && !header && !body;
        MessagePrinter printer =
                new MessagePrinter(
                        surroundings,
                        new MessagePrinter.Parts(envelope || all, header || all, body || all),
                        new MessagePrinter.Marks(types, offsets, verbose.length > 0));
        try (InputStream content = view.content(mail)) {
            printer.print(mail, content);
        } catch (IOException e) {
            throw FatalException.badRequest(name + ": " + e.getMessage());
        }
    }
}
