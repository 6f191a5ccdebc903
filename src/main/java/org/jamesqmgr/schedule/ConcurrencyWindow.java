/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/**
 * How many deliveries at a time one destination is trusted with: Postfix's feedback control. A
 * success adds to the window, a failure takes from it, both by an amount that may depend on the
 * window; it moves once the sum has passed one less half a step (hysteresis). Failures also add up
 * to pseudo-cohorts: a failure at window {@code n} is an n-th of one.
 *
 * <p>With the defaults the first failure lowers the window by two, the next by one, the third is
 * the end: 5, 3, 2, dead.
 */
final class ConcurrencyWindow {

    private static final int ENDLESS = Integer.MAX_VALUE;

    /** Sums of n-ths fall short of the whole by some bits. */
    private static final double ROUNDING = 1e-9;

    private TransportLimits limits;
    private int size;
    private double success;
    private double failure;
    private double failedCohorts;

    ConcurrencyWindow(TransportLimits limits) {
        this.limits = limits;
        this.size = initial();
    }

    int size() {
        return size;
    }

    double failedCohorts() {
        return failedCohorts;
    }

    /**
     * A delivery ended without a failure of the site.
     *
     * @param busy deliveries in progress, that one included: what is not used does not grow
     */
    void succeeded(int busy) {
        failedCohorts = 0;
        if (size >= limit() || size >= busy + initial()) {
            return;
        }
        double step = limits.positive().at(size);
        success += step;
        while (success + step / 2 >= 1) {
            size++;
            success -= 1;
            failure = 0;
        }
        size = Math.min(size, limit());
    }

    /**
     * A delivery found the site failing.
     *
     * @return whether that was one too many
     */
    boolean failed() {
        failedCohorts += 1.0 / size;
        if (limits.failedCohorts() > 0 && failedCohorts + ROUNDING >= limits.failedCohorts()) {
            return true;
        }
        double step = limits.negative().at(size);
        failure -= step;
        while (failure - step / 2 < 0) {
            size--;
            success = 0;
            failure += 1;
        }
        size = Math.max(size, 1);
        return false;
    }

    /** A dead destination gets a fresh start: with what is in progress, if anything is. */
    void restart(int busy) {
        size = busy > 0 ? Math.min(busy, limit()) : initial();
        success = 0;
        failure = 0;
        failedCohorts = 0;
    }

    void adopt(TransportLimits changed) {
        limits = changed;
        size = Math.min(size, limit());
    }

    private int initial() {
        return Math.min(Math.min(limits.initialConcurrency(), limits.processes()), limit());
    }

    private int limit() {
        if (!limits.rateDelay().isZero()) {
            return 1;
        }
        return limits.concurrencyLimit() == 0 ? ENDLESS : limits.concurrencyLimit();
    }
}
