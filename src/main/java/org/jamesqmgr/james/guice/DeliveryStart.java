/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import javax.annotation.PreDestroy;
import javax.inject.Inject;
import org.apache.james.lifecycle.api.Startable;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.utils.InitializationOperation;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.jmx.EventNotifications;
import org.jamesqmgr.admin.jmx.QueueManagerBean;
import org.jamesqmgr.config.SettingsFile;
import org.jamesqmgr.engine.DeliveryPlan;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.queue.QueueGauges;
import org.jamesqmgr.model.TransportName;

/**
 * Begins to deliver when James starts its components, not before: deliveries into mailboxes and
 * reports to senders need them.
 */
final class DeliveryStart implements InitializationOperation {

    /** What James is told that this starts; nothing else depends on it. */
    private interface Delivery extends Startable {}

    private final QueueManager queueManager;
    private final DeliveryPlan plan;
    private final MailQueueFactory<? extends ManageableMailQueue> queues;
    private final QueueGauges gauges;
    private final QueueManagerBean bean;

    @Inject
    DeliveryStart(
            QueueManager queueManager,
            DeliveryPlan plan,
            MailQueueFactory<? extends ManageableMailQueue> queues,
            SettingsFile settings,
            QueueAdmin admin,
            QueueGauges gauges,
            EventNotifications notifications) {
        this.queueManager = queueManager;
        this.plan = plan;
        this.queues = queues;
        this.gauges = gauges;
        this.bean = new QueueManagerBean(admin, settings::reload, notifications);
    }

    @Override
    public void initModule() {
        plan.transports().keySet().stream()
                .map(TransportName::asString)
                .map(MailQueueName::of)
                .forEach(queues::createQueue);
        queueManager.startDelivery(plan);
        gauges.register();
        bean.register();
    }

    @PreDestroy
    void stop() {
        bean.unregister();
    }

    @Override
    public Class<? extends Startable> forClass() {
        return Delivery.class;
    }
}
