/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.local;

import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.notice.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the postmaster of what keeps mail out of mailboxes. Never about mail to postmasters. Safe for
 * use by any thread.
 */
public final class LocalNotices {

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalNotices.class);

    private final NoticeDesk desk;
    private final DoubleBounce own;

    @Inject
    public LocalNotices(NoticeDesk desk, DoubleBounce own) {
        this.desk = desk;
        this.own = own;
    }

    /** Whatever was thrown, what is looked up cannot be; unless the server itself lacks something. */
    void notLookedUp(QueuedMessage message, MailAddress recipient, Throwable thrown) {
        told(
                () -> {
                    Trouble trouble = new Trouble(thrown);
                    boolean lacking = trouble.noticeClass() == NotifyClass.RESOURCE;
                    NotifyClass noticeClass = lacking ? NotifyClass.RESOURCE : NotifyClass.DATA;
                    String who = " to " + recipient.asString();
                    tell(message, noticeClass, "users cannot be looked up", who, trouble);
                });
    }

    void notStored(QueuedMessage message, MailAddress recipient, Throwable thrown) {
        String who = " to " + recipient.asString();
        told(() -> tell(message, "mailbox trouble", who, new Trouble(thrown)));
    }

    void notLoaded(QueuedMessage message, Throwable thrown) {
        told(() -> tell(message, "LocalDelivery cannot be loaded", "", new Trouble(thrown)));
    }

    /** Those who have their mail must not get it again because the trouble of another is not told. */
    private static void told(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            LOGGER.error("the postmaster is not told", e);
        }
    }

    private void tell(QueuedMessage message, String what, String who, Trouble trouble) {
        tell(message, trouble.noticeClass(), what, who, trouble);
    }

    private void tell(
            QueuedMessage message,
            NotifyClass noticeClass,
            String what,
            String who,
            Trouble trouble) {
        if (!desk.wants(noticeClass) || own.sent(message.envelope().sender())) {
            return;
        }
        List<String> text = new ArrayList<>();
        text.add("Mail " + message.id() + who + " is not delivered for now: " + what + ".");
        text.add("");
        text.addAll(trouble.lines());
        text.addAll(List.of("", "For other details, see the local mail logfile"));
        desk.tell(
                new Notice(
                        noticeClass,
                        "local delivery: " + what + ", " + trouble.name(),
                        "james-qmgr: local delivery: " + what,
                        text));
    }
}
