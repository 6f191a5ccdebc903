/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import javax.inject.Inject;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandDispatcher;
import org.apache.james.protocols.api.handler.ConnectHandler;
import org.apache.james.protocols.api.handler.DisconnectHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.ProtocolHandlerResultHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.DataLineFilter;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.jamesqmgr.notice.NoticeDesk;

/**
 * Writes down what is said in an SMTP session, for the postmaster if something goes wrong in it:
 * classes policy, protocol, resource, data and software of {@code notify_classes}. One notice for
 * each session, or for every {@value Transcript#LIMIT} commands and replies while things go wrong.
 * Has to be the <em>first</em> handler of the chain in {@code smtpserver.xml}: James gives the
 * client's lines to the first handler alone that asks for them.
 *
 * <p>What a handler cannot see, and no transcript shows:
 *
 * <ul>
 *   <li>a line that is too long, and the 500 it gets;
 *   <li>what follows {@code AUTH LOGIN} or {@code AUTH PLAIN} on lines of its own, and whether the
 *       login succeeded; so these passwords cannot get into a transcript either;
 *   <li>sessions that James ends by itself: idle too long, too many connections, a TLS handshake
 *       that fails. They end with "lost connection", as far as anything went wrong before.
 * </ul>
 *
 * Passwords and tokens in lines that it does see are masked; messages are left out.
 *
 * <p>Costs next to nothing while nothing goes wrong, and nothing at all if no class is wanted. Any
 * number of sessions at a time, each on one thread at a time. Never blocks.
 */
public final class SessionTranscript extends CommandDispatcher<SMTPSession>
        implements ProtocolHandlerResultHandler<Response, SMTPSession>,
                HookResultHook,
                DataLineFilter,
                DisconnectHandler<SMTPSession> {

    private static final AttachmentKey<SessionRecord> RECORD =
            AttachmentKey.of("james-qmgr.session-transcript", SessionRecord.class);

    private final NoticeDesk notices;

    @Inject
    public SessionTranscript(NoticeDesk notices) {
        this.notices = notices;
    }

    /** Has something stand before the transcript of a session, if it gets one: false if not. */
    static boolean explain(SMTPSession session, String text) {
        Optional<SessionRecord> record = session.getAttachment(RECORD, State.Connection);
        record.ifPresent(each -> each.explain(text));
        return record.isPresent();
    }

    /** A command. */
    @Override
    public Response onLine(SMTPSession session, byte[] line) {
        withRecord(session, record -> record.in(line));
        Response reply = super.onLine(session, line);
        replied(session, reply);
        return reply;
    }

    @Override
    protected Response dispatchCommandHandlers(SMTPSession session, Request request) {
        try {
            return super.dispatchCommandHandlers(session, request);
        } catch (RuntimeException e) {
            withRecord(session, record -> record.failed(e));
            throw e;
        }
    }

    /** A line of a message: only the reply to the last one is of interest. */
    @Override
    public Response onLine(SMTPSession session, byte[] line, LineHandler<SMTPSession> next) {
        try {
            Response reply = next.onLine(session, line);
            replied(session, reply);
            return reply;
        } catch (RuntimeException e) {
            withRecord(session, record -> record.failed(e));
            throw e;
        }
    }

    /** The greeting: the replies to all that follows are seen where they are made. */
    @Override
    public Response onResponse(
            ProtocolSession session, Response reply, long executionTime, ProtocolHandler handler) {
        if (handler instanceof ConnectHandler && session instanceof SMTPSession) {
            replied((SMTPSession) session, reply);
        }
        return reply;
    }

    @Override
    public HookResult onHookResult(
            SMTPSession session, HookResult result, long executionTime, Hook hook) {
        if (result != null && result.getResult() != null) {
            HookReturnCode.Action action = result.getResult().getAction();
            if (action == HookReturnCode.Action.DENY || action == HookReturnCode.Action.DENYSOFT) {
                boolean temporary = action == HookReturnCode.Action.DENYSOFT;
                withRecord(session, record -> record.refused(hook, temporary));
            }
        }
        return result;
    }

    @Override
    public void onDisconnect(SMTPSession session) {
        session.removeAttachment(RECORD, State.Connection)
                .ifPresent(record -> tell(session, record, true));
    }

    private void replied(SMTPSession session, Response reply) {
        if (reply != null) {
            withRecord(
                    session,
                    record -> {
                        record.out(reply);
                        if (record.full()) {
                            tell(session, record, false);
                        }
                    });
        }
    }

    private void tell(SMTPSession session, SessionRecord record, boolean over) {
        record.take(client(session), over, notices::wants).ifPresent(notices::tell);
    }

    private void withRecord(SMTPSession session, Consumer<SessionRecord> use) {
        session.getAttachment(RECORD, State.Connection).or(() -> begin(session)).ifPresent(use);
    }

    private Optional<SessionRecord> begin(SMTPSession session) {
        if (!SessionRecord.anyWanted(notices)) {
            return Optional.empty();
        }
        SessionRecord record = new SessionRecord();
        session.setAttachment(RECORD, record, State.Connection);
        return Optional.of(record);
    }

    /** NAME[IP]; the name is known if James has looked it up, not looked up for this. */
    static String client(SMTPSession session) {
        InetSocketAddress client = session.getRemoteAddress();
        if (client == null || client.getAddress() == null) {
            return "unknown[unknown]";
        }
        String ip = client.getAddress().getHostAddress();
        String name = client.getHostString();
        return (name.equals(ip) ? "unknown" : Printable.line(name)) + "[" + ip + "]";
    }
}
