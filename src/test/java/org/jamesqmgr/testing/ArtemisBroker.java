/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An ActiveMQ Artemis broker in a process of its own, on the class path that the build wrote down
 * for it. It ends with this process at the latest.
 */
public final class ArtemisBroker {

    public static final String USER = "james";
    public static final String PASSWORD = "secret";

    /** Has the same password, and is allowed nothing but to come in. */
    public static final String GUEST = "guest";

    private static final Path CLASS_PATH = Path.of("target", "broker", "classpath");

    private static ArtemisBroker shared;

    private final Path directory;
    private final int port;

    /** What its settings say of the other one of a pair. */
    private final String pairing;

    /** What its acceptor is told beyond the usual. */
    private final String acceptor;

    private Process process;

    private ArtemisBroker(Path directory, int port, String pairing, String acceptor) {
        this.directory = directory;
        this.port = port;
        this.pairing = pairing;
        this.acceptor = acceptor;
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
        return start(Ports.free(), "", "");
    }

    /** One of the caller's own that speaks TLS alone, with this key. */
    public static ArtemisBroker startWithTls(Path keyStore, String password) throws IOException {
        return start(
                Ports.free(),
                "",
                ";sslEnabled=true;keyStorePath=" + keyStore + ";keyStorePassword=" + password);
    }

    private static ArtemisBroker start(int port, String pairing, String acceptor)
            throws IOException {
        Path root = Files.createDirectories(Path.of("target", "broker"));
        Path directory = Files.createTempDirectory(root, "run").toAbsolutePath();
        ArtemisBroker broker = new ArtemisBroker(directory, port, pairing, acceptor);
        broker.startAgain();
        return broker;
    }

    /** Two of the caller's own, of which the second has what the first has, and takes its place. */
    public static List<ArtemisBroker> startPair() throws IOException {
        int one = Ports.free();
        int other = Ports.free();
        return List.of(
                start(one, pairing(one, other, "<primary/>"), ""),
                start(
                        other,
                        pairing(
                                other,
                                one,
                                "<backup><allow-failback>false</allow-failback></backup>"),
                        ""));
    }

    private static String pairing(int self, int other, String role) {
        return """
               <cluster-user>pair</cluster-user>
               <cluster-password>pair</cluster-password>
               <connectors>
                   <connector name="self">tcp://127.0.0.1:%d</connector>
                   <connector name="other">tcp://127.0.0.1:%d</connector>
               </connectors>
               <cluster-connections>
                   <cluster-connection name="pair">
                       <connector-ref>self</connector-ref>
                       <static-connectors><connector-ref>other</connector-ref></static-connectors>
                   </cluster-connection>
               </cluster-connections>
               <ha-policy><replication>%s</replication></ha-policy>
               """
                .formatted(self, other, role);
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Stops its answers, as a machine does that swaps itself to death; {@code false}: lets it go on. */
    public void hang(boolean hang) throws IOException, InterruptedException {
        new ProcessBuilder("kill", hang ? "-STOP" : "-CONT", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Starts it with what it has on disk. */
    public void startAgain() throws IOException {
        startAgain(99);
    }

    /**
     * Starts it with what it has on disk.
     *
     * @param disk percentage of the disk beyond which it counts as full
     */
    public void startAgain(int disk) throws IOException {
        Path program = copy("Broker.java");
        Path settings = copy("broker.xml");
        Files.writeString(
                settings,
                Files.readString(settings)
                        .replace("<security-settings>", pairing + "<security-settings>"));
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + Integer.getInteger("broker.heap", 512) + "m",
                                "-XX:+UseSerialGC",
                                "-Dbroker.port=" + port,
                                "-Dbroker.disk=" + disk,
                                "-Dbroker.acceptor=" + acceptor,
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
