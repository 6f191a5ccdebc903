/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.model.QueueId;

/**
 * Makes queue ids for one run of a server: never the same microsecond twice, whatever the clock
 * does, and a random tag for the whole run. Safe for use by any thread.
 */
public final class QueueIdSequence {

    private final Clock clock;
    private final int tag;
    private final AtomicLong lastMicros = new AtomicLong();

    public QueueIdSequence(Clock clock) {
        this(clock, new SecureRandom().nextInt(QueueId.TAG_LIMIT));
    }

    public QueueIdSequence(Clock clock, int tag) {
        this.clock = clock;
        this.tag = tag;
    }

    /** An id later than every id before it. */
    public QueueId next() {
        Instant now = clock.instant();
        long micros = now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
        return new QueueId(lastMicros.updateAndGet(last -> Math.max(last + 1, micros)), tag);
    }
}
