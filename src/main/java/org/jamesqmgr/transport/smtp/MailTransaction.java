/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.DeliveryStatus;

/**
 * One mail over one session: MAIL, RCPT for each recipient, DATA, the content, the final dot. With
 * PIPELINING (RFC 2920) the commands go out without waiting, as many as fit into our send buffer.
 *
 * <p>Every recipient gets an answer: its own, or that of the mail. An answer to one recipient stands
 * even if the connection breaks later. For one thread, once.
 */
final class MailTransaction {

    /** What came of it. */
    enum Result {
        ANSWERED,
        /** A connection used again turned out to be dead before anything was said: try another. */
        STALE
    }

    private record Command(Phase phase, Duration timeLimit, String line, MailAddress recipient) {}

    private final SmtpSession session;
    private final SmtpTimeLimits limits;
    private final OutgoingMail mail;
    private final Outcomes outcomes;
    private final boolean last;
    private final Deque<Command> outstanding = new ArrayDeque<>();
    private final Deque<MailAddress> unanswered = new ArrayDeque<>();
    private final List<MailAddress> accepted = new ArrayList<>();
    private int bytesOutstanding;
    private boolean alive;
    private boolean dataOpen;
    private Optional<DeliveryStatus> refusal = Optional.empty();

    /**
     * @param last whether no other host will be tried
     */
    MailTransaction(
            SmtpSession session,
            SmtpTimeLimits limits,
            OutgoingMail mail,
            Outcomes outcomes,
            boolean last) {
        this.session = session;
        this.limits = limits;
        this.mail = mail;
        this.outcomes = outcomes;
        this.last = last;
    }

    /**
     * Tries to deliver to all recipients that are open.
     *
     * @throws IOException if the content cannot be read; the server has taken nothing, if only the
     *     connection is closed now
     */
    Result run() throws IOException {
        session.beginMail();
        outcomes.open().forEach(this::take);
        if (unanswered.isEmpty()) {
            session.endMail();
            return Result.ANSWERED;
        }
        MailCommands words = mail.commands(session.extensions());
        Optional<DeliveryStatus> unfit = unfit(words);
        if (unfit.isPresent()) {
            session.endMail();
            reportAll(unfit.get());
            return Result.ANSWERED;
        }
        try {
            exchange(words);
            finish();
        } catch (SmtpFailure e) {
            session.spoil();
            if (stale()) {
                return Result.STALE;
            }
            reportAll(refusal.orElse(e.status()));
        }
        return stale() ? Result.STALE : Result.ANSWERED;
    }

    private void take(MailAddress recipient) {
        if (MailCommands.writable(recipient.asString())) {
            unanswered.add(recipient);
        } else {
            report(recipient, DeliveryStatus.local("5.1.3", "bad address syntax"));
        }
    }

    /** Why the server cannot take the mail, by its own account. */
    private Optional<DeliveryStatus> unfit(MailCommands words) {
        Extensions extensions = session.extensions();
        long most = extensions.sizeLimit();
        if (most > 0 && mail.size() > most) {
            return Optional.of(
                    DeliveryStatus.local(
                            "5.3.4",
                            "message size %d exceeds size limit %d of server %s"
                                    .formatted(mail.size(), most, session.peer().name())));
        }
        if (!MailCommands.writable(words.sender())) {
            return Optional.of(DeliveryStatus.local("5.1.7", "bad sender address syntax"));
        }
        if (words.needsUtf8(unanswered) && !extensions.smtpUtf8()) {
            return Optional.of(
                    DeliveryStatus.local(
                            "5.6.7",
                            "SMTPUTF8 is required, but was not offered by host "
                                    + session.peer().name()));
        }
        return Optional.empty();
    }

    private boolean stale() {
        return session.reused() && !alive;
    }

    private void exchange(MailCommands words) throws SmtpFailure {
        int window = session.extensions().pipelining() ? session.connection().window() : 0;
        for (Command command : commands(words)) {
            while (!outstanding.isEmpty() && bytesOutstanding + length(command) > window) {
                receive();
            }
            if (pointless(command)) {
                break;
            }
            session.connection().command(command.line());
            outstanding.add(command);
            bytesOutstanding += length(command);
        }
        while (!outstanding.isEmpty()) {
            receive();
        }
    }

    private List<Command> commands(MailCommands words) {
        List<MailAddress> recipients = List.copyOf(unanswered);
        boolean utf8 = words.needsUtf8(recipients);
        List<Command> commands = new ArrayList<>(recipients.size() + 2);
        commands.add(new Command(Phase.MAIL, limits.mail(), words.mail(utf8), null));
        for (MailAddress recipient : recipients) {
            commands.add(new Command(Phase.RCPT, limits.rcpt(), words.rcpt(recipient), recipient));
        }
        commands.add(new Command(Phase.DATA, limits.dataInit(), "DATA", null));
        return commands;
    }

    private static int length(Command command) {
        return command.line().length() + 2;
    }

    /** With what is known already, the server need not be asked. */
    private boolean pointless(Command command) {
        boolean nobody = outstanding.isEmpty() && accepted.isEmpty();
        return refusal.isPresent() || (command.phase() == Phase.DATA && nobody);
    }

    private void receive() throws SmtpFailure {
        Command command = outstanding.element();
        SmtpReply reply = session.connection().reply(command.phase(), command.timeLimit());
        outstanding.remove();
        bytesOutstanding -= length(command);
        if (reply.closing()) {
            session.spoil();
        }
        switch (command.phase()) {
            case MAIL -> mailAnswered(reply);
            case RCPT -> recipientAnswered(command.recipient(), reply);
            default -> dataAnswered(reply);
        }
    }

    private void mailAnswered(SmtpReply reply) {
        alive = !reply.closing();
        if (!reply.positive()) {
            refusal = Optional.of(refused(reply, Phase.MAIL));
        }
    }

    private void recipientAnswered(MailAddress recipient, SmtpReply reply) {
        if (refusal.isPresent()) {
            return;
        }
        unanswered.remove(recipient);
        if (reply.positive()) {
            accepted.add(recipient);
        } else {
            report(recipient, refused(reply, Phase.RCPT));
        }
    }

    private void dataAnswered(SmtpReply reply) {
        dataOpen = reply.intermediate();
        if (!dataOpen && refusal.isEmpty()) {
            // Without a recipient it is our command that is wrong, sent before we could know.
            refusal =
                    Optional.of(
                            accepted.isEmpty()
                                    ? reply.refusal(session.peer(), Phase.DATA)
                                    : refused(reply, Phase.DATA));
        }
    }

    private DeliveryStatus refused(SmtpReply reply, Phase phase) {
        session.connection().transcript().refused(phase, reply);
        return reply.refusal(session.peer(), phase);
    }

    private void finish() throws SmtpFailure, IOException {
        if (stale()) {
            return;
        }
        if (dataOpen && (refusal.isPresent() || accepted.isEmpty())) {
            abandonContent();
        }
        if (refusal.isPresent()) {
            reportAll(refusal.get());
        } else if (dataOpen && !accepted.isEmpty()) {
            sendContent();
        }
    }

    /** The server waits for content that has no recipients: it gets none. */
    private void abandonContent() throws SmtpFailure {
        session.connection().command(".");
        if (session.connection().reply(Phase.DOT, limits.dataDone()).closing()) {
            session.spoil();
        }
        session.endMail();
    }

    private void sendContent() throws SmtpFailure, IOException {
        mail.sendContent(session.connection(), limits.dataXfer());
        session.connection().transcript().out(".");
        SmtpReply reply = session.connection().reply(Phase.DOT, limits.dataDone());
        if (reply.closing()) {
            session.spoil();
        }
        session.endMail();
        Peer peer = session.peer();
        reportAll(
                reply.positive()
                        ? reply.because(peer, reply.status(), reply.text())
                        : refused(reply, Phase.DOT));
    }

    private void reportAll(DeliveryStatus status) {
        List.copyOf(accepted).forEach(recipient -> report(recipient, status));
        List.copyOf(unanswered).forEach(recipient -> report(recipient, status));
        accepted.clear();
        unanswered.clear();
    }

    private void report(MailAddress recipient, DeliveryStatus status) {
        outcomes.report(recipient, status, session.conversation(), last);
    }
}
