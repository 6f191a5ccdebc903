/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/**
 * An ActiveMQ Artemis broker in a process of its own, on the class path that the build wrote down
 * for it. It ends with this process at the latest.
 */
public final class ArtemisBroker {

    public static final String USER = "james";
    public static final String PASSWORD = "secret";

    private static final Path CLASS_PATH = Path.of("target", "broker", "classpath");

    private static ArtemisBroker shared;

    private final Path directory;
    private final int port;
    private Process process;

    private ArtemisBroker(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** The one that all tests in this process share. Not to be killed. */
    public static synchronized ArtemisBroker shared() throws IOException {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    /** One of the caller's own. */
    public static ArtemisBroker start() throws IOException {
        Path root = Files.createDirectories(Path.of("target", "broker"));
        ArtemisBroker broker =
                new ArtemisBroker(Files.createTempDirectory(root, "run").toAbsolutePath(), free());
        broker.startAgain();
        return broker;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it with what it has on disk. */
    public void startAgain() throws IOException {
        Path program = copy("Broker.java");
        Path settings = copy("broker.xml");
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-Dbroker.port=" + port,
                                "-Dbroker.data=" + directory.resolve("data"),
                                "-cp",
                                Files.readString(CLASS_PATH).strip(),
                                program.toString(),
                                settings.toUri().toString())
                        .redirectError(directory.resolve("log").toFile())
                        .start();
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.equals("ready")) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException(
                    "the broker did not start: " + Files.readString(directory.resolve("log")));
        }
    }

    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private Path copy(String resource) throws IOException {
        Path copy = directory.resolve(resource);
        try (InputStream in = ArtemisBroker.class.getResourceAsStream("/broker/" + resource)) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }
}
