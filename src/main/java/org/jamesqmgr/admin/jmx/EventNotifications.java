/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.StoreTrouble;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;

/**
 * What a monitor is told without asking: damaged mail, dead destinations, a store that fails. Safe for
 * use by any thread; listeners must return quickly.
 */
public final class EventNotifications extends NotificationBroadcasterSupport
        implements QueueEventListener, FreeSpace.Listener {

    public static final String CORRUPT = "qmgr.corrupt";
    public static final String DESTINATION_DEAD = "qmgr.destination.dead";
    public static final String DESTINATION_ALIVE = "qmgr.destination.alive";
    public static final String DESTINATION_CLOGS = "qmgr.destination.clogs";
    public static final String STORE_FAILED = "qmgr.store.failed";
    public static final String STORE_RECOVERED = "qmgr.store.recovered";
    public static final String SPACE_LOW = "qmgr.space.low";
    public static final String SPACE_ENOUGH = "qmgr.space.enough";

    private final Clock clock;
    private final AtomicLong numbers = new AtomicLong();

    public EventNotifications(Clock clock) {
        super(
                new MBeanNotificationInfo(
                        new String[] {
                            CORRUPT,
                            DESTINATION_DEAD,
                            DESTINATION_ALIVE,
                            DESTINATION_CLOGS,
                            STORE_FAILED,
                            STORE_RECOVERED,
                            SPACE_LOW,
                            SPACE_ENOUGH
                        },
                        Notification.class.getName(),
                        "what an administrator should know of the queues"));
        this.clock = clock;
    }

    @Override
    public void corrupt(QueueId id, String reason) {
        send(CORRUPT, id + " was moved to the corrupt queue: " + reason);
    }

    @Override
    public void destinationDead(Destination destination, DeliveryStatus reason, Instant until) {
        send(
                DESTINATION_DEAD,
                "nothing is tried at %s until %s: %s"
                        .formatted(destination, until, reason.reason()));
    }

    @Override
    public void destinationAlive(Destination destination) {
        send(DESTINATION_ALIVE, destination + " is tried again");
    }

    @Override
    public void destinationClogs(Destination destination, int messages) {
        send(
                DESTINATION_CLOGS,
                "%s has %d messages of the active queue, and more wait"
                        .formatted(destination, messages));
    }

    @Override
    public void storeFailed(StoreTrouble trouble) {
        send(STORE_FAILED, "the message store fails: " + trouble.cause().getMessage());
    }

    @Override
    public void storeRecovered(StoreTrouble trouble, Duration lasted) {
        send(STORE_RECOVERED, "the message store works again, after " + lasted);
    }

    @Override
    public void spaceLow(FreeSpace.Shortage shortage) {
        send(SPACE_LOW, "new mail is refused: " + shortage.text());
    }

    @Override
    public void spaceEnough() {
        send(SPACE_ENOUGH, "there is room for new mail again");
    }

    private void send(String type, String text) {
        sendNotification(
                new Notification(
                        type,
                        QueueManagerBean.NAME,
                        numbers.incrementAndGet(),
                        clock.millis(),
                        text));
    }
}
