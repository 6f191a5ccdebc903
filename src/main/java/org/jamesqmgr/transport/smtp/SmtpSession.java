/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jamesqmgr.model.Conversation;

/**
 * A server that is ready to take mail, and how often it did. For one thread at a time.
 */
final class SmtpSession {

    private final SmtpConnection connection;
    private final Extensions extensions;
    private final SmtpSettings settings;
    private final LongSupplier nanoTime;
    private final long established;
    private final Duration setup;
    private int uses;
    private long mailBegun;
    private boolean spoiled;
    private boolean transactionOpen;

    /**
     * @param begun when the connection was asked for, in nanoseconds
     */
    SmtpSession(
            SmtpConnection connection,
            Extensions extensions,
            SmtpSettings settings,
            LongSupplier nanoTime,
            long begun) {
        this.connection = connection;
        this.extensions = extensions;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.established = nanoTime.getAsLong();
        this.setup = Duration.ofNanos(Math.max(0, established - begun));
    }

    SmtpConnection connection() {
        return connection;
    }

    Extensions extensions() {
        return extensions;
    }

    Peer peer() {
        return connection.peer();
    }

    /** The next mail begins. */
    void beginMail() {
        if (uses > 0) {
            connection.transcript().clear();
        }
        uses++;
        mailBegun = nanoTime.getAsLong();
        transactionOpen = true;
    }

    /** The server took or refused the mail as a whole: the next one may follow. */
    void endMail() {
        transactionOpen = false;
    }

    /** Whether the mail is not the first on this connection. */
    boolean reused() {
        return uses > 1;
    }

    /** What can be said of the mail so far. */
    Conversation conversation() {
        long transfer = Math.max(0, nanoTime.getAsLong() - mailBegun);
        return new Conversation(
                peer().relay(),
                uses,
                reused() ? Duration.ZERO : setup,
                Duration.ofNanos(transfer),
                extensions.dsn());
    }

    /** Not to be used for another mail. */
    void spoil() {
        spoiled = true;
    }

    /** Whether another mail may go this way: the server is in order, and the limits allow it. */
    boolean reusable() {
        long age = nanoTime.getAsLong() - established;
        int most = settings.connectionReuseCountLimit();
        return !spoiled
                && age < settings.connectionReuseTimeLimit().toNanos()
                && (most == 0 || uses < most);
    }

    /** Breaks off what the last mail has left open. */
    boolean reset() {
        if (!transactionOpen) {
            return true;
        }
        try {
            connection.command("RSET");
            transactionOpen = false;
            return connection.reply(Phase.RSET, settings.timeLimits().rset()).positive();
        } catch (SmtpFailure e) {
            spoiled = true;
            return false;
        }
    }

    void quit() {
        connection.quit(settings.timeLimits().quit());
    }

    void drop() {
        connection.close();
    }
}
