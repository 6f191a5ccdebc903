/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.maillog;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;

/** Delays as Postfix writes them: seconds, two significant digits, two decimals at most. */
final class Seconds {

    private static final int DECIMALS = 2;
    private static final MathContext SIGNIFICANT = new MathContext(2, RoundingMode.HALF_UP);
    private static final int NO_FRACTION_FROM = 10;

    private Seconds() {}

    static String of(Duration duration) {
        if (duration.isNegative()) {
            return "0";
        }
        if (duration.toSeconds() >= NO_FRACTION_FROM) {
            return Long.toString(duration.toSeconds());
        }
        BigDecimal seconds =
                BigDecimal.valueOf(duration.toNanos(), 9)
                        .round(SIGNIFICANT)
                        .setScale(DECIMALS, RoundingMode.HALF_UP);
        return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
    }
}
