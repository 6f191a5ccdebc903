/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.util.List;
import javax.inject.Inject;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses mail at MAIL FROM while there is no room for it: {@code 452 4.3.1 Insufficient system
 * storage}. Room is judged by {@link FreeSpace}, with the {@code maxmessagesize} of the server and
 * the SIZE that the client has announced, if any. Later mail of the same session is welcome as soon
 * as there is room. Safe for use by any thread.
 */
public final class QueueSpaceGuard implements MailHook {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueSpaceGuard.class);

    /** Where James's own handler of SIZE leaves it; that one comes before any hook. */
    private static final AttachmentKey<Integer> ANNOUNCED_SIZE =
            AttachmentKey.of("MESG_SIZE", Integer.class);

    private static final String CODE = "452";
    private static final String TEXT = "4.3.1 Insufficient system storage";

    private final FreeSpace space;
    private final NoticeDesk notices;

    @Inject
    public QueueSpaceGuard(FreeSpace space, NoticeDesk notices) {
        this.space = space;
        this.notices = notices;
    }

    @Override
    public HookResult doMail(SMTPSession session, MaybeSender sender) {
        long announced = session.getAttachment(ANNOUNCED_SIZE, State.Transaction).orElse(0);
        return space.announce(announced, session.getConfiguration().getMaxMessageSize())
                .map(shortage -> refuse(session, sender, shortage.text()))
                .orElse(HookResult.DECLINED);
    }

    private HookResult refuse(SMTPSession session, MaybeSender sender, String why) {
        LOGGER.info(
                "NOQUEUE: reject: MAIL from {}: {} {}; from={} helo=<{}>",
                SessionTranscript.client(session),
                CODE,
                TEXT,
                sender.asPrettyString(),
                helo(session));
        LOGGER.warn(why);
        // With a transcript the two make one notice.
        if (!SessionTranscript.explain(session, why)) {
            tell(session, why);
        }
        return HookResult.builder()
                .hookReturnCode(HookReturnCode.denySoft())
                .smtpReturnCode(CODE)
                .smtpDescription(TEXT)
                .build();
    }

    private static String helo(SMTPSession session) {
        return session.getAttachment(SMTPSession.CURRENT_HELO_NAME, State.Connection)
                .map(Printable::line)
                .orElse("");
    }

    private void tell(SMTPSession session, String why) {
        if (notices.wants(NotifyClass.RESOURCE)) {
            SessionError error =
                    new SessionError(NotifyClass.RESOURCE, QueueSpaceGuard.class.getSimpleName());
            String client = SessionTranscript.client(session);
            notices.tell(
                    new Notice(
                            NotifyClass.RESOURCE,
                            error.cause(),
                            "james-qmgr SMTP server: errors from " + client,
                            List.of(why, "", "Mail was refused: " + CODE + " " + TEXT)));
        }
    }
}
