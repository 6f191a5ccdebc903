/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocketFactory;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Nexthop;

/**
 * From nothing to a session: connect, greeting, EHLO, STARTTLS, AUTH. Safe for use by any thread.
 *
 * <p>A failure of class 4 says that the next host should be tried, one of class 5 that the recipients
 * cannot be delivered to.
 */
final class SessionOpener {

    private final SmtpSettings settings;
    private final Credentials credentials;
    private final Connector connector;
    private final LongSupplier nanoTime;
    private final SSLSocketFactory tls = OpportunisticTls.socketFactory();

    SessionOpener(
            SmtpSettings settings,
            Credentials credentials,
            Connector connector,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.credentials = credentials;
        this.connector = connector;
        this.nanoTime = nanoTime;
    }

    SmtpSession open(Nexthop nexthop, Peer peer, Transcript transcript) throws SmtpFailure {
        long begun = nanoTime.getAsLong();
        Optional<UserPassword> user = credentials.find(nexthop, peer.hostName());
        try {
            return open(peer, user, settings.tlsSecurityLevel(), begun, transcript);
        } catch (SmtpFailure e) {
            // A password is not sent in plain text because somebody disturbs the encryption.
            if (e.stage() == SmtpFailure.Stage.ENCRYPTING && user.isEmpty()) {
                return open(peer, user, TlsSecurityLevel.NONE, begun, transcript);
            }
            throw e;
        }
    }

    private SmtpSession open(
            Peer peer,
            Optional<UserPassword> user,
            TlsSecurityLevel level,
            long begun,
            Transcript transcript)
            throws SmtpFailure {
        SmtpConnection connection = connector.connect(peer, transcript);
        try {
            greeting(connection);
            Extensions extensions = secure(connection, hello(connection), level);
            if (user.isPresent()) {
                logIn(connection, extensions, user.get());
            }
            return new SmtpSession(connection, extensions, settings, nanoTime, begun);
        } catch (SmtpFailure e) {
            connection.quit(settings.timeLimits().quit());
            throw e;
        }
    }

    private void greeting(SmtpConnection connection) throws SmtpFailure {
        SmtpReply reply = connection.reply(Phase.GREETING, settings.timeLimits().helo());
        if (!reply.positive()) {
            boolean forGood = reply.code() / 100 == 5 && !settings.skip5xxGreeting();
            throw refused(connection, Phase.GREETING, reply, forGood);
        }
    }

    private Extensions hello(SmtpConnection connection) throws SmtpFailure {
        SmtpReply reply = say(connection, "EHLO ", Phase.EHLO);
        if (reply.positive()) {
            return Extensions.of(reply);
        }
        if (reply.closing()) {
            throw refused(connection, Phase.EHLO, reply, false);
        }
        SmtpReply second = say(connection, "HELO ", Phase.HELO);
        if (!second.positive()) {
            throw refused(connection, Phase.HELO, second, second.status().permanent());
        }
        return Extensions.NONE;
    }

    private SmtpReply say(SmtpConnection connection, String command, Phase phase)
            throws SmtpFailure {
        connection.command(command + settings.heloName());
        return connection.reply(phase, settings.timeLimits().helo());
    }

    private static SmtpFailure refused(
            SmtpConnection connection, Phase phase, SmtpReply reply, boolean forGood) {
        connection.transcript().refused(phase, reply);
        Peer peer = connection.peer();
        String reason = "host " + peer.name() + " refused to talk to me: " + reply.text();
        EnhancedStatusCode code =
                reply.status()
                        .inClass(
                                forGood
                                        ? EnhancedStatusCode.PERMANENT
                                        : EnhancedStatusCode.TEMPORARY);
        return new SmtpFailure(reply.because(peer, code, reason));
    }

    private Extensions secure(SmtpConnection connection, Extensions offered, TlsSecurityLevel level)
            throws SmtpFailure {
        boolean required = level == TlsSecurityLevel.ENCRYPT;
        if (level == TlsSecurityLevel.NONE || (!offered.startTls() && !required)) {
            return offered;
        }
        if (!offered.startTls()) {
            throw new SmtpFailure(
                    DeliveryStatus.local(
                            "4.7.4",
                            "TLS is required, but was not offered by host "
                                    + connection.peer().name()));
        }
        connection.command("STARTTLS");
        SmtpReply reply = connection.reply(Phase.STARTTLS, settings.timeLimits().starttls());
        if (reply.positive()) {
            return encrypt(connection, required);
        }
        if (required || reply.closing()) {
            connection.transcript().refused(Phase.STARTTLS, reply);
            throw tlsRefused(connection.peer(), reply);
        }
        return offered;
    }

    private Extensions encrypt(SmtpConnection connection, boolean required) throws SmtpFailure {
        try {
            connection.startTls(tls, settings.timeLimits().starttls());
            return hello(connection);
        } catch (SmtpFailure e) {
            throw required ? e : new SmtpFailure(e.status(), SmtpFailure.Stage.ENCRYPTING);
        }
    }

    private static SmtpFailure tlsRefused(Peer peer, SmtpReply reply) {
        String reason =
                "TLS is required, but host %s refused to start TLS: %s"
                        .formatted(peer.name(), reply.text());
        return new SmtpFailure(
                reply.because(peer, reply.status().inClass(EnhancedStatusCode.TEMPORARY), reason));
    }

    private void logIn(SmtpConnection connection, Extensions extensions, UserPassword user)
            throws SmtpFailure {
        if (extensions.mechanisms().isEmpty()) {
            // It does not want to know: as Postfix, we go on without.
            return;
        }
        if (!connection.encrypted() && !settings.saslPlaintext()) {
            throw Authentication.unavailable(connection.peer());
        }
        new Authentication(connection, user, settings.timeLimits().helo())
                .run(extensions.mechanisms());
    }
}
