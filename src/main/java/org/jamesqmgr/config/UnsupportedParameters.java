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
                    "alias_maps",
                    "always_bcc",
                    "authorized_flush_users",
                    "confirm_delay_cleared",
                    "default_transport",
                    "delay_logging_resolution_limit",
                    "destination_concurrency_feedback_debug",
                    "disable_dns_lookups",
                    "enable_long_queue_ids",
                    "enable_threaded_bounces",
                    "fallback_transport",
                    "fast_flush_domains",
                    "fast_flush_purge_time",
                    "fast_flush_refresh_time",
                    "hash_queue_depth",
                    "hash_queue_names",
                    "helpful_warnings",
                    "in_flow_delay",
                    "inet_interfaces",
                    "inet_protocols",
                    "local_transport",
                    "mailbox_size_limit",
                    "message_size_limit",
                    "mydestination",
                    "mydomain",
                    "mynetworks",
                    "myorigin",
                    "qmgr_clog_warn_time",
                    "qmgr_daemon_timeout",
                    "qmgr_ipc_timeout",
                    "qmgr_message_recipient_minimum",
                    "qmqpd_timeout",
                    "recipient_delimiter",
                    "relay_transport",
                    "sender_dependent_default_transport_maps",
                    "smtp_address_preference",
                    "smtp_always_send_ehlo",
                    "smtp_balance_inet_protocols",
                    "smtp_bind_address6",
                    "smtp_connection_cache_destinations",
                    "smtp_connection_cache_on_demand",
                    "smtp_defer_if_no_mx_address_found",
                    "smtp_discard_ehlo_keywords",
                    "smtp_dns_resolver_options",
                    "smtp_fallback_relay",
                    "smtp_generic_maps",
                    "smtp_header_checks",
                    "smtp_host_lookup",
                    "smtp_line_length_limit",
                    "smtp_never_send_ehlo",
                    "smtp_per_record_deadline",
                    "smtp_pix_workarounds",
                    "smtp_quote_rfc821_envelope",
                    "smtp_randomize_addresses",
                    "smtp_reply_filter",
                    "smtp_sasl_mechanism_filter",
                    "smtp_sasl_tls_security_options",
                    "smtp_send_xforward_command",
                    "smtp_sender_dependent_authentication",
                    "smtp_skip_4xx_greeting",
                    "smtp_skip_quit_response",
                    "smtp_tls_CAfile",
                    "smtp_tls_CApath",
                    "smtp_tls_ciphers",
                    "smtp_tls_loglevel",
                    "smtp_tls_mandatory_ciphers",
                    "smtp_tls_mandatory_protocols",
                    "smtp_tls_note_starttls_offer",
                    "smtp_tls_policy_maps",
                    "smtp_tls_protocols",
                    "smtp_tls_session_cache_database",
                    "smtp_tls_wrappermode",
                    "smtp_xforward_timeout",
                    "syslog_facility",
                    "transport_retry_time",
                    "trigger_timeout",
                    "virtual_transport");

    /** Names made of a transport's name. */
    private static final Pattern FAMILIES =
            Pattern.compile(
                    "(?!.*_(destination|message)_recipient_limit)"
                            + "[A-Za-z0-9_-]+_(transport_rate_delay|destination_concurrency_feedback_debug"
                            + "|(delivery_slot_(cost|discount|loan))|minimum_delivery_slots"
                            + "|(extra_)?recipient_limit|recipient_refill_(delay|limit))");

    private UnsupportedParameters() {}

    static boolean contains(String name) {
        return NAMES.contains(name) || FAMILIES.matcher(name).matches();
    }
}
