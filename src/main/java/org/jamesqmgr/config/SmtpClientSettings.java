/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import org.jamesqmgr.transport.smtp.SmtpSettings;

/**
 * How the agent smtp talks to other servers. Immutable.
 *
 * @param smtp what the agent is told
 * @param login whether to log in at servers whose password is known ({@code smtp_sasl_auth_enable})
 * @param passwordFile where the passwords are, as a James URL, not read; empty if {@code login} is not set
 */
public record SmtpClientSettings(SmtpSettings smtp, boolean login, String passwordFile) {}
