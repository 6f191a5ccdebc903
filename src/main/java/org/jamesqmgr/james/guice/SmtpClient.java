/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.io.FileNotFoundException;
import java.time.Clock;
import java.time.Duration;
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
import org.jamesqmgr.transport.smtp.ProtocolNotices;
import org.jamesqmgr.transport.smtp.RelayExchangers;
import org.jamesqmgr.transport.smtp.SmtpDeliveryAgent;
import org.jamesqmgr.transport.smtp.UserPassword;

/** Puts the SMTP agent together from the settings. */
final class SmtpClient {

    /** For all questions to the name service about one next hop; Postfix leaves it to the system. */
    private static final Duration NAME_SERVICE = Duration.ofSeconds(20);

    private SmtpClient() {}

    static SmtpDeliveryAgent agent(
            QmgrSettings settings,
            CurrentRoutes routes,
            FileSystem files,
            ProtocolNotices notices,
            Clock clock)
            throws QmgrConfigurationException, FileNotFoundException {
        SmtpClientSettings client = settings.smtpClient();
        DnsExchangers exchangers =
                DnsExchangers.ofJames(
                        new DnsExchangers.Settings(
                                settings.delivery().myhostname(),
                                client.smtp().mxAddressLimit(),
                                NAME_SERVICE));
        return new SmtpDeliveryAgent(
                client.smtp(),
                new RelayExchangers(exchangers, routes::relay),
                credentials(client, files),
                notices,
                clock,
                System::nanoTime,
                timer());
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
