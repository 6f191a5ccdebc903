/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of the packaged server home on ports of its own, and the server process in it. Used by one thread.
 *
 * <p>The copy shares {@code lib} with the packaged home through a symbolic link; everything else is its own.
 */
public final class ServerHome implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String LOOPBACK = "127.0.0.1";

    private final Path directory;
    private final List<Integer> ports = freePorts(6);
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    private ServerHome(Path directory) {
        this.directory = directory;
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

        ServerHome home = new ServerHome(directory);
        home.replace("smtpserver.xml", "127.0.0.1:2525", LOOPBACK + ":" + home.smtpPort());
        home.replace("lmtpserver.xml", "127.0.0.1:2424", LOOPBACK + ":" + home.lmtpPort());
        home.replace("imapserver.xml", "127.0.0.1:1143", LOOPBACK + ":" + home.imapPort());
        home.replace("webadmin.properties", "port=8000", "port=" + home.webAdminPort());
        home.replace("jmx.properties", "jmx.port=9999", "jmx.port=" + home.jmxPort());
        home.replace("mailetcontainer.xml", ">2626<", ">" + home.nextHopPort() + "<");
        return home;
    }

    public Path directory() {
        return directory;
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

    /** Changes a configuration file; the text to be replaced must be there. */
    public ServerHome replace(String file, String text, String replacement) throws IOException {
        Path path = directory.resolve("conf").resolve(file);
        String before = Files.readString(path);
        assertThat(before).as(file).contains(text);
        Files.writeString(path, before.replace(text, replacement));
        return this;
    }

    /** Starts the server and returns when it has said that it is up. */
    public ServerHome start(String... javaOptions) throws IOException {
        launch(javaOptions);
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
        builder.environment().put("JAMES_OPTS", String.join(" ", javaOptions));
        Files.deleteIfExists(consoleFile());
        process = builder.start();
    }

    /** SIGTERM: the clean stop. */
    public int terminate() {
        process.destroy();
        return awaitExit();
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

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> found = sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
