/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link QueueManagerMXBean} under the name {@value #NAME}. Safe for use by any thread. */
public final class QueueManagerBean implements QueueManagerMXBean {

    /** Beside James's own beans. */
    public static final String NAME = "org.apache.james:type=component,name=qmgr";

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueManagerBean.class);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final QueueManager queueManager;
    private final Reload reload;

    /** Reads the configuration again. */
    @FunctionalInterface
    public interface Reload {
        void reload() throws Exception;
    }

    public QueueManagerBean(QueueManager queueManager, Reload reload) {
        this.queueManager = queueManager;
        this.reload = reload;
    }

    /** Makes the bean known; without JMX the queue manager works all the same. */
    public void register() {
        try {
            ObjectName name = new ObjectName(NAME);
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
            server.registerMBean(this, name);
        } catch (JMException e) {
            LOGGER.warn("the queue manager cannot be managed over JMX", e);
        }
    }

    public void unregister() {
        try {
            server.unregisterMBean(new ObjectName(NAME));
        } catch (JMException e) {
            LOGGER.debug("the bean of the queue manager is gone already", e);
        }
    }

    @Override
    public void reload() {
        try {
            reload.reload();
        } catch (Exception e) {
            LOGGER.error("the configuration was not reloaded", e);
            throw new IllegalArgumentException(e.getMessage());
        }
    }

    @Override
    public long flush() {
        return flushing(queueManager::flush);
    }

    @Override
    public long flushSite(String domain) {
        return flushing(() -> queueManager.flushSite(domain));
    }

    @Override
    public void flushMessage(String id) {
        QueueId message =
                QueueId.parse(id)
                        .orElseThrow(() -> new IllegalArgumentException("not a queue id: " + id));
        flushing(
                () -> {
                    queueManager.flush(message);
                    return 1;
                });
    }

    @FunctionalInterface
    private interface Flush {
        long flush() throws MessageStoreException;
    }

    private static long flushing(Flush flush) {
        try {
            return flush.flush();
        } catch (MessageStoreException e) {
            throw new IllegalStateException(e.getMessage());
        }
    }
}
