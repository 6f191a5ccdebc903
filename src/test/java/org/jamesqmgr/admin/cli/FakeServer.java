/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import javax.security.auth.Subject;
import org.jamesqmgr.testing.Ports;

/**
 * A JMX server on loopback with a password, as James's, and the home of a server with the files that
 * lead to it. Programs are run against it in this process.
 */
final class FakeServer implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-23T10:54:00Z");

    private static final String PASSWORD = "secret";

    final FakeQueueManager queueManager = new FakeQueueManager();
    final Path home;
    final int port;
    private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
    private final Registry registry;
    private final JMXConnectorServer connector;

    private FakeServer(Path home, int port, Registry registry) throws IOException {
        this.home = home;
        this.port = port;
        this.registry = registry;
        JMXAuthenticator authenticator = FakeServer::authenticate;
        this.connector =
                JMXConnectorServerFactory.newJMXConnectorServer(
                        new JMXServiceURL(
                                "service:jmx:rmi://127.0.0.1/jndi/rmi://127.0.0.1:"
                                        + port
                                        + "/jmxrmi"),
                        Map.of(JMXConnectorServer.AUTHENTICATOR, authenticator),
                        beans);
    }

    private static Subject authenticate(Object credentials) {
        boolean right =
                credentials instanceof String[] words
                        && words.length == 2
                        && words[0].equals("james-admin")
                        && words[1].equals(PASSWORD);
        if (!right) {
            throw new SecurityException("Authentication failed! Invalid username or password");
        }
        return new Subject();
    }

    static FakeServer start(Path home) throws Exception {
        System.setProperty("java.rmi.server.hostname", "127.0.0.1");
        int port = Ports.free();
        FakeServer server = new FakeServer(home, port, LocateRegistry.createRegistry(port));
        server.connector.start();
        server.register();
        Files.createDirectories(home.resolve("conf"));
        server.write("jmx.properties", "jmx.address=127.0.0.1\njmx.port=" + port + "\n");
        server.write(
                "jmxremote.password", "# written by the server\njames-admin " + PASSWORD + "\n");
        return server;
    }

    void register() throws JMException {
        beans.registerMBean(queueManager, name());
    }

    void unregister() throws JMException {
        beans.unregisterMBean(name());
    }

    private static ObjectName name() throws JMException {
        return new ObjectName("org.apache.james:type=component,name=qmgr");
    }

    void write(String file, String text) throws IOException {
        Files.writeString(home.resolve("conf").resolve(file), text);
    }

    /** What a program wrote, and ended with. */
    record Result(String out, String err, int status) {}

    Result run(String... args) {
        return run(InputStream.nullInputStream(), false, args);
    }

    Result runWith(String input, String... args) {
        return run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), false, args);
    }

    /** With a person at a terminal, who answers. */
    Result runAsking(String answer, String... args) {
        return run(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)), true, args);
    }

    Result run(InputStream input, boolean terminal, String... args) {
        return run(home, input, terminal, args);
    }

    static Result run(Path home, InputStream input, boolean terminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(
                        "test", input, new Output(out), new Output(err), terminal, false, false);
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        int status = Main.run(new Surroundings(console, home, clock), args);
        return new Result(
                out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), status);
    }

    @Override
    public void close() throws IOException {
        connector.stop();
        UnicastRemoteObject.unexportObject(registry, true);
    }
}
