/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;

/**
 * How the agent smtp talks to other servers. Immutable.
 *
 * @param heloName what EHLO says, never empty
 * @param bindAddress where connections are made from, in numbers; empty if the system is to choose
 * @param timeouts all of them at least a second
 * @param tls whether connections are encrypted
 * @param login whether to log in at servers whose password is known
 * @param passwordFile where the passwords are, as a James URL, not read; empty if {@code login} is not set
 * @param addressLimit most addresses one delivery looks at; 0 is without limit
 * @param sessionLimit most servers one delivery talks to; 0 is without limit
 * @param skipRefusingHosts whether a 5xx greeting is taken for temporary
 * @param plaintextLogin whether a password may be sent over a connection that is not encrypted
 * @param connections how connections are kept
 * @param port where a next hop names none
 */
public record SmtpClientSettings(
        String heloName,
        String bindAddress,
        Timeouts timeouts,
        TlsLevel tls,
        boolean login,
        String passwordFile,
        int addressLimit,
        int sessionLimit,
        boolean skipRefusingHosts,
        boolean plaintextLogin,
        ConnectionLimits connections,
        int port) {

    /**
     * How long a connection is kept for more mail to the same server.
     *
     * @param idle zero to close it after each mail
     * @param age of one that is still used again
     * @param count most mails; 0 is without limit
     */
    public record ConnectionLimits(Duration idle, Duration age, int count) {}

    /** The time limits of a session, each for one step of it; named as Postfix's parameters. */
    public record Timeouts(
            Duration connect,
            Duration helo,
            Duration mail,
            Duration rcpt,
            Duration dataInit,
            Duration dataXfer,
            Duration dataDone,
            Duration quit,
            Duration rset,
            Duration starttls) {}
}
