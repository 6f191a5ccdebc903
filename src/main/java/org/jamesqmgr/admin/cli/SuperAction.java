/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.List;
import org.jamesqmgr.admin.jmx.ActionPage;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.admin.jmx.Selection;

/** What postsuper does to messages, in the order in which it reports. */
enum SuperAction {
    REQUEUE("requeue", "requeued", "Requeued"),
    DELETE("delete", "removed", "Deleted"),
    EXPIRE("expire", "expired", "Force-expired"),
    HOLD("hold", "placed on hold", "Placed on hold"),
    RELEASE("release", "released from hold", "Released from hold");

    private final String order;
    private final String done;
    private final String summary;

    SuperAction(String order, String done, String summary) {
        this.order = order;
        this.done = done;
        this.summary = summary;
    }

    ActionPage page(QueueManagerMXBean bean, Selection selection, String cursor) {
        return switch (this) {
            case REQUEUE -> bean.requeue(selection, cursor);
            case DELETE -> bean.delete(selection, cursor);
            case EXPIRE -> bean.expire(selection, cursor);
            case HOLD -> bean.hold(selection, cursor);
            case RELEASE -> bean.release(selection, cursor);
        };
    }

    /** The queues it works on, of those named; of all if none is named. */
    List<String> queues(List<String> named) {
        return named.isEmpty() ? queues() : queues().stream().filter(named::contains).toList();
    }

    private List<String> queues() {
        return switch (this) {
            case REQUEUE, DELETE, EXPIRE -> List.of("hold", "incoming", "active", "deferred");
            case HOLD -> List.of("incoming", "active", "deferred");
            case RELEASE -> List.of("hold");
        };
    }

    /** What is said of a message that it was done to. */
    String done() {
        return done;
    }

    String summary(long count) {
        return summary + ": " + Text.messages(count);
    }

    /** What an administrator is asked first. */
    String question(long count) {
        return order + " " + Text.messages(count) + "?";
    }

    /** What is said when it is only tried out. */
    String wouldBe() {
        return "would be " + done;
    }
}
