/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;

/**
 * How a transport may be driven.
 *
 * @param processes most deliveries at a time, at least 1 ({@code maxproc}, {@code
 *     default_process_limit})
 * @param initialConcurrency deliveries to a new destination at a time, at least 1 ({@code
 *     initial_destination_concurrency})
 * @param concurrencyLimit most deliveries to a destination at a time; 0 is without limit ({@code
 *     destination_concurrency_limit})
 * @param failedCohorts pseudo-cohorts of failures that make a destination dead; 0 is never ({@code
 *     destination_concurrency_failed_cohort_limit})
 * @param positive what a success adds
 * @param negative what a failure takes away
 * @param recipientLimit most recipients of one delivery; 0 is without limit; 1 makes each recipient a
 *     destination of its own ({@code destination_recipient_limit})
 * @param rateDelay pause after each delivery to a destination; if there is one, deliveries to it are
 *     one at a time ({@code destination_rate_delay})
 */
public record TransportLimits(
        int processes,
        int initialConcurrency,
        int concurrencyLimit,
        int failedCohorts,
        ConcurrencyFeedback positive,
        ConcurrencyFeedback negative,
        int recipientLimit,
        Duration rateDelay) {

    public TransportLimits {
        if (processes < 1 || initialConcurrency < 1) {
            throw new IllegalArgumentException(
                    "at least one at a time: " + processes + ", " + initialConcurrency);
        }
        if (concurrencyLimit < 0
                || failedCohorts < 0
                || recipientLimit < 0
                || rateDelay.isNegative()) {
            throw new IllegalArgumentException("negative limit");
        }
    }

    /** Postfix's defaults. */
    public static TransportLimits defaults() {
        return new TransportLimits(
                100,
                5,
                20,
                1,
                ConcurrencyFeedback.constant(1),
                ConcurrencyFeedback.constant(1),
                50,
                Duration.ZERO);
    }
}
