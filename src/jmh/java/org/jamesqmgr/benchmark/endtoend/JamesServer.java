/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jamesqmgr.benchmark.BenchmarkDirectory;
import org.jamesqmgr.benchmark.depth.Filling;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.ArtemisBroker;

/** James in a JVM of its own: with our queues, or as it comes, with queues in memory or on ActiveMQ. */
final class JamesServer implements MailServer {

    private static final String OUR_JAR = "james-qmgr.jar";
    private static final String DEEP = "deep";
    private static final Duration FAR = Duration.ofDays(1);
    private static final String RECEPTION = "reception";
    private static final String MEMORY_MAIN = "org.apache.james.MemoryJamesServerMain";

    /** What James's ActiveMQ queues need beyond the packaged home. */
    private static final List<String> ACTIVEMQ_JARS =
            List.of(
                    "james-server-queue-activemq-",
                    "james-server-queue-jms-",
                    "activemq-",
                    "artemis-",
                    "geronimo-",
                    "hawtbuf-",
                    "jakarta.jms-",
                    "jgroups-");

    /** What the shared store needs beyond the packaged home. */
    private static final List<String> BROKER_CLIENT =
            List.of("artemis-core-client-", "artemis-commons-");

    private static final String CONSOLE = "console.txt";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final JamesHome home;
    private final Process process;

    private JamesServer(String name, JamesHome home, Process process) {
        this.name = name;
        this.home = home;
        this.process = process;
    }

    /** Ours, started by its own start script. */
    static JamesServer qmgr(Site site) throws IOException {
        return startOurs(site, "qmgr", JamesHome.ours(site, "qmgr"));
    }

    /** As {@link #qmgr}, with a backlog that is not due while anything is measured, and goes in the end. */
    static JamesServer deep(Site site) throws IOException {
        JamesHome home = JamesHome.ours(site, DEEP);
        Clock clock = Clock.systemUTC();
        try {
            new Filling(home.queue(), clock).add(site.backlog(), clock.instant().plus(FAR));
            BenchmarkDirectory.sync();
        } catch (MessageStoreException e) {
            throw new IOException(e);
        }
        return startOurs(site, DEEP, home);
    }

    private static JamesServer startOurs(Site site, String name, JamesHome home)
            throws IOException {
        String script = home.directory().resolve("bin/james").toString();
        String options = String.join(" ", site.options(home.directory()));
        return start(name, home, List.of(script), Map.of("JAMES_OPTS", options));
    }

    /** Ours on the queues of a broker, which runs beside it. */
    static JamesServer shared(Site site, String name, ArtemisBroker broker) throws IOException {
        JamesHome home = JamesHome.shared(site, name, broker, jars(BROKER_CLIENT));
        return startOurs(site, name, home);
    }

    static JamesServer memory(Site site) throws IOException {
        return startStock(site, "memory", JamesHome.stock(site, "memory"));
    }

    /** As {@link #memory}, but it delivers nothing. */
    static JamesServer reception(Site site) throws IOException {
        return startStock(site, RECEPTION, JamesHome.withoutDelivery(site, RECEPTION));
    }

    private static JamesServer startStock(Site site, String name, JamesHome home)
            throws IOException {
        return start(name, home, command(site, home, stockJars(site), MEMORY_MAIN), Map.of());
    }

    static JamesServer activeMq(Site site) throws IOException {
        JamesHome home = JamesHome.stock(site, "activemq");
        List<Path> classPath = new ArrayList<>(stockJars(site));
        classPath.addAll(jars(ACTIVEMQ_JARS));
        classPath.add(ownClasses(home, ActiveMqJames.class, ActiveMqQueues.class));
        return start(
                "activemq",
                home,
                command(site, home, classPath, ActiveMqJames.class.getName()),
                Map.of());
    }

    private static List<Path> stockJars(Site site) throws IOException {
        try (Stream<Path> jars = Files.list(site.packaged().resolve("lib"))) {
            return jars.filter(jar -> !jar.endsWith(OUR_JAR)).sorted().toList();
        }
    }

    private static List<Path> jars(List<String> names) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(jar -> isOneOf(names, jar.getFileName().toString()))
                .toList();
    }

    private static boolean isOneOf(List<String> names, String jar) {
        return jar.endsWith(".jar") && names.stream().anyMatch(jar::startsWith);
    }

    /** Nothing else of ours is to be on that class path. */
    private static Path ownClasses(JamesHome home, Class<?>... classes) throws IOException {
        Path directory = home.directory().resolve("classes");
        for (Class<?> type : classes) {
            String file = type.getName().replace('.', '/') + ".class";
            Path target = directory.resolve(file);
            Files.createDirectories(target.getParent());
            try (var in = type.getClassLoader().getResourceAsStream(file)) {
                Files.copy(in, target);
            }
        }
        return directory;
    }

    private static List<String> command(
            Site site, JamesHome home, List<Path> classPath, String main) {
        Path directory = home.directory();
        List<String> command = new ArrayList<>();
        command.add(Site.java().toString());
        command.add("-cp");
        command.add(
                classPath.stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)));
        command.add("-Dworking.directory=" + directory);
        command.add("-Dlogback.configurationFile=" + home.conf("logback.xml"));
        command.add("-Dextra.props=" + home.conf("jvm.properties"));
        command.add("-Djdk.tls.ephemeralDHKeySize=2048");
        command.addAll(site.options(directory));
        command.add(main);
        return command;
    }

    private static JamesServer start(
            String name, JamesHome home, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(home.directory().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(home.directory().resolve(CONSOLE).toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return new JamesServer(name, home, builder.start());
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        Greeting.await(process, home.port(), name + ", see " + home.directory().resolve(CONSOLE));
    }

    @Override
    public boolean delivers() {
        return !name.equals(RECEPTION);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Integer> ports() {
        return List.of(home.port());
    }

    @Override
    public List<Long> pids() {
        return List.of(process.pid());
    }

    @Override
    public Duration processorTime() {
        return ProcessorTime.ofProcess(process.pid());
    }

    @Override
    public int jvms() {
        return 1;
    }

    @Override
    public Path home() {
        return home.directory();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (name.equals(DEEP)) {
            removeQueue();
        }
    }

    private void removeQueue() {
        try {
            BenchmarkDirectory.remove(home.queue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
