/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.maillog;

import java.time.Duration;

/** Delays as Postfix writes them: seconds, two significant digits, two decimals at most. */
final class Seconds {

    private static final int NO_FRACTION_FROM = 10;
    private static final long HUNDREDTH = 10_000_000L;
    private static final long TENTH = 10 * HUNDREDTH;

    private Seconds() {}

    static String of(Duration duration) {
        if (duration.isNegative()) {
            return "0";
        }
        if (duration.toSeconds() >= NO_FRACTION_FROM) {
            return Long.toString(duration.toSeconds());
        }
        return decimal(hundredths(duration.toNanos()));
    }

    /** To two digits first and to two decimals then, up from the half each time. */
    private static long hundredths(long nanos) {
        if (nanos >= 10 * TENTH) {
            return rounded(nanos, TENTH) * 10;
        }
        long unit = 1;
        while (nanos >= 100 * unit) {
            unit *= 10;
        }
        return rounded(rounded(nanos, unit) * unit, HUNDREDTH);
    }

    private static long rounded(long nanos, long unit) {
        return (nanos + unit / 2) / unit;
    }

    private static String decimal(long hundredths) {
        long fraction = hundredths % 100;
        String seconds = Long.toString(hundredths / 100);
        if (fraction == 0) {
            return seconds;
        }
        return fraction % 10 == 0
                ? seconds + "." + fraction / 10
                : seconds + (fraction < 10 ? ".0" : ".") + fraction;
    }
}
