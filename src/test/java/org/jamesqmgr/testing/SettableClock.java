/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is told to go on, a little with every look if it is to. Safe for use by any thread. */
public final class SettableClock extends Clock {

    private final AtomicReference<Instant> now;
    private volatile Duration step = Duration.ZERO;

    public SettableClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /** Time passes; backwards if {@code time} is negative. */
    public void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** From now on so much time passes whenever somebody looks. */
    public void runs(Duration withEveryLook) {
        step = withEveryLook;
    }

    @Override
    public Instant instant() {
        return now.getAndUpdate(instant -> instant.plus(step));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("instants only");
    }
}
