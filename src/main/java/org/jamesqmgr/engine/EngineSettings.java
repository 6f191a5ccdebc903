/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import org.jamesqmgr.schedule.ActiveLimits;
import org.jamesqmgr.schedule.RejectionPolicy;
import org.jamesqmgr.schedule.RetrySchedule;

/**
 * What an administrator can set of the engine.
 *
 * @param queueRunDelay how often the deferred queue is looked over for messages that are due ({@code
 *     queue_run_delay})
 * @param retry when deferred messages are due
 * @param bounceLifetime the age at which a failure is final for mail from the null sender; never above
 *     that of other mail ({@code bounce_queue_lifetime})
 * @param rejection when refused messages are put on hold
 * @param limits bounds of the active queue
 * @param stopTimeout how long a clean stop waits for what is in work ({@code stop_timeout})
 */
public record EngineSettings(
        Duration queueRunDelay,
        RetrySchedule retry,
        Duration bounceLifetime,
        RejectionPolicy rejection,
        ActiveLimits limits,
        Duration stopTimeout) {

    public EngineSettings {
        if (queueRunDelay.isNegative() || queueRunDelay.isZero()) {
            throw new IllegalArgumentException(
                    "queue run delay must be positive: " + queueRunDelay);
        }
        bounceLifetime =
                bounceLifetime.compareTo(retry.lifetime()) > 0 ? retry.lifetime() : bounceLifetime;
        if (bounceLifetime.isNegative()) {
            throw new IllegalArgumentException("negative bounce lifetime: " + bounceLifetime);
        }
        if (stopTimeout.isNegative()) {
            throw new IllegalArgumentException("negative stop timeout: " + stopTimeout);
        }
    }

    public static EngineSettings defaults() {
        return new EngineSettings(
                Duration.ofSeconds(1000),
                RetrySchedule.defaults(),
                RetrySchedule.defaults().lifetime(),
                RejectionPolicy.defaults(),
                ActiveLimits.defaults(),
                Duration.ofSeconds(60));
    }

    public EngineSettings withQueueRunDelay(Duration delay) {
        return new EngineSettings(delay, retry, bounceLifetime, rejection, limits, stopTimeout);
    }

    public EngineSettings withRetry(RetrySchedule schedule) {
        return new EngineSettings(
                queueRunDelay, schedule, bounceLifetime, rejection, limits, stopTimeout);
    }

    public EngineSettings withBounceLifetime(Duration lifetime) {
        return new EngineSettings(queueRunDelay, retry, lifetime, rejection, limits, stopTimeout);
    }

    public EngineSettings withLimits(ActiveLimits bounds) {
        return new EngineSettings(
                queueRunDelay, retry, bounceLifetime, rejection, bounds, stopTimeout);
    }

    public EngineSettings withStopTimeout(Duration timeout) {
        return new EngineSettings(queueRunDelay, retry, bounceLifetime, rejection, limits, timeout);
    }
}
