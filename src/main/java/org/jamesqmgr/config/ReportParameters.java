/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.util.List;

/** How senders hear of their mail. */
final class ReportParameters {

    static final Parameter<Long> BOUNCE_SIZE_LIMIT =
            Parameter.postfix(
                    "bounce_size_limit",
                    new SizeValue(),
                    "50000",
                    "Larger mail is returned without its body; 0 means no limit.");

    static final Parameter<String> BOUNCE_TEMPLATE_FILE =
            Parameter.postfix(
                    "bounce_template_file",
                    new OrEmpty(TextValue.TEMPLATE_FILE),
                    "",
                    "The file with the words of reports, as file://conf/bounce.cf; our own words if empty.");

    static final Parameter<Duration> DELAY_WARNING_TIME =
            Parameter.postfix(
                    "delay_warning_time",
                    TimeValue.inHours(Duration.ZERO),
                    "0h",
                    "The age at which the sender is told, once, that mail is late; 0h means never. Hours if no unit is given.");

    static final Parameter<String> DOUBLE_BOUNCE_SENDER =
            Parameter.postfix(
                    "double_bounce_sender",
                    TextValue.LOCAL_PART,
                    "double-bounce",
                    "The local part of the sender of mail to the postmaster; mail to this address is discarded, so that no reports go round in circles.");

    static final List<Parameter<?>> ALL =
            List.of(
                    BOUNCE_SIZE_LIMIT,
                    BOUNCE_TEMPLATE_FILE,
                    DELAY_WARNING_TIME,
                    DOUBLE_BOUNCE_SENDER);

    private ReportParameters() {}
}
