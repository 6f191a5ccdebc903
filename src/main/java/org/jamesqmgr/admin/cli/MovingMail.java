/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.Map;
import java.util.stream.Collectors;
import org.jamesqmgr.admin.Migration;
import org.jamesqmgr.model.QueueId;

/** Tells a person how mail gets from one place to the other. */
record MovingMail(Console console, Progress progress) implements Migration.Watcher {

    /** Often enough for a person. */
    private static final int STEP = 100;

    /**
     * {@code 5 messages (2 incoming, 3 deferred)}.
     *
     * @param moved by the name of the queue, in the order in which they are named
     */
    static String summary(Map<String, Long> moved) {
        long all = moved.values().stream().mapToLong(Long::longValue).sum();
        String queues =
                moved.entrySet().stream()
                        .map(queue -> queue.getValue() + " " + queue.getKey())
                        .collect(Collectors.joining(", "));
        return Text.messages(all) + (queues.isEmpty() ? "" : " (" + queues + ")");
    }

    @Override
    public void at(long messages, long all) {
        if (messages % STEP == 0) {
            progress.at(messages);
        }
    }

    @Override
    public void renamed(QueueId id, QueueId now) {
        progress.end();
        console.say(id + ": now " + now + ", another message has its id");
    }

    @Override
    public void left(String name, String why) {
        progress.end();
        console.warn(name + " stays where it is: " + why);
    }
}
