/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.cli.ServerCmd;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code james-cli}: James's own command line, told where the server is and who we are unless the
 * command line says it, and with the commands of {@code qmgr}.
 */
@Command(
        name = "james-cli",
        description = {
            "Runs a command of James's own command line, which lists them if none is given, or one of"
                    + " qmgr. Host, port, user and password come from the server's home unless they"
                    + " are given."
        })
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class JamesCli {

    private final Surroundings surroundings;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "host",
            description = "The server's host.")
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "port",
            description = "The server's JMX port.")
    private Integer port;

    @Option(
            names = {"-username", "--username"},
            paramLabel = "user",
            description = "The user to come as.")
    private String user;

    @Option(
            names = {"-password", "--password"},
            paramLabel = "password",
            description = "The user's password.")
    private String password;

    @Option(names = "--help", usageHelp = true, description = "Show this page.")
    private boolean help;

    @Parameters(paramLabel = "command", description = "Such as ListUsers, or status.")
    private List<String> command = List.of();

    JamesCli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static int run(Surroundings surroundings, List<String> args) {
        JamesCli program = new JamesCli(surroundings);
        // James's own options and arguments are James's to understand.
        CommandLine commandLine =
                new CommandLine(program)
                        .setStopAtPositional(true)
                        .setStopAtUnmatched(true)
                        .setExpandAtFiles(false);
        try {
            commandLine.parseArgs(args.toArray(String[]::new));
        } catch (ParameterException e) {
            surroundings.console().fatal(e.getMessage().lines().findFirst().orElse(""));
            return Exit.BAD_REQUEST;
        }
        if (commandLine.isUsageHelpRequested()) {
            surroundings.console().out().print(Manual.page(commandLine.getCommandSpec()));
            return Exit.OK;
        }
        List<String> rest = commandLine.getUnmatchedArguments();
        return Programs.guarded(surroundings.console(), () -> program.run(rest));
    }

    private int run(List<String> rest) throws UnavailableException {
        return isOurs() ? ours() : james(rest);
    }

    private boolean isOurs() {
        return !command.isEmpty()
                && (command.get(0).equals("qmgr")
                        || new Qmgr(surroundings)
                                .commandLine()
                                .getSubcommands()
                                .containsKey(command.get(0)));
    }

    private int ours() {
        boolean named = command.get(0).equals("qmgr");
        return new Qmgr(surroundings.of("qmgr"), connecting())
                .run(named ? command.subList(1, command.size()) : command);
    }

    private Connecting connecting() {
        Connecting connecting = new Connecting(surroundings.home());
        connecting.remote(host, port, user, password);
        return connecting;
    }

    /** Ends the process, as James's own main does. */
    private int james(List<String> rest) throws UnavailableException {
        ServerAddress address = connecting().address();
        ServerSession.tryOut(address); // James's own words for a server that is down are 45 lines.
        List<String> all = new ArrayList<>(command);
        all.addAll(rest);
        ServerCmd.main(arguments(address, all).toArray(String[]::new));
        return Exit.OK;
    }

    static List<String> arguments(ServerAddress address, List<String> command) {
        List<String> all = new ArrayList<>();
        all.addAll(List.of("--host", address.host()));
        all.addAll(List.of("--port", Integer.toString(address.port())));
        address.credentials()
                .ifPresent(
                        known -> {
                            all.addAll(List.of("--username", known.user()));
                            all.addAll(List.of("--password", known.password()));
                        });
        all.addAll(command);
        return all;
    }
}
