/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/**
 * How much one delivery's success or failure weighs, as {@code
 * default_destination_concurrency_positive_feedback} and its counterpart say.
 *
 * @param amount the numerator, 0 to 1
 * @param divisor what it is divided by
 */
public record ConcurrencyFeedback(double amount, Divisor divisor) {

    /** What the amount is divided by. */
    public enum Divisor {
        ONE,
        CONCURRENCY,
        ROOT_OF_CONCURRENCY
    }

    public ConcurrencyFeedback {
        if (!(amount >= 0 && amount <= 1)) {
            throw new IllegalArgumentException("feedback must be from 0 to 1: " + amount);
        }
    }

    public static ConcurrencyFeedback constant(double amount) {
        return new ConcurrencyFeedback(amount, Divisor.ONE);
    }

    /** The weight at a window of this size. */
    double at(int window) {
        return switch (divisor) {
            case ONE -> amount;
            case CONCURRENCY -> amount / window;
            case ROOT_OF_CONCURRENCY -> amount / Math.sqrt(window);
        };
    }
}
