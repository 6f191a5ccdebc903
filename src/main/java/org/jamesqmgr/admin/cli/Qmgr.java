/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jamesqmgr.admin.jmx.MessageDetails;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettingsReader;
import org.jamesqmgr.model.QueueId;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code qmgr}: what Postfix has no program for. */
@Command(
        name = "qmgr",
        description = {
            "Looks after the queue manager: how it does, why a message is where it is, what is"
                    + " suspended, and what is damaged."
        },
        exitCodeList = {
            "0:done",
            "1:wrong usage, or there is nothing of this name",
            "69:there is no server to ask, or it cannot do it now",
            "78:the configuration has mistakes"
        })
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class Qmgr {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Surroundings surroundings;
    private final Console console;

    @Mixin private final Connecting connecting;

    @Option(
            names = "--help",
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this page.")
    private boolean help;

    Qmgr(Surroundings surroundings) {
        this(surroundings, new Connecting(surroundings.home()));
    }

    Qmgr(Surroundings surroundings, Connecting connecting) {
        this.surroundings = surroundings;
        this.console = surroundings.console();
        this.connecting = connecting;
    }

    /** What picocli knows of the program. */
    CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(this);
        commandLine.addSubcommand("corrupt", new QmgrCorrupt(surroundings, connecting));
        commandLine.addSubcommand("import", new QmgrImport(surroundings, connecting));
        commandLine.addSubcommand("migrate", new QmgrMigrate(surroundings));
        Ansi ansi = Colours.of(console).any() ? Ansi.ON : Ansi.OFF;
        return commandLine
                .setExpandAtFiles(false)
                .setTrimQuotes(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(this::wrongUsage)
                .setExecutionExceptionHandler(
                        (e, command, result) ->
                                Programs.guarded(console, () -> Programs.rethrown(e)));
    }

    private int wrongUsage(CommandLine.ParameterException e, String[] args) {
        console.fatal(Text.shortened(e.getMessage().lines().findFirst().orElse("")));
        console.err().println("Try qmgr --help, or qmgr command --help.");
        return Exit.BAD_REQUEST;
    }

    static int run(Surroundings surroundings, List<String> args) {
        return new Qmgr(surroundings).run(args);
    }

    int run(List<String> args) {
        CommandLine commandLine = commandLine();
        if (args.isEmpty()) {
            commandLine.usage(console.err(), commandLine.getColorScheme());
            return Exit.BAD_REQUEST;
        }
        return commandLine.execute(args.toArray(String[]::new));
    }

    /** Something to ask the server. */
    private interface Question {
        int ask(QueueManagerMXBean bean);
    }

    private int asking(Question question) throws UnavailableException {
        try (ServerSession session = connecting.open()) {
            return question.ask(session.bean());
        }
    }

    @Command(
            name = "status",
            description =
                    "Shows how much is queued where, and since when, and what is out of order.")
    int status() throws UnavailableException {
        return asking(
                bean -> {
                    console.out().print(new StatusReport(surroundings).of(bean));
                    return Exit.OK;
                });
    }

    @Command(name = "check", description = "Checks conf/qmgr.xml for mistakes. Needs no server.")
    int check() {
        Path file = connecting.conf().resolve("qmgr.xml");
        try {
            QmgrSettingsReader.read(file);
        } catch (QmgrConfigurationException e) {
            e.problems().forEach(console::say);
            return Exit.BAD_CONFIGURATION;
        }
        console.out()
                .println(
                        file
                                + (Files.exists(file)
                                        ? ": no mistakes"
                                        : ": there is no such file, everything has its default"));
        return Exit.OK;
    }

    @Command(
            name = "reload",
            description =
                    "Has the server read conf/qmgr.xml again. What needs a restart, its log says; a"
                            + " file with mistakes changes nothing.")
    int reload() throws UnavailableException {
        return asking(
                bean -> {
                    bean.reload();
                    console.out().println("reloaded");
                    return Exit.OK;
                });
    }

    @Command(
            name = "explain",
            description =
                    "Shows where a message is and why, every attempt so far, when it is tried next"
                            + " and what would change that.")
    int explain(@Parameters(paramLabel = "queue_id", description = "The message.") String id)
            throws UnavailableException {
        return asking(
                bean -> {
                    MessageDetails details = QueueId.parse(id).isPresent() ? bean.show(id) : null;
                    MessageDetails known = details == null ? bean.showCorrupt(id) : details;
                    if (known == null) {
                        throw FatalException.badRequest("no such message: " + id);
                    }
                    console.out().print(new ExplainReport(surroundings).of(known));
                    return Exit.OK;
                });
    }

    @Command(
            name = "destinations",
            description =
                    "Shows the destinations that have mail in work or are dead: how many deliveries"
                            + " at a time they may have, and why they have none.")
    int destinations() throws UnavailableException {
        return asking(
                bean -> {
                    console.out().print(new StatusReport(surroundings).destinations(bean));
                    return Exit.OK;
                });
    }

    @Command(
            name = "suspend",
            description =
                    "Suspends deliveries by hand, over restarts, until they are resumed; no flush"
                            + " lifts it.")
    int suspend(
            @Parameters(
                            paramLabel = "what",
                            description =
                                    "all; smtp: for a transport; smtp:example.org for a destination"
                                            + " of it.")
                    String what)
            throws UnavailableException {
        return asking(
                bean -> {
                    bean.suspend(what);
                    console.out().println("suspended: " + what);
                    return Exit.OK;
                });
    }

    @Command(name = "resume", description = "Lifts what was suspended with the same words.")
    int resume(@Parameters(paramLabel = "what", description = "As suspended.") String what)
            throws UnavailableException {
        return asking(
                bean -> {
                    if (!bean.resume(what)) {
                        throw FatalException.badRequest("not suspended: " + what);
                    }
                    console.out().println("resumed: " + what);
                    return Exit.OK;
                });
    }

    @Command(
            name = "drain",
            description =
                    "Has new mail refused, with a temporary failure, lets the rest go, and ends when"
                            + " nothing is new or in work any more. New mail is refused until"
                            + " --end, or until the server is restarted.")
    int drain(
            @Option(names = "--no-wait", description = "Do not wait for the queue to be still.")
                    boolean noWait,
            @Option(names = "--end", description = "Take new mail again.") boolean end)
            throws UnavailableException {
        return asking(
                bean -> {
                    if (end) {
                        bean.endDrain();
                        return Exit.OK;
                    }
                    bean.drain();
                    if (!noWait) {
                        waitUntilStill(bean);
                    }
                    return Exit.OK;
                });
    }

    private void waitUntilStill(QueueManagerMXBean bean) {
        Progress progress = new Progress(console, "still in work:");
        while (!bean.isStill()) {
            progress.at(bean.getIncomingCount() + bean.getActiveCount());
            LockSupport.parkNanos(POLL_NANOS);
            if (!bean.isDraining()) {
                progress.end();
                throw FatalException.badRequest("somebody else has ended the draining");
            }
        }
        progress.end();
    }

    @Command(
            name = "completion",
            description =
                    "Writes the completion of all programs for bash and zsh: source <(qmgr"
                            + " completion)")
    int completion() {
        for (String name : Programs.names()) {
            if (!name.equals("james-cli")) {
                console.out().print(AutoComplete.bash(name, Programs.model(name, surroundings)));
            }
        }
        return Exit.OK;
    }

    @Command(name = "manual", description = "Writes the manual page of a program, in Markdown.")
    int manual(@Parameters(paramLabel = "program", description = "As postqueue.") String program) {
        if (!Programs.names().contains(program)) {
            throw FatalException.badRequest("no such program: " + program);
        }
        console.out().print(Programs.manual(program, surroundings));
        return Exit.OK;
    }
}
