/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.util.Size;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.notice.NotifyClass;

/**
 * What matters to us in {@code smtpserver.xml}: the servers that are enabled.
 *
 * @param servers in the order of the file
 */
public record SmtpServers(List<Server> servers) {

    private static final Set<NotifyClass> OF_SESSIONS =
            Set.of(NotifyClass.POLICY, NotifyClass.PROTOCOL);

    public SmtpServers {
        servers = List.copyOf(servers);
    }

    /**
     * One server.
     *
     * @param name its {@code jmxName}, or where it listens
     * @param maxMessageSize in bytes; 0 for none
     * @param handlers classes, as written
     */
    public record Server(String name, long maxMessageSize, List<String> handlers) {

        public Server {
            handlers = List.copyOf(handlers);
        }

        private boolean has(Class<? extends ProtocolHandler> handler) {
            return handlers.contains(handler.getName());
        }
    }

    /**
     * Reads the file as James does.
     *
     * @param file the whole of it; empty if there is none
     * @throws ConfigurationException if a {@code maxmessagesize} is none
     */
    public static SmtpServers of(HierarchicalConfiguration<ImmutableNode> file)
            throws ConfigurationException {
        List<Server> servers = new ArrayList<>();
        for (HierarchicalConfiguration<ImmutableNode> server :
                file.configurationsAt("smtpserver")) {
            if (server.getBoolean("[@enabled]", true)) {
                servers.add(server(server));
            }
        }
        return new SmtpServers(servers);
    }

    private static Server server(HierarchicalConfiguration<ImmutableNode> server)
            throws ConfigurationException {
        List<String> handlers =
                server.configurationsAt("handlerchain.handler").stream()
                        .map(handler -> handler.getString("[@class]", "").strip())
                        .toList();
        String name = server.getString("jmxName", server.getString("bind", "smtpserver"));
        return new Server(name, bytes(server.getString("maxmessagesize", "0")), handlers);
    }

    private static long bytes(String size) throws ConfigurationException {
        try {
            return Size.parse(size, Size.Unit.K).asBytes();
        } catch (RuntimeException e) {
            throw new ConfigurationException("smtpserver.xml: maxmessagesize: " + size, e);
        }
    }

    /** The size of the largest message that any server takes, in bytes. */
    public long largestMessage() {
        return servers.stream()
                .mapToLong(server -> FreeSpace.limitOrUsual(server.maxMessageSize()))
                .max()
                .orElse(0);
    }

    /**
     * What is set in {@code qmgr.xml} without effect, since a handler that acts on it is missing.
     *
     * @param queueMinfree in bytes; 0 is the default
     * @return a line for each parameter and server; empty if all is well
     */
    public List<String> unwired(long queueMinfree, Set<NotifyClass> notifyClasses) {
        return Stream.concat(
                        queueMinfree > 0
                                ? missing("queue_minfree", "", QueueSpaceGuard.class)
                                : Stream.empty(),
                        OF_SESSIONS.stream().anyMatch(notifyClasses::contains)
                                ? missing(
                                        "notify_classes",
                                        " as its first handler",
                                        SessionTranscript.class)
                                : Stream.empty())
                .toList();
    }

    private Stream<String> missing(
            String parameter, String where, Class<? extends ProtocolHandler> handler) {
        return servers.stream()
                .filter(server -> !server.has(handler))
                .map(
                        server ->
                                ("conf/qmgr.xml: %s is set, but nothing in the SMTP server %s acts on"
                                                + " it: add <handler class=\"%s\"/> to its handlerchain"
                                                + " in conf/smtpserver.xml%s")
                                        .formatted(
                                                parameter,
                                                server.name(),
                                                handler.getName(),
                                                where));
    }
}
