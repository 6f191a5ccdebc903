/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;
import java.time.Instant;

/**
 * When a deferred message is tried again: after as long as it has been queued so far, so that the
 * wait about doubles each time, within two bounds.
 *
 * <p>A message from the future (the clock was turned back) counts as new.
 *
 * @param minimalBackoff least wait; may be zero ({@code minimal_backoff_time})
 * @param maximalBackoff longest wait ({@code maximal_backoff_time})
 * @param lifetime age at which a failure is final; zero means one attempt only ({@code
 *     maximal_queue_lifetime})
 */
public record RetrySchedule(Duration minimalBackoff, Duration maximalBackoff, Duration lifetime) {

    public RetrySchedule {
        if (minimalBackoff.isNegative() || lifetime.isNegative()) {
            throw new IllegalArgumentException(
                    "negative backoff or lifetime: " + minimalBackoff + ", " + lifetime);
        }
        if (minimalBackoff.compareTo(maximalBackoff) > 0) {
            throw new IllegalArgumentException(
                    "minimal backoff " + minimalBackoff + " is above maximal " + maximalBackoff);
        }
    }

    /** 1000 s to 4000 s, for five days. */
    public static RetrySchedule defaults() {
        return new RetrySchedule(
                Duration.ofSeconds(1000), Duration.ofSeconds(4000), Duration.ofDays(5));
    }

    /**
     * The next attempt of a message that has just failed.
     *
     * @param created base of its age
     */
    public Instant nextAttempt(Instant created, Instant now) {
        return now.plus(backoff(age(created, now)));
    }

    /** Whether a message that has just failed is too old to be tried again. */
    public boolean expired(Instant created, Instant now) {
        return age(created, now).compareTo(lifetime) >= 0;
    }

    private Duration backoff(Duration age) {
        if (age.compareTo(minimalBackoff) < 0) {
            return minimalBackoff;
        }
        return age.compareTo(maximalBackoff) > 0 ? maximalBackoff : age;
    }

    private static Duration age(Instant created, Instant now) {
        return created.isBefore(now) ? Duration.between(created, now) : Duration.ZERO;
    }
}
