/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.time.Duration;

/**
 * One server under one load, once.
 *
 * @param elapsed from the first connection to the server to the arrival of the last message at the sink
 * @param server time of the processors that the server has used, what it tidies up afterwards included
 * @param tools the same of what sends, receives and measures
 * @param others share of all processors that neither of them has used: other programs, the kernel's own
 *     threads, other guests of the same host
 */
record Measurement(
        String subject,
        Load load,
        long messages,
        Duration elapsed,
        Duration server,
        Duration tools,
        double others) {

    /** Above this share the figures are not worth much. The kernel's work for the disk is well below it. */
    private static final double DISTURBED = 0.1;

    /** Messages in a second. */
    double rate() {
        return messages / seconds(elapsed);
    }

    /** Seconds of the processors that the server needs for a thousand messages. */
    double cost() {
        return perThousand(server);
    }

    boolean isDisturbed() {
        return others > DISTURBED;
    }

    private double perThousand(Duration time) {
        return seconds(time) * 1000 / messages;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    @Override
    public String toString() {
        return String.format(
                "%-9s %-26s %7d messages in %5.1f s: %6.0f/s, %.2f CPU s per 1,000 (tools %.2f), others"
                        + " %.0f %%%s",
                subject,
                load,
                messages,
                seconds(elapsed),
                rate(),
                cost(),
                perThousand(tools),
                100 * others,
                isDisturbed() ? " DISTURBED" : "");
    }
}
