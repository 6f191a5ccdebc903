/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jamesqmgr.benchmark.BenchmarkDirectory;

/**
 * Starts the servers, warms them, measures them in turn and compares them. All of them run all the time,
 * idle unless it is their turn; every other round goes through them backwards.
 */
public final class EndToEnd {

    private final Options options;
    private final PrintStream out;
    private final Started started;

    private EndToEnd(Options options, PrintStream out, Started started) {
        this.options = options;
        this.out = out;
        this.started = started;
    }

    public static void main(String[] arguments) {
        PrintStream out = System.out;
        Started started = new Started();
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        try {
            new EndToEnd(Options.parse(arguments), out, started).run();
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
        } catch (IOException | IllegalStateException | InterruptedException e) {
            if (!started.isClosed()) {
                explain(e, out);
                System.exit(1);
            }
        } finally {
            started.close();
        }
    }

    private static void explain(Throwable trouble, PrintStream out) {
        for (Throwable cause = trouble; cause != null; cause = cause.getCause()) {
            out.println(cause instanceof IllegalStateException ? cause.getMessage() : cause);
        }
    }

    private void run() throws IOException, InterruptedException {
        BenchmarkDirectory directory = BenchmarkDirectory.open();
        Path root = directory.root().resolve("end-to-end-" + ProcessHandle.current().pid());
        Files.createDirectory(root);
        Machine machine = new Machine(directory, out);
        machine.describe(options.heap());
        machine.print("homes", root);

        Tools tools = Tools.choose(options.tools(), root);
        Sink sink = started.add(tools.sink());
        machine.print("tools", "source " + tools.source() + ", sink " + sink);
        List<MailServer> servers = start(site(root, sink));
        Trial trial = new Trial(new Stopwatch(tools.source(), sink, servers), options, out);
        for (MailServer server : servers) {
            trial.warmUp(server);
        }
        rounds(machine, trial, servers).print(out);
    }

    private Site site(Path root, Sink sink) {
        Path packaged = Path.of(System.getProperty("james.home")).toAbsolutePath();
        return new Site(
                root,
                packaged,
                sink.port(),
                options.backlog(),
                options.heap(),
                options.jvmOptions());
    }

    private List<MailServer> start(Site site) throws IOException, InterruptedException {
        List<MailServer> servers = new ArrayList<>();
        for (String subject : options.subjects()) {
            Optional<String> obstacle = obstacle(subject);
            if (obstacle.isPresent()) {
                out.printf("%s is left out: %s%n", subject, obstacle.get());
            } else {
                servers.add(started.add(launch(subject, site)));
            }
        }
        for (MailServer server : servers) {
            server.awaitReady();
            out.printf(
                    "%s is up: process %s, port %s%n",
                    server.name(), joined(server.pids()), joined(server.ports()));
        }
        return servers;
    }

    private static String joined(List<? extends Number> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(" and "));
    }

    private static Optional<String> obstacle(String subject) {
        return subject.equals("postfix") ? PostfixServer.obstacle() : Optional.empty();
    }

    private static MailServer launch(String subject, Site site) throws IOException {
        return switch (subject) {
            case "qmgr" -> JamesServer.qmgr(site);
            case "deep" -> JamesServer.deep(site);
            case "shared" -> SharedServers.start(site, "shared", 1);
            case "pair" -> SharedServers.start(site, "pair", 2);
            case "reception" -> JamesServer.reception(site);
            case "memory" -> JamesServer.memory(site);
            case "activemq" -> JamesServer.activeMq(site);
            case "postfix" -> PostfixServer.start(site);
            default -> throw new IllegalArgumentException(subject);
        };
    }

    private Report rounds(Machine machine, Trial trial, List<MailServer> servers)
            throws IOException, InterruptedException {
        Report report = new Report();
        List<MailServer> order = new ArrayList<>(servers);
        for (int round = 1; round <= options.rounds(); round++) {
            machine.describeMoment("round " + round + " of " + options.rounds());
            List<Measurement> measured = new ArrayList<>();
            for (Load load : options.loads()) {
                for (MailServer server : order) {
                    measured.add(trial.measure(server, load));
                }
            }
            report.add(measured);
            Collections.reverse(order);
        }
        machine.describeMoment("end");
        return report;
    }
}
