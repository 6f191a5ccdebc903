/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.List;
import org.jamesqmgr.admin.jmx.ActionPage;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.admin.jmx.Selection;

/** What postsuper does to messages, in the order in which it reports. */
enum SuperAction {
    REQUEUE("requeue", "requeued", "Requeued", QueueManagerMXBean::requeue, Queues.ALL),
    DELETE("delete", "removed", "Deleted", QueueManagerMXBean::delete, Queues.ALL),
    EXPIRE("expire", "expired", "Force-expired", QueueManagerMXBean::expire, Queues.ALL),
    HOLD(
            "hold",
            "placed on hold",
            "Placed on hold",
            QueueManagerMXBean::hold,
            List.of("incoming", "active", "deferred")),
    RELEASE(
            "release",
            "released from hold", "Released from hold", QueueManagerMXBean::release, List.of("hold"));

    private final String order;
    private final String done;
    private final String summary;
    private final Call call;
    private final List<String> queues;

    /** Where messages are that are whole. */
    private static final class Queues {
        static final List<String> ALL = List.of("hold", "incoming", "active", "deferred");
    }

    /** The question to the server. */
    private interface Call {
        ActionPage page(QueueManagerMXBean bean, Selection selection, String cursor);
    }

    SuperAction(String order, String done, String summary, Call call, List<String> queues) {
        this.order = order;
        this.done = done;
        this.summary = summary;
        this.call = call;
        this.queues = queues;
    }

    ActionPage page(QueueManagerMXBean bean, Selection selection, String cursor) {
        return call.page(bean, selection, cursor);
    }

    /** The queues it works on, of those named; of all if none is named. */
    List<String> queues(List<String> named) {
        return named.isEmpty() ? queues : queues.stream().filter(named::contains).toList();
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
