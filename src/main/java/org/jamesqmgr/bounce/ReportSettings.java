/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.time.Duration;

/**
 * How mail is reported on.
 *
 * @param bounceSizeLimit mail above so many bytes comes back without its body; 0 for no limit ({@code
 *     bounce_size_limit})
 * @param delayWarningTime the age at which the sender hears that mail is late; zero for never ({@code
 *     delay_warning_time})
 * @param doubleBounceSender local part of the envelope sender of what postmasters are told; mail to it
 *     is discarded ({@code double_bounce_sender})
 * @param templateFile with the words of reports, as James names files; empty for our own ({@code
 *     bounce_template_file})
 */
public record ReportSettings(
        long bounceSizeLimit,
        Duration delayWarningTime,
        String doubleBounceSender,
        String templateFile) {

    public ReportSettings {
        if (bounceSizeLimit < 0 || delayWarningTime.isNegative() || doubleBounceSender.isBlank()) {
            throw new IllegalArgumentException(
                    bounceSizeLimit + ", " + delayWarningTime + ", " + doubleBounceSender);
        }
    }
}
