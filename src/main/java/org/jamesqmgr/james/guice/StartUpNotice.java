/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.inject.Key;
import java.io.FileNotFoundException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.inject.Inject;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.protocols.lib.netty.AbstractConfigurableAsyncServer;
import org.apache.james.protocols.lib.netty.AbstractServerFactory;
import org.apache.james.utils.PropertiesProvider;
import org.jamesqmgr.admin.Unwired;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last lines of the start-up log: what listens where and, in a server home of ours, what a newcomer can try.
 *
 * <p>The mail protocols are asked for the addresses they listen on. WebAdmin and JMX are read from their configuration
 * files, and only named if this James application has them: which of the two exist differs from one to the next.
 */
public final class StartUpNotice extends AbstractModule {

    private static final Logger LOGGER = LoggerFactory.getLogger("org.jamesqmgr.STARTED");

    /** Set by {@code bin/james}: an administrator's own James needs no tutorial at every start. */
    private static final String HINTS_PROPERTY = "jamesqmgr.hints";

    private static final String WEB_ADMIN = "org.apache.james.webadmin.WebAdminServer";
    private static final String JMX = "org.apache.james.modules.server.JMXServer";

    /** Only there once the server's injector exists. */
    @Inject private Injector injector;

    @Override
    protected void configure() {
        requestInjection(this);
    }

    /** To be called once, after the server has started. */
    public void log() {
        List<Listener> listeners = listeners();
        LOGGER.info("James is up, with james-qmgr's mail queues. It listens on:");
        listeners.forEach(l -> LOGGER.info("  {} {}", pad(l.protocol()), l.address()));
        if (Boolean.getBoolean(HINTS_PROPERTY)) {
            hints(listeners).forEach(LOGGER::info);
        }
        injector.getInstance(StrandedMail.class).report().forEach(LOGGER::warn);
        injector.getInstance(UnimportedMail.class).report().forEach(LOGGER::warn);
        injector.getInstance(AbsentRecipients.class).report().forEach(LOGGER::warn);
        injector.getInstance(Unwired.class).reasons().forEach(LOGGER::warn);
    }

    private List<Listener> listeners() {
        List<Listener> listeners = new ArrayList<>(mailProtocols());
        webAdmin().ifPresent(listeners::add);
        jmx().ifPresent(listeners::add);
        return listeners;
    }

    private List<Listener> mailProtocols() {
        return injector.getAllBindings().keySet().stream()
                .filter(key -> AbstractServerFactory.class.isAssignableFrom(rawType(key)))
                .map(injector::getInstance)
                .map(AbstractServerFactory.class::cast)
                .distinct()
                .flatMap(factory -> factory.getServers().stream())
                .filter(AbstractConfigurableAsyncServer::isEnabled)
                .flatMap(
                        server ->
                                server.getListenAddresses().stream()
                                        .map(
                                                address ->
                                                        new Listener(
                                                                protocol(server), text(address))))
                .sorted((a, b) -> b.protocol().compareTo(a.protocol()))
                .toList();
    }

    private Optional<Listener> webAdmin() {
        return configuration(WEB_ADMIN, "webadmin")
                .filter(settings -> settings.getBoolean("enabled", false))
                .map(
                        settings ->
                                new Listener(
                                        "WebAdmin",
                                        (settings.getBoolean("https.enabled", false)
                                                        ? "https://"
                                                        : "http://")
                                                + settings.getString("host", "localhost")
                                                + ":"
                                                + settings.getInt("port", 8080)));
    }

    private Optional<Listener> jmx() {
        return configuration(JMX, "jmx")
                .filter(settings -> settings.getBoolean("jmx.enabled", true))
                .map(
                        settings ->
                                new Listener(
                                        "JMX",
                                        settings.getString("jmx.address", "localhost")
                                                + ":"
                                                + settings.getInt("jmx.port", 9999)));
    }

    /** Empty if this application has no such server or no such file. */
    private Optional<Configuration> configuration(String server, String file) {
        if (injector.getAllBindings().keySet().stream()
                .noneMatch(key -> rawType(key).getName().equals(server))) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    injector.getInstance(PropertiesProvider.class).getConfiguration(file));
        } catch (FileNotFoundException | ConfigurationException e) {
            return Optional.empty();
        }
    }

    private static List<String> hints(List<Listener> listeners) {
        Optional<String> smtp = address(listeners, "SMTP");
        Optional<String> imap = address(listeners, "IMAP");
        Optional<String> web = address(listeners, "WebAdmin");
        List<String> hints = new ArrayList<>();
        hints.add("What to try next (README.md has more):");
        web.ifPresent(
                url ->
                        hints.add(
                                "  add a user:      curl -X PUT -H 'Content-Type: application/json' -d"
                                        + " '{\"password\":\"secret\"}' "
                                        + url
                                        + "/users/alice@localhost"));
        smtp.ifPresent(
                address ->
                        hints.add(
                                "  send her a mail: printf 'Subject: hello\\r\\n\\r\\nIt works.\\r\\n' | curl -T - smtp://"
                                        + address
                                        + " --mail-from bob@localhost --mail-rcpt alice@localhost"));
        imap.ifPresent(
                address ->
                        hints.add(
                                "  read it:         curl -u alice@localhost:secret 'imap://"
                                        + address
                                        + "/INBOX;MAILINDEX=1'"));
        web.ifPresent(url -> hints.add("  the queues:      curl " + url + "/mailQueues"));
        hints.add("  stop:            Ctrl-C or SIGTERM");
        return hints;
    }

    private static Optional<String> address(List<Listener> listeners, String protocol) {
        Predicate<Listener> wanted = listener -> listener.protocol().equals(protocol);
        return listeners.stream().filter(wanted).map(Listener::address).findFirst();
    }

    private static Class<?> rawType(Key<?> key) {
        return key.getTypeLiteral().getRawType();
    }

    private static String protocol(AbstractConfigurableAsyncServer server) {
        return server.getServiceType().replace(" Service", "");
    }

    private static String text(InetSocketAddress address) {
        String host =
                address.isUnresolved()
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return host + ":" + address.getPort();
    }

    private static String pad(String protocol) {
        return String.format("%-8s", protocol);
    }

    private record Listener(String protocol, String address) {}
}
