/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses new mail while there is no room for it, by whichever way it comes: JMAP, a mailet, a
 * protocol whose server was not asked before. Safe for use by any thread.
 */
public final class NewMail {

    /** All is taken. */
    public static final NewMail ANY = new NewMail(FreeSpace.UNLIMITED, NoticeDesk.NONE);

    private static final Logger LOGGER = LoggerFactory.getLogger(NewMail.class);

    private final FreeSpace space;
    private final NoticeDesk notices;

    public NewMail(FreeSpace space, NoticeDesk notices) {
        this.space = space;
        this.notices = notices;
    }

    /**
     * @throws MailQueueException if there is no room; the text says where and how much there is
     */
    void admit(Mail mail) throws MailQueueException {
        var shortage = space.shortage(() -> size(mail));
        if (shortage.isPresent()) {
            String why = shortage.get().text();
            LOGGER.warn("{} refused: {}", mail.getName(), why);
            tell(why);
            throw new MailQueueException("cannot queue " + mail.getName() + ": " + why);
        }
    }

    private void tell(String why) {
        if (notices.wants(NotifyClass.RESOURCE)) {
            notices.tell(
                    new Notice(
                            NotifyClass.RESOURCE,
                            "mail queue: resource: free space",
                            "james-qmgr mail queue: not enough free space",
                            List.of("New mail is refused: " + why)));
        }
    }

    private static long size(Mail mail) {
        try {
            return mail.getMessageSize();
        } catch (MessagingException e) {
            // What is wrong with it will show when it is stored.
            return 0;
        }
    }
}
