/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One management bean for each mail queue, under the names that James gives its own:
 * {@code org.apache.james:type=component,name=queue,queue=spool}.
 *
 * <p>A bean that cannot be registered is logged and missing, the queue works without it. Safe for
 * use by any thread.
 */
final class QueueBeans {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueBeans.class);
    private static final String PREFIX = "org.apache.james:type=component,name=queue,queue=";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Set<ObjectName> registered = ConcurrentHashMap.newKeySet();

    void register(QmgrMailQueue queue) {
        try {
            ObjectName name = name(queue.getName().asString());
            if (server.isRegistered(name)) {
                // A server in the same process that was not stopped cleanly: its bean tells of no
                // queue.
                server.unregisterMBean(name);
            }
            server.registerMBean(new QueueManagement(queue), name);
            registered.add(name);
        } catch (JMException e) {
            LOGGER.warn("mail queue {} cannot be managed over JMX", queue.getName().asString(), e);
        }
    }

    private static ObjectName name(String queue) throws JMException {
        boolean plain = queue.chars().noneMatch(c -> ",=:\"*?\n".indexOf(c) >= 0);
        return new ObjectName(PREFIX + (plain ? queue : ObjectName.quote(queue)));
    }

    void unregisterAll() {
        for (ObjectName name : registered) {
            try {
                server.unregisterMBean(name);
            } catch (InstanceNotFoundException e) {
                LOGGER.debug("{} was replaced by another server", name, e);
            } catch (JMException e) {
                LOGGER.warn("{} cannot be unregistered", name, e);
            }
        }
        registered.clear();
    }
}
