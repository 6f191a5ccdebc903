/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ListenerNotFoundException;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanServer;
import javax.management.NotificationEmitter;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.QueueSelector;
import org.jamesqmgr.admin.Reload;
import org.jamesqmgr.admin.ShapeRequest;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link QueueManagerMXBean} under the name {@value #NAME}. Safe for use by any thread. */
public final class QueueManagerBean implements QueueManagerMXBean, NotificationEmitter {

    /** Beside James's own beans. */
    public static final String NAME = "org.apache.james:type=component,name=qmgr";

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueManagerBean.class);

    /** Most messages of a page, and most bytes of a part. */
    private static final int MOST_MESSAGES = 10_000;

    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final MBeanServer server;
    private final QueueAdmin admin;
    private final Reload reload;
    private final EventNotifications notifications;

    public QueueManagerBean(QueueAdmin admin, Reload reload, EventNotifications notifications) {
        this(admin, reload, notifications, ManagementFactory.getPlatformMBeanServer());
    }

    QueueManagerBean(
            QueueAdmin admin, Reload reload, EventNotifications notifications, MBeanServer server) {
        this.notifications = notifications;
        this.admin = admin;
        this.reload = reload;
        this.server = server;
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
    public long getIncomingCount() {
        return count(QueueName.INCOMING);
    }

    @Override
    public long getActiveCount() {
        return count(QueueName.ACTIVE);
    }

    @Override
    public long getDeferredCount() {
        return count(QueueName.DEFERRED);
    }

    @Override
    public long getHoldCount() {
        return count(QueueName.HOLD);
    }

    @Override
    public long getCorruptCount() {
        return count(QueueName.CORRUPT);
    }

    private long count(QueueName queue) {
        return admin.counts().getOrDefault(queue, 0L);
    }

    @Override
    public Map<String, Long> getTransportCounts() {
        Map<String, Long> counts = new TreeMap<>();
        admin.transportCounts().forEach((name, count) -> counts.put(name.asString(), count));
        return counts;
    }

    @Override
    public Map<String, Integer> getInWork() {
        Map<String, Integer> counts = new TreeMap<>();
        admin.inWork().forEach((name, count) -> counts.put(name.asString(), count));
        return counts;
    }

    @Override
    public String getStoreTrouble() {
        return admin.storeTrouble().map(Object::toString).orElse("");
    }

    @Override
    public List<String> getSuspensions() {
        return admin.suspensions().stream().map(Suspension::asString).sorted().toList();
    }

    @Override
    public boolean isDraining() {
        return admin.draining();
    }

    @Override
    public boolean isStill() {
        return asking(admin::still);
    }

    @Override
    public List<QueueTotalRow> totals() {
        return asking(admin::totals).stream().<QueueTotalRow>map(Rows.Total::new).toList();
    }

    @Override
    public MessagePage list(Selection selection, String cursor, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a page has one message at least, not " + limit);
        }
        QueueSelector selector = Selections.selector(selection);
        int most = Math.min(limit, MOST_MESSAGES);
        return Rows.Messages.of(asking(() -> admin.list(selector, cursor, most)));
    }

    @Override
    public MessageDetails show(String id) {
        return asking(() -> admin.show(Selections.id(id))).map(Rows.Details::of).orElse(null);
    }

    @Override
    public byte[] content(String id, long offset, int length) {
        return asking(() -> admin.content(Selections.id(id), offset, within(length))).orElse(null);
    }

    private static int within(int length) {
        return Math.min(length, MOST_BYTES);
    }

    @Override
    public ActionPage delete(Selection selection, String cursor) {
        return acting(admin::delete, selection, cursor);
    }

    @Override
    public ActionPage hold(Selection selection, String cursor) {
        return acting(admin::hold, selection, cursor);
    }

    @Override
    public ActionPage release(Selection selection, String cursor) {
        return acting(admin::release, selection, cursor);
    }

    @Override
    public ActionPage requeue(Selection selection, String cursor) {
        return acting(admin::requeue, selection, cursor);
    }

    @Override
    public ActionPage expire(Selection selection, String cursor) {
        return acting(admin::expire, selection, cursor);
    }

    @Override
    public ActionPage flushMessages(Selection selection, String cursor) {
        return acting((selector, from) -> admin.flush(selector, from), selection, cursor);
    }

    @Override
    public long flush() {
        return asking(() -> admin.flush());
    }

    @Override
    public long flushSite(String domain) {
        return asking(() -> admin.flushSite(domain));
    }

    @Override
    public void flushMessage(String id) {
        doing(() -> admin.flush(Selections.id(id)));
    }

    @Override
    public List<CorruptFileRow> listCorrupt() {
        return asking(admin::corrupt).stream().<CorruptFileRow>map(Rows.Corrupt::new).toList();
    }

    @Override
    public MessageDetails showCorrupt(String name) {
        return asking(admin::corrupt).stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .flatMap(QueueManagerBean::readable)
                .orElse(null);
    }

    private static Optional<Rows.Details> readable(DamagedFile file) {
        return file.readable().map(message -> Rows.Details.of(message, file.reason()));
    }

    @Override
    public byte[] corruptContent(String name, long offset, int length) {
        return asking(() -> admin.corruptContent(name, offset, within(length))).orElse(null);
    }

    @Override
    public boolean deleteCorrupt(String name) {
        return asking(() -> admin.deleteCorrupt(name));
    }

    @Override
    public void suspend(String what) {
        doing(() -> admin.suspend(Suspension.parse(what)));
    }

    @Override
    public boolean resume(String what) {
        return asking(() -> admin.resume(Suspension.parse(what)));
    }

    @Override
    public void drain() {
        admin.drain(true);
    }

    @Override
    public void endDrain() {
        admin.drain(false);
    }

    @Override
    public ShapeTable shape(List<String> queues, String by, List<Long> minutes, int rows) {
        Set<QueueName> names =
                queues.isEmpty() ? ShapeRequest.usual().queues() : Selections.queues(queues);
        List<Duration> buckets = minutes.stream().map(Duration::ofMinutes).toList();
        ShapeRequest request = new ShapeRequest(names, Selections.by(by), buckets, rows);
        return new Rows.Table(asking(() -> admin.shape(request)));
    }

    @Override
    public List<DestinationRow> destinations() {
        return admin.destinations().stream().<DestinationRow>map(Rows.Destinations::new).toList();
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
    public void addNotificationListener(
            NotificationListener listener, NotificationFilter filter, Object handback) {
        notifications.addNotificationListener(listener, filter, handback);
    }

    @Override
    public void removeNotificationListener(NotificationListener listener)
            throws ListenerNotFoundException {
        notifications.removeNotificationListener(listener);
    }

    @Override
    public void removeNotificationListener(
            NotificationListener listener, NotificationFilter filter, Object handback)
            throws ListenerNotFoundException {
        notifications.removeNotificationListener(listener, filter, handback);
    }

    @Override
    public MBeanNotificationInfo[] getNotificationInfo() {
        return notifications.getNotificationInfo();
    }

    @FunctionalInterface
    private interface Acting {
        org.jamesqmgr.admin.ActionPage act(QueueSelector selector, String cursor)
                throws MessageStoreException;
    }

    private static ActionPage acting(Acting acting, Selection selection, String cursor) {
        QueueSelector selector = Selections.selector(selection);
        return Rows.Actions.of(asking(() -> acting.act(selector, cursor)));
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws MessageStoreException;
    }

    @FunctionalInterface
    private interface Order {
        void carryOut() throws MessageStoreException;
    }

    private static void doing(Order order) {
        asking(
                () -> {
                    order.carryOut();
                    return true;
                });
    }

    /** Exceptions of ours would need our classes at the other end, and so do their causes. */
    private static <T> T asking(Question<T> question) {
        try {
            return question.ask();
        } catch (MessageStoreException e) {
            LOGGER.warn("an administrator's question failed", e);
            throw new IllegalStateException(e.getMessage());
        }
    }
}
