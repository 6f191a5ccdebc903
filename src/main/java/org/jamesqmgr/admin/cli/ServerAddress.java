/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a server is reached, and as whom.
 *
 * @param credentials empty to come without
 */
record ServerAddress(String host, int port, Optional<Credentials> credentials) {

    private static final String DEFAULT_HOST = "127.0.0.1";
    private static final int DEFAULT_PORT = 9999;

    /** A user and the password. */
    record Credentials(String user, String password) {

        @Override
        public String toString() {
            return user;
        }
    }

    /** What the command line says; what it leaves open comes from the configuration directory. */
    record Given(
            Optional<String> host,
            Optional<Integer> port,
            Optional<String> user,
            Optional<String> password,
            Optional<Path> passwordFile) {

        static final Given NOTHING =
                new Given(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }

    /**
     * Reads {@code jmx.properties} and {@code jmxremote.password}, as far as something is left open.
     *
     * @throws UnavailableException if they cannot be read, or say that there is no JMX
     */
    static ServerAddress of(Path conf, Given given) throws UnavailableException {
        Properties jmx = given.host().isPresent() ? new Properties() : properties(conf);
        if (!Boolean.parseBoolean(jmx.getProperty("jmx.enabled", "true").strip())) {
            throw UnavailableException.refused(
                    conf.resolve("jmx.properties") + " has jmx.enabled=false");
        }
        String host = given.host().orElse(jmx.getProperty("jmx.address", DEFAULT_HOST).strip());
        return new ServerAddress(
                reachable(host),
                given.port().isPresent() ? given.port().get() : port(conf, jmx),
                credentials(conf, given));
    }

    /** A server that listens everywhere is reached here. */
    private static String reachable(String host) {
        return host.isEmpty() || host.equals("0.0.0.0") ? DEFAULT_HOST : host;
    }

    private static Properties properties(Path conf) throws UnavailableException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(conf.resolve("jmx.properties"))) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(conf)) {
                throw UnavailableException.refused("there is no directory " + conf);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(conf.resolve("jmx.properties"), e);
        }
        return properties;
    }

    private static int port(Path conf, Properties jmx) throws UnavailableException {
        String text = jmx.getProperty("jmx.port", Integer.toString(DEFAULT_PORT)).strip();
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw UnavailableException.refused(
                    conf.resolve("jmx.properties") + " has no number in jmx.port=" + text);
        }
    }

    private static Optional<Credentials> credentials(Path conf, Given given)
            throws UnavailableException {
        if (given.password().isPresent()) {
            return Optional.of(
                    new Credentials(given.user().orElse("james-admin"), given.password().get()));
        }
        if (given.passwordFile().isEmpty()
                && given.host().filter(host -> !isHere(host)).isPresent()) {
            return Optional
                    .empty(); // whoever listens there must not learn the password of this one
        }
        Path file = given.passwordFile().orElse(conf.resolve("jmxremote.password"));
        Optional<Credentials> found = kept(file, given);
        if (found.isEmpty() && given.user().isPresent()) {
            throw UnavailableException.refused(file + " has no password of " + given.user().get());
        }
        return found;
    }

    private static boolean isHere(String host) {
        return Set.of("localhost", "127.0.0.1", "::1", "[::1]").contains(host);
    }

    private static Optional<Credentials> kept(Path file, Given given) throws UnavailableException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.split("\\s+", 2))
                    .filter(words -> words.length == 2)
                    .map(words -> new Credentials(words[0], words[1]))
                    .filter(found -> given.user().isEmpty() || isOf(found, given.user().get()))
                    .findFirst();
        } catch (NoSuchFileException e) {
            if (given.passwordFile().isPresent()) {
                throw unreadable(file, e);
            }
            return Optional.empty(); // the server writes it at its first start
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(file, e);
        }
    }

    private static boolean isOf(Credentials found, String user) {
        return found.user().equals(user);
    }

    private static UnavailableException unreadable(Path file, Exception cause) {
        String why = cause.toString();
        if (cause instanceof AccessDeniedException) {
            why = "permission denied";
        } else if (cause instanceof NoSuchFileException) {
            why = "no such file";
        }
        return UnavailableException.refused("cannot read " + file + ": " + why);
    }
}
