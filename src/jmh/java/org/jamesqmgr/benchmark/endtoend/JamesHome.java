/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jamesqmgr.testing.ArtemisBroker;
import org.jamesqmgr.testing.Ports;

/** A home for a James, made from the packaged one: ports of its own, and the sink as its next hop. */
record JamesHome(Path directory, int port) {

    private static final List<String> OURS = List.of("qmgr.xml");
    private static final List<String> STOCK =
            List.of("mailetcontainer.xml", "smtpserver.xml", "logback.xml");

    /** The packaged settings, but for the ports. */
    static JamesHome ours(Site site, String name) throws IOException {
        JamesHome home = copy(site, name);
        home.replace("smtpserver.xml", "127.0.0.1:2525", Site.LOOPBACK + ":" + home.port);
        home.replace("qmgr.xml", "[127.0.0.1]:2626", "[" + Site.LOOPBACK + "]:" + site.sink());
        return home;
    }

    /** As {@link #ours}, with the queues of a broker and what of it must be put into lib. */
    static JamesHome shared(Site site, String name, ArtemisBroker broker, List<Path> jars)
            throws IOException {
        JamesHome home = ours(site, name);
        for (Path jar : jars) {
            Files.createSymbolicLink(home.directory.resolve("lib").resolve(jar.getFileName()), jar);
        }
        Path password = home.conf("broker.password");
        Files.writeString(password, ArtemisBroker.PASSWORD + "\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        home.replace(
                "qmgr.xml",
                "<relayhost>[",
                """
                <myhostname>%s.example</myhostname>
                <store>artemis</store>
                <broker_url>%s</broker_url>
                <broker_user>%s</broker_user>
                <broker_password_file>file://conf/broker.password</broker_password_file>
                <relayhost>["""
                        .formatted(name, broker.url(), ArtemisBroker.USER));
        return home;
    }

    /** Mailets, SMTP handlers and log of James's memory application as it comes. */
    static JamesHome stock(Site site, String name) throws IOException {
        JamesHome home = copy(site, name);
        Map<String, Integer> values = Map.of("PORT", home.port, "SINK", site.sink());
        for (String file : STOCK) {
            Template.write("james/" + file, values, home.conf(file));
        }
        for (String file : OURS) {
            Files.delete(home.conf(file));
        }
        return home;
    }

    /** As {@link #stock}, but what it is to send is thrown away at the end of the pipeline. */
    static JamesHome withoutDelivery(Site site, String name) throws IOException {
        JamesHome home = stock(site, name);
        home.replace("mailetcontainer.xml", "class=\"RemoteDelivery\"", "class=\"Null\"");
        return home;
    }

    private static JamesHome copy(Site site, String name) throws IOException {
        Path directory = site.home(name);
        copy(site.packaged().resolve("bin"), directory.resolve("bin"));
        copy(site.packaged().resolve("conf"), directory.resolve("conf"));
        link(site.packaged().resolve("lib"), directory.resolve("lib"));
        Files.createDirectory(directory.resolve("temp"));
        JamesHome home = new JamesHome(directory, Ports.free());
        home.replace("lmtpserver.xml", ":2424", ":" + Ports.free());
        home.replace("imapserver.xml", ":1143", ":" + Ports.free());
        home.replace("webadmin.properties", "port=8000", "port=" + Ports.free());
        home.replace("jmx.properties", "jmx.port=9999", "jmx.port=" + Ports.free());
        return home;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(JamesHome::isPackaged).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void link(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(to.resolve(file.getFileName()), file);
            }
        }
    }

    /** Not so the JMX password, which a server leaves in the packaged home if one has run there. */
    private static boolean isPackaged(Path file) {
        return !file.getFileName().toString().startsWith("jmxremote.");
    }

    private void replace(String file, String text, String replacement) throws IOException {
        String before = Files.readString(conf(file));
        if (!before.contains(text)) {
            throw new IOException("no " + text + " in " + conf(file));
        }
        Files.writeString(conf(file), before.replace(text, replacement));
    }

    /** The queue directory of the sample. */
    Path queue() {
        return directory.resolve("var").resolve("spool").resolve("qmgr");
    }

    Path conf(String file) {
        return directory.resolve("conf").resolve(file);
    }
}
