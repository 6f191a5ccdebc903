/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.jamesqmgr.testing.ArtemisBroker;
import org.jamesqmgr.testing.Ports;

/**
 * A copy of the packaged server home on ports of its own, and the server process in it. Used by one thread.
 *
 * <p>The copy shares {@code lib} with the packaged home through a symbolic link; everything else is its own.
 */
public final class ServerHome implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Most of these servers live for seconds only: what makes the long run faster would cost them time. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    /** What James keeps there while it takes mail in would outlive a server that is killed. */
    private static final String OWN_TEMPORARY_FILES = "-Djava.io.tmpdir=temp";

    private static final String LOOPBACK = "127.0.0.1";

    private final Path directory;
    private final List<Integer> ports;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    private ServerHome(Path directory) throws IOException {
        this.directory = directory;
        this.ports = Ports.free(7);
    }

    /**
     * Copies the packaged home into a directory that does not exist yet.
     *
     * @param directory any path; its parents are created
     */
    public static ServerHome copyTo(Path directory) throws IOException {
        Path packaged = Path.of(System.getProperty("james.home"));
        assertThat(packaged).as("the server home that the package phase leaves").isDirectory();
        copy(packaged.resolve("bin"), directory.resolve("bin"));
        copy(packaged.resolve("conf"), directory.resolve("conf"));
        Files.createSymbolicLink(directory.resolve("lib"), packaged.resolve("lib"));
        Files.createDirectory(directory.resolve("temp"));

        ServerHome home = new ServerHome(directory);
        home.replace("smtpserver.xml", "127.0.0.1:2525", LOOPBACK + ":" + home.smtpPort());
        home.replace("lmtpserver.xml", "127.0.0.1:2424", LOOPBACK + ":" + home.lmtpPort());
        home.replace("imapserver.xml", "127.0.0.1:1143", LOOPBACK + ":" + home.imapPort());
        home.replace("webadmin.properties", "port=8000", "port=" + home.webAdminPort());
        home.replace("jmx.properties", "jmx.port=9999", "jmx.port=" + home.jmxPort());
        home.replace("qmgr.xml", "[127.0.0.1]:2626", "[127.0.0.1]:" + home.nextHopPort());
        return home;
    }

    public Path directory() {
        return directory;
    }

    /** Where the server keeps queued mail, unless its settings say otherwise. */
    public QueueFiles queueFiles() {
        return new QueueFiles(directory.resolve("var/spool/qmgr"));
    }

    /** What the mail log says so far. */
    public MailLogLines mailLog() {
        return MailLogLines.read(directory.resolve("log/mail.log"));
    }

    public int smtpPort() {
        return ports.get(0);
    }

    public int lmtpPort() {
        return ports.get(1);
    }

    public int imapPort() {
        return ports.get(2);
    }

    public int webAdminPort() {
        return ports.get(3);
    }

    public int jmxPort() {
        return ports.get(4);
    }

    /** Where mail for other servers goes. Nothing listens there unless the test does. */
    public int nextHopPort() {
        return ports.get(5);
    }

    /** A port of 127.0.0.1 where nobody ever listens. */
    public int nobodysPort() {
        return ports.get(6);
    }

    /** Changes a configuration file; the text to be replaced must be there. */
    public ServerHome replace(String file, String text, String replacement) throws IOException {
        Path path = conf(file);
        String before = Files.readString(path);
        assertThat(before).as(file).contains(text);
        Files.writeString(path, before.replace(text, replacement));
        return this;
    }

    /**
     * Writes a qmgr.xml with these elements in it, and the next hop of this home as the relay host unless
     * they name one.
     */
    public ServerHome settings(String... elements) throws IOException {
        String given = String.join("\n", elements);
        String relay = "<relayhost>[127.0.0.1]:" + nextHopPort() + "</relayhost>\n";
        String relayhost = given.contains("<relayhost>") ? "" : relay;
        return qmgrXml("<qmgr>\n" + relayhost + given + "\n</qmgr>\n");
    }

    /**
     * As {@link #settings}, of a server that shares its queues with others at a broker, whose client is
     * put into {@code lib}.
     */
    public ServerHome sharing(String brokerUrl, String name, String... elements)
            throws IOException {
        Path password = conf("broker.password");
        Files.writeString(password, ArtemisBroker.PASSWORD + "\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        withJars(jarOf(ActiveMQClient.class), jarOf(SimpleString.class));
        return settings(
                "<store>artemis</store>",
                "<broker_url>" + brokerUrl + "</broker_url>",
                "<broker_user>" + ArtemisBroker.USER + "</broker_user>",
                "<broker_password_file>file://conf/broker.password</broker_password_file>",
                "<broker_timeout>5s</broker_timeout>",
                "<myhostname>" + name + "</myhostname>",
                String.join("\n", elements));
    }

    private static Path jarOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes qmgr.xml as it is given. */
    public ServerHome qmgrXml(String text) throws IOException {
        Files.writeString(conf("qmgr.xml"), text);
        return this;
    }

    /** Where a configuration file is. */
    public Path conf(String file) {
        return directory.resolve("conf").resolve(file);
    }

    /** Puts mailets into the home, as an administrator would: in a jar in {@code extensions-jars}. */
    public ServerHome withMailets(Class<?>... mailets) throws IOException {
        Path jars = Files.createDirectories(directory.resolve("extensions-jars"));
        try (JarOutputStream jar =
                new JarOutputStream(Files.newOutputStream(jars.resolve("mailets.jar")))) {
            for (Class<?> mailet : mailets) {
                String entry = mailet.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(entry));
                try (InputStream bytes = mailet.getClassLoader().getResourceAsStream(entry)) {
                    bytes.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
        return this;
    }

    /** Puts jars into {@code lib} that the packaged home has not. */
    public ServerHome withJars(Path... more) throws IOException {
        Path lib = directory.resolve("lib");
        Path packaged = Files.readSymbolicLink(lib);
        Files.delete(lib);
        Files.createDirectory(lib);
        try (Stream<Path> jars = Files.list(packaged)) {
            for (Path jar : Stream.concat(jars, Stream.of(more)).toList()) {
                Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar.toAbsolutePath());
            }
        }
        return this;
    }

    /** Has these mailets, in XML, run before all others on every mail. */
    public ServerHome runFirst(String mailets) throws IOException {
        String first = "<mailet match=\"All\" class=\"PostmasterAlias\">";
        return replace("mailetcontainer.xml", first, mailets + first);
    }

    /** Starts the server and returns when it has said that it is up. */
    public ServerHome start(String... javaOptions) throws IOException {
        launch(javaOptions);
        return awaitStart();
    }

    /** Returns when the server that was launched has said that it is up. */
    public ServerHome awaitStart() {
        await("server start in " + directory)
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !process.isAlive() || console().contains("SIGTERM"));
        assertThat(process.isAlive()).as(console()).isTrue();
        return this;
    }

    /** Starts the server and returns at once. */
    public void launch(String... javaOptions) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(directory.resolve("bin/james").toString())
                        .directory(directory.getRoot().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(consoleFile().toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", QUICK_START + " " + OWN_TEMPORARY_FILES);
        builder.environment().put("JAMES_OPTS", String.join(" ", javaOptions));
        Files.deleteIfExists(consoleFile());
        process = builder.start();
    }

    /** SIGTERM: the clean stop. */
    public int terminate() {
        signalTerm();
        return awaitExit();
    }

    /** SIGTERM, and returns at once. */
    public void signalTerm() {
        process.destroy();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** SIGKILL: no goodbye. */
    public int kill() {
        process.destroyForcibly();
        return awaitExit();
    }

    /** Waits for the process to end by itself and returns its status. */
    public int awaitExit() {
        await("server end in " + directory).atMost(STOP_LIMIT).until(() -> !process.isAlive());
        return process.exitValue();
    }

    public long pid() {
        return process.pid();
    }

    /** What the server has printed since it was last started. */
    public String console() {
        try {
            return Files.exists(consoleFile()) ? Files.readString(consoleFile()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a local user; the memory application forgets its users when it stops. */
    public ServerHome addUser(String address, String password)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(webAdmin("/users/" + address))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString("{\"password\":\"" + password + "\"}"))
                        .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
        return this;
    }

    /** The body WebAdmin answers a GET with. */
    public String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(webAdmin(path)).build(), BodyHandlers.ofString())
                .body();
    }

    /** Any other request to WebAdmin, with a body of JSON or none; it must succeed. */
    public String request(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(webAdmin(path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        return response.body();
    }

    /** How many messages a mail queue has, those on hold included. */
    public long queueSize(String queue) throws IOException, InterruptedException {
        return MAPPER.readTree(get("/mailQueues/" + queue)).path("size").asLong(-1);
    }

    /** Waits until nothing is queued any more. */
    public void awaitEmptyQueues(Duration limit) {
        await("empty queues of " + directory)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(100))
                .until(this::emptyQueues);
    }

    /** Mail moves from spool to another queue, and a bounce back: looked at twice none is missed. */
    private boolean emptyQueues() throws IOException, InterruptedException {
        List<String> queues = queues();
        assertThat(queues).contains("spool", "smtp", "local");
        for (int round = 1; round <= 2; round++) {
            for (String queue : queues) {
                if (queueSize(queue) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** All mail queues, the spool first. */
    private List<String> queues() throws IOException, InterruptedException {
        List<String> queues = new ArrayList<>(List.of("spool"));
        for (JsonNode queue : MAPPER.readTree(get("/mailQueues"))) {
            if (!queue.asText().equals("spool")) {
                queues.add(queue.asText());
            }
        }
        return queues;
    }

    private URI webAdmin(String path) {
        return URI.create("http://" + LOOPBACK + ":" + webAdminPort() + path);
    }

    /** Kills the server if it still runs. */
    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }

    private Path consoleFile() {
        return directory.resolve("console.txt");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(ServerHome::isPackaged).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** Not so the JMX password, which a server leaves in the packaged home if one has run there. */
    private static boolean isPackaged(Path file) {
        return !file.getFileName().toString().startsWith("jmxremote.");
    }
}
