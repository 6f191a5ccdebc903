/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailq}. */
@Command(
        name = "mailq",
        description = {
            "Lists the mail queue, as postqueue -p does: * active, ! on hold, # forced to expire.",
            "While the server is down, the queue directory is listed, with a warning."
        },
        exitCodeList = {"0:done", "69:wrong usage, or there is no server to ask"})
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class Mailq implements Program {

    private final Surroundings surroundings;

    @Mixin private final Connecting connecting;

    @Option(
            names = "-C",
            paramLabel = "config_dir",
            description = "As -c: Postfix's mailq has it under this name.")
    private Path conf;

    @Option(names = "-v", description = "Accepted; there is nothing more to say.")
    private boolean[] verbose = {};

    @Option(names = "--help", usageHelp = true, description = "Show this page.")
    private boolean help;

    @Parameters(hidden = true)
    private List<String> rest = List.of();

    Mailq(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.connecting = new Connecting(surroundings.home());
    }

    @Override
    public String usage() {
        return "usage: mailq [-C config_dir]";
    }

    @Override
    public int usageStatus() {
        return Exit.UNAVAILABLE;
    }

    @Override
    public int run() throws UnavailableException {
        if (!rest.isEmpty()) {
            throw new FatalException(usageStatus(), usage());
        }
        if (conf != null) {
            connecting.read(conf);
        }
        return Postqueue.show(connecting, surroundings, false);
    }
}
