/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.home;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import javax.management.JMX;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.james.queue.api.MailQueueManagementMBean;
import org.jamesqmgr.admin.jmx.QueueManagerBean;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;

/** An administrator's connection to a running server. Used by one thread. */
public final class JmxClient implements AutoCloseable {

    private final JMXConnector connector;

    private JmxClient(JMXConnector connector) {
        this.connector = connector;
    }

    /** With the user and password that James has written into the home. */
    public static JmxClient connect(ServerHome home) throws IOException {
        String line =
                Files.readAllLines(home.conf("jmxremote.password")).stream()
                        .filter(text -> !text.isBlank() && !text.startsWith("#"))
                        .findFirst()
                        .orElseThrow();
        String[] words = line.strip().split("\\s+", 2);
        return connect(home, words[0], words[1]);
    }

    /**
     * With credentials of one's own.
     *
     * @throws SecurityException if they are not right
     */
    @SuppressWarnings(
            "BanJNDI") // how James's own command line tool connects, and to our own server
    public static JmxClient connect(ServerHome home, String user, String password)
            throws IOException {
        String url = "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + home.jmxPort() + "/jmxrmi";
        String[] credentials = {user, password};
        return new JmxClient(
                JMXConnectorFactory.connect(
                        new JMXServiceURL(url), Map.of(JMXConnector.CREDENTIALS, credentials)));
    }

    /** The queue manager's own bean. */
    public QueueManagerMXBean queueManager() throws IOException {
        return JMX.newMXBeanProxy(
                connector.getMBeanServerConnection(),
                name(QueueManagerBean.NAME),
                QueueManagerMXBean.class);
    }

    /** James's bean of a mail queue. */
    public MailQueueManagementMBean mailQueue(String queue) throws IOException {
        return JMX.newMBeanProxy(
                connector.getMBeanServerConnection(),
                name("org.apache.james:type=component,name=queue,queue=" + queue),
                MailQueueManagementMBean.class);
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
