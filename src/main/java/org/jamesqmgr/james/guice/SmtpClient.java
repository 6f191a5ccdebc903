/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.io.FileNotFoundException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.james.filesystem.api.FileSystem;
import org.jamesqmgr.config.PasswordFileReader;
import org.jamesqmgr.config.PasswordTable;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.SmtpClientSettings;
import org.jamesqmgr.transport.smtp.Credentials;
import org.jamesqmgr.transport.smtp.DnsExchangers;
import org.jamesqmgr.transport.smtp.SmtpDeliveryAgent;
import org.jamesqmgr.transport.smtp.SmtpSettings;
import org.jamesqmgr.transport.smtp.SmtpTimeLimits;
import org.jamesqmgr.transport.smtp.TlsSecurityLevel;
import org.jamesqmgr.transport.smtp.UserPassword;

/** Puts the SMTP agent together from the settings. */
final class SmtpClient {

    /** For all questions to the name service about one next hop; Postfix leaves it to the system. */
    private static final Duration NAME_SERVICE = Duration.ofSeconds(20);

    private SmtpClient() {}

    static SmtpDeliveryAgent agent(QmgrSettings settings, FileSystem files, Clock clock)
            throws QmgrConfigurationException, FileNotFoundException {
        SmtpClientSettings client = settings.smtpClient();
        DnsExchangers exchangers =
                DnsExchangers.ofJames(
                        new DnsExchangers.Settings(
                                settings.delivery().myhostname(),
                                client.addressLimit(),
                                NAME_SERVICE));
        return new SmtpDeliveryAgent(
                settings(client),
                exchangers,
                credentials(client, files),
                clock,
                System::nanoTime,
                timer());
    }

    private static SmtpSettings settings(SmtpClientSettings client) {
        SmtpClientSettings.ConnectionLimits connections = client.connections();
        return new SmtpSettings(
                client.heloName(),
                client.bindAddress(),
                timeLimits(client.timeouts()),
                TlsSecurityLevel.valueOf(client.tls().name().toUpperCase(Locale.ROOT)),
                client.plaintextLogin(),
                client.addressLimit(),
                client.sessionLimit(),
                connections.idle(),
                connections.age(),
                connections.count(),
                client.port(),
                client.skipRefusingHosts());
    }

    private static SmtpTimeLimits timeLimits(SmtpClientSettings.Timeouts timeouts) {
        return new SmtpTimeLimits(
                timeouts.connect(),
                timeouts.helo(),
                timeouts.starttls(),
                timeouts.mail(),
                timeouts.rcpt(),
                timeouts.dataInit(),
                timeouts.dataXfer(),
                timeouts.dataDone(),
                timeouts.rset(),
                timeouts.quit());
    }

    private static Credentials credentials(SmtpClientSettings client, FileSystem files)
            throws QmgrConfigurationException, FileNotFoundException {
        if (!client.login()) {
            return Credentials.NONE;
        }
        PasswordTable passwords =
                PasswordFileReader.read(files.getFile(client.passwordFile()).toPath());
        return (nexthop, host) ->
                passwords
                        .find(nexthop.asString(), host)
                        .map(login -> new UserPassword(login.user(), login.password()));
    }

    /** Closes connections whose time is over; outlives the agent, keeps no server from ending. */
    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "qmgr-smtp-timer");
                            thread.setDaemon(true);
                            return thread;
                        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
