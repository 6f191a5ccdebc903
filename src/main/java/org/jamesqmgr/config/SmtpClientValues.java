/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import org.jamesqmgr.transport.smtp.SmtpSettings;
import org.jamesqmgr.transport.smtp.SmtpTimeLimits;

/** Makes of values that have been checked what the agent smtp takes. */
record SmtpClientValues(ParameterValues values) {
    private static final String MYHOSTNAME = "$myhostname";

    SmtpClientSettings toSettings() {
        return new SmtpClientSettings(
                smtp(),
                values.get(SmtpClientParameters.SMTP_SASL_AUTH_ENABLE),
                values.get(SmtpClientParameters.SMTP_SASL_PASSWORD_MAPS));
    }

    private SmtpSettings smtp() {
        return new SmtpSettings(
                heloName(),
                values.get(SmtpClientParameters.SMTP_BIND_ADDRESS),
                timeLimits(),
                values.get(SmtpClientParameters.SMTP_TLS_SECURITY_LEVEL),
                !values.get(SmtpClientParameters.SMTP_SASL_SECURITY_OPTIONS)
                        .contains(SaslOptionsValue.NO_PLAINTEXT),
                values.get(SmtpClientParameters.SMTP_MX_ADDRESS_LIMIT),
                values.get(SmtpClientParameters.SMTP_MX_SESSION_LIMIT),
                values.get(SmtpClientParameters.SMTP_CONNECTION_CACHE_TIME_LIMIT),
                values.get(SmtpClientParameters.SMTP_CONNECTION_REUSE_TIME_LIMIT),
                values.get(SmtpClientParameters.SMTP_CONNECTION_REUSE_COUNT_LIMIT),
                values.get(SmtpClientParameters.SMTP_TCP_PORT),
                values.get(SmtpClientParameters.SMTP_SKIP_5XX_GREETING));
    }

    private String heloName() {
        String name = values.get(SmtpClientParameters.SMTP_HELO_NAME);
        return name.equals(MYHOSTNAME) ? new DeliveryValues(values).myhostname() : name;
    }

    private SmtpTimeLimits timeLimits() {
        return new SmtpTimeLimits(
                values.get(SmtpClientParameters.SMTP_CONNECT_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_HELO_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_STARTTLS_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_MAIL_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_RCPT_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_DATA_INIT_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_DATA_XFER_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_DATA_DONE_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_RSET_TIMEOUT),
                values.get(SmtpClientParameters.SMTP_QUIT_TIMEOUT));
    }
}
