/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;

/** A connection to the queue manager of a running server, through James's own JMX connector. */
final class ServerSession implements AutoCloseable {

    private static final String BEAN = "org.apache.james:type=component,name=qmgr";

    private static final int CONNECT_MILLIS = 10_000;

    /** The longest single question, the shape of a very deep queue, takes a minute or two. */
    private static final int ANSWER_MILLIS = 600_000;

    private final JMXConnector connector;
    private final QueueManagerMXBean bean;

    private ServerSession(JMXConnector connector, QueueManagerMXBean bean) {
        this.connector = connector;
        this.bean = bean;
    }

    /**
     * @throws UnavailableException if nobody is there, or not our server, or it does not let us in
     */
    static ServerSession open(ServerAddress address) throws UnavailableException {
        limitWaiting();
        knock(address);
        JMXConnector connector = connect(address);
        try {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ObjectName name = new ObjectName(BEAN);
            if (!server.isRegistered(name)) {
                throw UnavailableException.refused(
                        "the server at "
                                + place(address)
                                + " has no queue manager: james-qmgr does"
                                + " not run in it");
            }
            return new ServerSession(
                    connector, JMX.newMXBeanProxy(server, name, QueueManagerMXBean.class));
        } catch (IOException e) {
            close(connector);
            throw noJmx(address, e);
        } catch (UnavailableException | RuntimeException e) {
            close(connector);
            throw e;
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Sees whether a server lets us in, whether the queue manager runs in it or not.
     *
     * @throws UnavailableException if nobody is there, or not our server, or it does not let us in
     */
    static void tryOut(ServerAddress address) throws UnavailableException {
        limitWaiting();
        knock(address);
        close(connect(address));
    }

    QueueManagerMXBean bean() {
        return bean;
    }

    /** Read by the JDK's RMI when its classes are loaded, which is later. */
    private static void limitWaiting() {
        setUnlessSet("sun.rmi.transport.tcp.handshakeTimeout", CONNECT_MILLIS);
        setUnlessSet("sun.rmi.transport.tcp.responseTimeout", ANSWER_MILLIS);
    }

    private static void setUnlessSet(String property, int millis) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(millis));
        }
    }

    /** RMI would wait for minutes, and wrap what it finds in three exceptions. */
    private static void knock(ServerAddress address) throws UnavailableException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
        } catch (UnknownHostException e) {
            throw UnavailableException.refused("unknown host " + address.host());
        } catch (SocketTimeoutException e) {
            throw UnavailableException.down(
                    "Connect to the James server at " + place(address) + ": Connection timed out");
        } catch (IOException | IllegalArgumentException e) {
            throw UnavailableException.down(
                    "Connect to the James server at " + place(address) + ": " + reason(e));
        }
    }

    /** The JDK adds which of its methods said it. */
    private static String reason(Exception e) {
        String text = String.valueOf(e.getMessage());
        return text.startsWith("Connection refused") ? "Connection refused" : text;
    }

    @SuppressWarnings("BanJNDI") // the JDK's way to a JMX server, to one the administrator names
    private static JMXConnector connect(ServerAddress address) throws UnavailableException {
        Map<String, Object> environment = new HashMap<>();
        address.credentials()
                .ifPresent(
                        known ->
                                environment.put(
                                        JMXConnector.CREDENTIALS,
                                        new String[] {known.user(), known.password()}));
        String host = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
        String url = "service:jmx:rmi:///jndi/rmi://" + host + ":" + address.port() + "/jmxrmi";
        try {
            return JMXConnectorFactory.connect(new JMXServiceURL(url), environment);
        } catch (SecurityException e) {
            throw UnavailableException.refused(
                    "the server at "
                            + place(address)
                            + " does not let in "
                            + address.credentials()
                                    .map(Object::toString)
                                    .orElse("nobody in particular")
                            + ": wrong user or password");
        } catch (IOException | RuntimeException e) {
            throw noJmx(address, e);
        }
    }

    private static UnavailableException noJmx(ServerAddress address, Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        if (cause instanceof SocketTimeoutException) {
            return UnavailableException.refused(
                    "the server at " + place(address) + " does not answer");
        }
        String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return UnavailableException.refused(
                "what listens at "
                        + place(address)
                        + " is no James server's JMX: "
                        + why.lines().findFirst().orElse(""));
    }

    private static String place(ServerAddress address) {
        return address.host() + ":" + address.port();
    }

    @Override
    public void close() {
        close(connector);
    }

    private static void close(JMXConnector connector) {
        try {
            connector.close();
        } catch (IOException e) {
            // The program ends anyway, and the server notices.
        }
    }
}
