/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;

/** Logs in with a password (RFC 4954): PLAIN (RFC 4616) if the server knows it, or LOGIN. */
final class Authentication {

    private static final String FAILED = "SASL authentication failed; ";

    private final SmtpConnection connection;
    private final UserPassword user;
    private final Duration timeLimit;

    Authentication(SmtpConnection connection, UserPassword user, Duration timeLimit) {
        this.connection = connection;
        this.user = user;
        this.timeLimit = timeLimit;
    }

    /** A refusal is taken for a passing one: passwords get corrected, mail must wait for it. */
    void run(List<String> mechanisms) throws SmtpFailure {
        Transcript transcript = connection.transcript();
        transcript.hide(List.of(plain(), base64(user.password()), user.password()));
        try {
            attempt(mechanisms);
        } finally {
            transcript.hide(List.of());
        }
    }

    private void attempt(List<String> mechanisms) throws SmtpFailure {
        SmtpReply reply;
        if (mechanisms.contains("PLAIN")) {
            reply = say("AUTH PLAIN ", plain());
        } else if (mechanisms.contains("LOGIN")) {
            reply = login();
        } else {
            throw unavailable(connection.peer());
        }
        if (!reply.positive()) {
            throw refused(reply);
        }
    }

    /** There is no way to log in that we know and may use. */
    static SmtpFailure unavailable(Peer peer) {
        return new SmtpFailure(
                DeliveryStatus.local(
                        "4.7.0",
                        FAILED
                                + "server "
                                + peer.name()
                                + " offered no compatible authentication mechanisms for this type of"
                                + " connection security"));
    }

    private SmtpReply login() throws SmtpFailure {
        connection.command("AUTH LOGIN");
        SmtpReply reply = connection.reply(Phase.AUTH, timeLimit);
        if (reply.intermediate()) {
            reply = say("", base64(user.user()));
        }
        return reply.intermediate() ? say("", base64(user.password())) : reply;
    }

    private SmtpReply say(String words, String credential) throws SmtpFailure {
        connection.secret(words, credential);
        return connection.reply(Phase.AUTH, timeLimit);
    }

    private String plain() {
        return base64("\0" + user.user() + "\0" + user.password());
    }

    private SmtpFailure refused(SmtpReply reply) {
        connection.transcript().refused(Phase.AUTH, reply);
        Peer peer = connection.peer();
        return new SmtpFailure(
                reply.because(
                        peer,
                        reply.status().inClass(EnhancedStatusCode.TEMPORARY),
                        FAILED + "server " + peer.name() + " said: " + reply.text()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
