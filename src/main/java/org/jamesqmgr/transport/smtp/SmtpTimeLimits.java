/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long a server may take. Each limit is for one whole reply, however slowly its bytes come; that
 * of the content is for each block that is sent.
 *
 * @param connect {@code smtp_connect_timeout}, for each address
 * @param helo {@code smtp_helo_timeout}: greeting, EHLO, HELO, each step of AUTH
 * @param starttls {@code smtp_starttls_timeout}: the reply to STARTTLS and the whole TLS handshake
 * @param mail {@code smtp_mail_timeout}
 * @param rcpt {@code smtp_rcpt_timeout}
 * @param dataInit {@code smtp_data_init_timeout}: the reply to DATA
 * @param dataXfer {@code smtp_data_xfer_timeout}: until the server has taken another block
 * @param dataDone {@code smtp_data_done_timeout}: the reply to the final dot
 * @param rset {@code smtp_rset_timeout}
 * @param quit {@code smtp_quit_timeout}: until QUIT is sent; its reply is not waited for
 */
public record SmtpTimeLimits(
        Duration connect,
        Duration helo,
        Duration starttls,
        Duration mail,
        Duration rcpt,
        Duration dataInit,
        Duration dataXfer,
        Duration dataDone,
        Duration rset,
        Duration quit) {

    public SmtpTimeLimits {
        Stream.of(connect, helo, starttls, mail, rcpt, dataInit, dataXfer, dataDone, rset, quit)
                .forEach(SmtpTimeLimits::requirePositive);
    }

    /** Postfix's defaults. */
    public static SmtpTimeLimits defaults() {
        Duration fiveMinutes = Duration.ofMinutes(5);
        return new SmtpTimeLimits(
                Duration.ofSeconds(30),
                fiveMinutes,
                fiveMinutes,
                fiveMinutes,
                fiveMinutes,
                Duration.ofSeconds(120),
                Duration.ofSeconds(180),
                Duration.ofSeconds(600),
                Duration.ofSeconds(20),
                fiveMinutes);
    }

    private static void requirePositive(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a time limit must be positive: " + limit);
        }
    }
}
