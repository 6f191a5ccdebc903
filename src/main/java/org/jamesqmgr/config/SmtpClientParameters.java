/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.util.List;
import org.jamesqmgr.transport.smtp.TlsSecurityLevel;

/** How the agent smtp talks to other servers. */
final class SmtpClientParameters {
    private static final ValueType<Duration> TIME = TimeValue.inSeconds(Duration.ofSeconds(1));

    static final Parameter<String> SMTP_HELO_NAME =
            Parameter.postfix(
                    "smtp_helo_name",
                    TextValue.HELO_NAME,
                    "$myhostname",
                    "The name the SMTP client says in EHLO.");

    static final Parameter<String> SMTP_BIND_ADDRESS =
            Parameter.postfix(
                    "smtp_bind_address",
                    new OrEmpty(new AddressValue()),
                    "",
                    "The address of this machine that connections are made from; if empty, the system chooses.");

    static final Parameter<Duration> SMTP_CONNECT_TIMEOUT =
            Parameter.postfix(
                    "smtp_connect_timeout",
                    TIME,
                    "30s",
                    "The time limit of connecting to an address, before the next one is tried.");

    static final Parameter<Duration> SMTP_HELO_TIMEOUT =
            Parameter.postfix(
                    "smtp_helo_timeout",
                    TIME,
                    "300s",
                    "The time limit of waiting for the greeting and for the reply to EHLO.");

    static final Parameter<Duration> SMTP_MAIL_TIMEOUT =
            Parameter.postfix(
                    "smtp_mail_timeout",
                    TIME,
                    "300s",
                    "The time limit of waiting for the reply to MAIL FROM.");

    static final Parameter<Duration> SMTP_RCPT_TIMEOUT =
            Parameter.postfix(
                    "smtp_rcpt_timeout",
                    TIME,
                    "300s",
                    "The time limit of waiting for the reply to RCPT TO.");

    static final Parameter<Duration> SMTP_DATA_INIT_TIMEOUT =
            Parameter.postfix(
                    "smtp_data_init_timeout",
                    TIME,
                    "120s",
                    "The time limit of waiting for the reply to DATA.");

    static final Parameter<Duration> SMTP_DATA_XFER_TIMEOUT =
            Parameter.postfix(
                    "smtp_data_xfer_timeout",
                    TIME,
                    "180s",
                    "The time limit of sending a piece of the content.");

    static final Parameter<Duration> SMTP_DATA_DONE_TIMEOUT =
            Parameter.postfix(
                    "smtp_data_done_timeout",
                    TIME,
                    "600s",
                    "The time limit of waiting for the reply to the end of the content.");

    static final Parameter<Duration> SMTP_QUIT_TIMEOUT =
            Parameter.postfix(
                    "smtp_quit_timeout",
                    TIME,
                    "300s",
                    "The time limit of waiting for the reply to QUIT.");

    static final Parameter<Duration> SMTP_RSET_TIMEOUT =
            Parameter.postfix(
                    "smtp_rset_timeout",
                    TIME,
                    "20s",
                    "The time limit of waiting for the reply to RSET.");

    static final Parameter<Duration> SMTP_STARTTLS_TIMEOUT =
            Parameter.postfix(
                    "smtp_starttls_timeout", TIME, "300s", "The time limit of the TLS handshake.");

    static final Parameter<TlsSecurityLevel> SMTP_TLS_SECURITY_LEVEL =
            Parameter.postfix(
                    "smtp_tls_security_level",
                    new ChoiceValue<>(TlsSecurityLevel.class),
                    "may",
                    "Whether connections are encrypted: none, may (if the other server offers it, without checking its certificate), encrypt (or nothing is sent).");

    static final Parameter<Boolean> SMTP_SASL_AUTH_ENABLE =
            Parameter.postfix(
                    "smtp_sasl_auth_enable",
                    new YesNoValue(),
                    "no",
                    "Whether to log in at servers that smtp_sasl_password_maps knows: yes or no.");

    static final Parameter<String> SMTP_SASL_PASSWORD_MAPS =
            Parameter.postfix(
                    "smtp_sasl_password_maps",
                    new OrEmpty(TextValue.FILE),
                    "",
                    "The file of names and passwords, with lines such as: [smarthost.example]:587 user:password. As file://conf/sasl_passwd; keep others from reading it.");

    static final Parameter<List<String>> SMTP_SASL_SECURITY_OPTIONS =
            Parameter.postfix(
                    "smtp_sasl_security_options",
                    new SaslOptionsValue(),
                    "noplaintext, noanonymous",
                    "With noplaintext a password is sent over encrypted connections alone, and mail waits"
                            + " where there is none; an empty value lets passwords go in the clear.");

    static final Parameter<Integer> SMTP_MX_ADDRESS_LIMIT =
            Parameter.postfix(
                    "smtp_mx_address_limit",
                    new CountValue(0),
                    "5",
                    "The most addresses of a destination that one delivery looks at; 0 means no limit.");

    static final Parameter<Integer> SMTP_MX_SESSION_LIMIT =
            Parameter.postfix(
                    "smtp_mx_session_limit",
                    new CountValue(0),
                    "2",
                    "The most servers of a destination that one delivery talks to; 0 means no limit.");

    static final Parameter<Boolean> SMTP_SKIP_5XX_GREETING =
            Parameter.postfix(
                    "smtp_skip_5xx_greeting",
                    new YesNoValue(),
                    "yes",
                    "Whether a server that refuses to talk to us (5xx greeting) is passed over and tried again later; otherwise the mail is returned: yes or no.");

    static final Parameter<Duration> SMTP_CONNECTION_CACHE_TIME_LIMIT =
            Parameter.postfix(
                    "smtp_connection_cache_time_limit",
                    TimeValue.inSeconds(Duration.ZERO),
                    "2s",
                    "How long an idle connection is kept for more mail to the same server; 0s closes it"
                            + " after each mail.");

    static final Parameter<Duration> SMTP_CONNECTION_REUSE_TIME_LIMIT =
            Parameter.postfix(
                    "smtp_connection_reuse_time_limit",
                    TIME,
                    "300s",
                    "The age at which a connection is not used again.");

    static final Parameter<Integer> SMTP_CONNECTION_REUSE_COUNT_LIMIT =
            Parameter.postfix(
                    "smtp_connection_reuse_count_limit",
                    new CountValue(0),
                    "0",
                    "The most mails over one connection; 0 means no limit.");

    static final Parameter<Integer> SMTP_TCP_PORT =
            Parameter.postfix(
                    "smtp_tcp_port",
                    new CountValue(1, 65535),
                    "25",
                    "The port of other servers, where a next hop names none.");

    static final List<Parameter<?>> ALL =
            List.of(
                    SMTP_HELO_NAME,
                    SMTP_BIND_ADDRESS,
                    SMTP_CONNECT_TIMEOUT,
                    SMTP_HELO_TIMEOUT,
                    SMTP_MAIL_TIMEOUT,
                    SMTP_RCPT_TIMEOUT,
                    SMTP_DATA_INIT_TIMEOUT,
                    SMTP_DATA_XFER_TIMEOUT,
                    SMTP_DATA_DONE_TIMEOUT,
                    SMTP_QUIT_TIMEOUT,
                    SMTP_RSET_TIMEOUT,
                    SMTP_STARTTLS_TIMEOUT,
                    SMTP_TLS_SECURITY_LEVEL,
                    SMTP_SASL_AUTH_ENABLE,
                    SMTP_SASL_PASSWORD_MAPS,
                    SMTP_SASL_SECURITY_OPTIONS,
                    SMTP_MX_ADDRESS_LIMIT,
                    SMTP_MX_SESSION_LIMIT,
                    SMTP_SKIP_5XX_GREETING,
                    SMTP_CONNECTION_CACHE_TIME_LIMIT,
                    SMTP_CONNECTION_REUSE_TIME_LIMIT,
                    SMTP_CONNECTION_REUSE_COUNT_LIMIT,
                    SMTP_TCP_PORT);

    private SmtpClientParameters() {}
}
