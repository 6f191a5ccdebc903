/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import javax.inject.Provider;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.bounce.NoticeComposer;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeOutbox;
import org.jamesqmgr.notice.NoticeRecipients;
import org.jamesqmgr.store.MessageStoreException;

/** Notices as mails for the pipeline, from the double-bounce address. Safe on return. */
public final class NoticeMail implements NoticeOutbox {

    private final NoticeComposer composer;
    private final Provider<NoticeRecipients> recipients;
    private final DoubleBounce sender;
    private final SystemMail mails;
    private final Provider<QueueManager> queueManager;
    private final Clock clock;

    /** Who hears of it and where it goes is asked for when there is a notice: both depend on the queues. */
    @Inject
    public NoticeMail(
            NoticeComposer composer,
            Provider<NoticeRecipients> recipients,
            DoubleBounce sender,
            SystemMail mails,
            Provider<QueueManager> queueManager,
            Clock clock) {
        this.composer = composer;
        this.recipients = recipients;
        this.sender = sender;
        this.mails = mails;
        this.queueManager = queueManager;
        this.clock = clock;
    }

    @Override
    public void send(Notice notice) throws IOException {
        MailAddress to = recipient(notice);
        try {
            queueManager
                    .get()
                    .submit(
                            List.of(
                                    mails.of(
                                            MaybeSender.of(sender.address()),
                                            to,
                                            composer.compose(notice, to, clock.instant()),
                                            Optional.empty())));
        } catch (MessageStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Told before James knows its domains and its postmaster, a notice waits until it does. */
    private MailAddress recipient(Notice notice) throws IOException {
        try {
            return recipients.get().of(notice.noticeClass());
        } catch (RuntimeException e) {
            throw new IOException("it is not known yet who is to be told: " + e.getMessage(), e);
        }
    }
}
