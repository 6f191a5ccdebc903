/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jamesqmgr.testing.Ports;

/**
 * An instance of the installed Postfix with settings, queues, log and port of its own. The machine's own
 * Postfix, whether it runs or not, is left alone.
 */
final class PostfixServer implements MailServer {

    private static final String CONF = "conf";
    private static final String CONSOLE = "console.txt";

    private final Path program;
    private final Path home;
    private final int port;
    private final Process starter;

    private PostfixServer(Path program, Path home, int port, Process starter) {
        this.program = program;
        this.home = home;
        this.port = port;
        this.starter = starter;
    }

    /** Why it cannot be measured here, if so. */
    static Optional<String> obstacle() {
        if (Programs.find("postfix").isEmpty()) {
            return Optional.of("it is not installed");
        }
        return Programs.weAreRoot()
                ? Optional.empty()
                : Optional.of("only root can start an instance of it");
    }

    static PostfixServer start(Site site) throws IOException {
        Path program = Programs.find("postfix").orElseThrow();
        Path home = site.home("postfix");
        int port = Ports.free();
        configure(home, port, site.sink());
        return new PostfixServer(program, home, port, run(program, home, "start"));
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        if (starter.waitFor() != 0) {
            throw new IOException("does not start: postfix, see " + home.resolve(CONSOLE));
        }
        Greeting.await(starter, port, "postfix, see " + home.resolve("data/mail.log"));
    }

    private static void configure(Path home, int port, int sink) throws IOException {
        Files.createDirectories(home.resolve("spool"));
        Path data = Files.createDirectories(home.resolve("data"));
        Files.setOwner(
                data,
                data.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("postfix"));
        Map<String, Object> values = Map.of("HOME", home, "PORT", port, "SINK", sink);
        Path conf = Files.createDirectories(home.resolve(CONF));
        for (String file : List.of("main.cf", "master.cf")) {
            Template.write("postfix/" + file, values, conf.resolve(file));
        }
    }

    private static Process run(Path program, Path home, String command) throws IOException {
        String conf = home.resolve(CONF).toString();
        return new ProcessBuilder(program.toString(), "-c", conf, command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(home.resolve(CONSOLE).toFile()))
                .start();
    }

    @Override
    public String name() {
        return "postfix";
    }

    @Override
    public List<Integer> ports() {
        return List.of(port);
    }

    @Override
    public List<Long> pids() {
        return List.of(master());
    }

    /** Its children do the work. */
    private long master() {
        try {
            return Long.parseLong(
                    Files.readString(home.resolve("spool/pid/master.pid"), StandardCharsets.UTF_8)
                            .strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Duration processorTime() {
        return ProcessorTime.ofFamily(master());
    }

    @Override
    public int jvms() {
        return 0;
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public void close() {
        try {
            run(program, home, "stop").waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
