/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which server is meant. */
final class Connecting {

    private final Path home;

    @Option(
            names = "-c",
            paramLabel = "config_dir",
            description = {
                "The configuration directory of the server, with jmx.properties and"
                        + " jmxremote.password, instead of conf in the server's home."
            })
    private Path conf;

    @Option(
            names = "--host",
            paramLabel = "host",
            description = "The server's host, instead of the one in jmx.properties.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "port",
            description = "The server's JMX port, instead of the one in jmx.properties.")
    private Integer port;

    @Option(
            names = "--username",
            paramLabel = "user",
            description = "The user to come as: one of those in the password file.")
    private String user;

    @Option(
            names = "--password-file",
            paramLabel = "file",
            description =
                    "A file with a user and the password in a line, instead of jmxremote.password.")
    private Path passwordFile;

    private String password;

    Connecting(Path home) {
        this.home = home;
    }

    /** What the options of James's own command line say. */
    void remote(String otherHost, Integer otherPort, String otherUser, String otherPassword) {
        host = otherHost;
        port = otherPort;
        user = otherUser;
        password = otherPassword;
    }

    /** As if {@code -c} had named this directory. */
    void read(Path directory) {
        conf = directory;
    }

    Path conf() {
        return (conf == null ? home.resolve("conf") : conf).toAbsolutePath();
    }

    ServerAddress address() throws UnavailableException {
        ServerAddress.Given given =
                new ServerAddress.Given(
                        Optional.ofNullable(host),
                        Optional.ofNullable(port),
                        Optional.ofNullable(user),
                        Optional.ofNullable(password),
                        Optional.ofNullable(passwordFile));
        return ServerAddress.of(conf(), given);
    }

    /** Whether it is the server of this machine, whose files can be looked at if it is down. */
    boolean local() {
        return host == null;
    }

    ServerSession open() throws UnavailableException {
        return ServerSession.open(address());
    }
}
