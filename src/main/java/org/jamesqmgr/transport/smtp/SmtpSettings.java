/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.time.Duration;

/**
 * Postfix's {@code smtp_*} parameters, as far as they apply.
 *
 * @param heloName {@code smtp_helo_name}: how we introduce ourselves
 * @param bindAddress {@code smtp_bind_address}: local address to connect from, for servers of the
 *     same address family; empty to leave it to the system
 * @param timeLimits the {@code smtp_*_timeout} parameters
 * @param tlsSecurityLevel {@code smtp_tls_security_level}
 * @param saslPlaintext {@code smtp_sasl_security_options} without {@code noplaintext}: whether a
 *     password may be sent over a connection that is not encrypted
 * @param mxAddressLimit {@code smtp_mx_address_limit}: how many addresses are tried; 0 for all
 * @param mxSessionLimit {@code smtp_mx_session_limit}: with how many hosts a session is held;
 *     attempts to connect do not count. 0 for no limit
 * @param connectionCacheTimeLimit {@code smtp_connection_cache_time_limit}: how long a connection is
 *     kept open for the next mail; zero to close it after each mail
 * @param connectionReuseTimeLimit {@code smtp_connection_reuse_time_limit}: how old a connection that
 *     is used again may be
 * @param connectionReuseCountLimit {@code smtp_connection_reuse_count_limit}: how many mails may go
 *     over a connection; 0 for no limit
 * @param defaultPort {@code smtp_tcp_port}: for next hops that name none
 * @param skip5xxGreeting {@code smtp_skip_5xx_greeting}: whether a final refusal in the greeting is
 *     taken for a passing one
 */
public record SmtpSettings(
        String heloName,
        String bindAddress,
        SmtpTimeLimits timeLimits,
        TlsSecurityLevel tlsSecurityLevel,
        boolean saslPlaintext,
        int mxAddressLimit,
        int mxSessionLimit,
        Duration connectionCacheTimeLimit,
        Duration connectionReuseTimeLimit,
        int connectionReuseCountLimit,
        int defaultPort,
        boolean skip5xxGreeting) {

    private static final int SMTP_PORT = 25;

    public SmtpSettings {
        if (heloName.isBlank()
                || mxAddressLimit < 0
                || mxSessionLimit < 0
                || connectionCacheTimeLimit.isNegative()
                || connectionReuseCountLimit < 0
                || defaultPort <= 0) {
            throw new IllegalArgumentException("SMTP settings out of range");
        }
    }

    /** Postfix's defaults. The name to introduce ourselves with has none, and should be set. */
    public static SmtpSettings defaults() {
        return new SmtpSettings(
                "localhost",
                "",
                SmtpTimeLimits.defaults(),
                TlsSecurityLevel.NONE,
                false,
                5,
                2,
                Duration.ofSeconds(2),
                Duration.ofSeconds(300),
                0,
                SMTP_PORT,
                true);
    }
}
