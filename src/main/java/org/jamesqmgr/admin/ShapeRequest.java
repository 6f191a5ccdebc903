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
 * @param by what a row stands for
 * @param buckets upper bounds of age, rising; one bucket more has what is older
 * @param rows most domains or reasons that are kept apart
 */
public record ShapeRequest(Set<QueueName> queues, Shape.By by, List<Duration> buckets, int rows) {

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
                Shape.By.RECIPIENT,
                List.of(5, 10, 20, 40, 80, 160, 320, 640, 1280).stream()
                        .map(Duration::ofMinutes)
                        .toList(),
                10_000);
    }
}
