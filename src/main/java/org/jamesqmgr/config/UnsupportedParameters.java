/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names an administrator may know, from Postfix or from a later version, that this version does not have. They are refused
 * like unknown ones, but nobody should look for a typing error in them.
 */
final class UnsupportedParameters {
    /** Complete names; a parameter moves from here to {@link Parameters}. */
    static final List<String> NAMES =
            List.of(
                    "bounce_queue_lifetime",
                    "bounce_size_limit",
                    "default_destination_concurrency_failed_cohort_limit",
                    "default_destination_concurrency_limit",
                    "default_destination_rate_delay",
                    "default_destination_recipient_limit",
                    "default_process_limit",
                    "defer_transports",
                    "delay_warning_time",
                    "initial_destination_concurrency",
                    "myhostname",
                    "notice_interval",
                    "notify_classes",
                    "queue_minfree",
                    "relayhost",
                    "sender_dependent_relayhost_maps",
                    "smtp_bind_address",
                    "smtp_connect_timeout",
                    "smtp_data_done_timeout",
                    "smtp_data_init_timeout",
                    "smtp_data_xfer_timeout",
                    "smtp_helo_name",
                    "smtp_helo_timeout",
                    "smtp_mail_timeout",
                    "smtp_quit_timeout",
                    "smtp_rcpt_timeout",
                    "smtp_rset_timeout",
                    "smtp_starttls_timeout",
                    "soft_bounce",
                    "syslog_name",
                    "transport_maps",
                    "transports");

    /** Names made of a transport's or a notice class's name. */
    private static final Pattern FAMILIES =
            Pattern.compile(
                    "[A-Za-z0-9-]+_(destination_concurrency_(failed_cohort_)?limit"
                            + "|destination_rate_delay|destination_recipient_limit"
                            + "|initial_destination_concurrency)"
                            + "|(2?bounce|data|delay|error|policy|protocol|resource|software)"
                            + "_notice_recipient");

    private UnsupportedParameters() {}

    static boolean contains(String name) {
        return NAMES.contains(name) || FAMILIES.matcher(name).matches();
    }
}
