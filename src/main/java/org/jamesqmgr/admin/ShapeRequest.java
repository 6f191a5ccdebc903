/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jamesqmgr.model.QueueName;

/**
 * What a shape is to show.
 *
 * @param queues whose messages count
 * @param bySender counts messages by their sender's domain, not pending recipients by theirs
 * @param buckets upper bounds of age, rising; one bucket more has what is older
 * @param rows most domains that are kept apart
 */
public record ShapeRequest(
        Set<QueueName> queues, boolean bySender, List<Duration> buckets, int rows) {

    public ShapeRequest {
        queues = Set.copyOf(queues);
        buckets = List.copyOf(buckets);
        if (rows < 1 || !buckets.stream().sorted().distinct().toList().equals(buckets)) {
            throw new IllegalArgumentException("a shape needs a row and buckets that rise");
        }
    }

    /** As {@code qshape} without options. */
    public static ShapeRequest usual() {
        return new ShapeRequest(
                Set.of(QueueName.INCOMING, QueueName.ACTIVE),
                false,
                List.of(5, 10, 20, 40, 80, 160, 320, 640, 1280).stream()
                        .map(Duration::ofMinutes)
                        .toList(),
                10_000);
    }
}
