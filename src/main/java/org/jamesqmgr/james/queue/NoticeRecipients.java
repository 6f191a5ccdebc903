/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import javax.inject.Inject;
import javax.inject.Provider;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.MailetContext;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;

/**
 * Who hears of notices: the configured addresses. {@code postmaster} is James's own; another local
 * part alone is of the same domain. To be asked once James stands.
 */
public final class NoticeRecipients {

    private static final String POSTMASTER = "postmaster";

    private final NoticeSettings settings;
    private final Provider<MailetContext> james;

    @Inject
    public NoticeRecipients(NoticeSettings settings, Provider<MailetContext> james) {
        this.settings = settings;
        this.james = james;
    }

    /** Whoever hears of this class, whether or not anything of it is sent. */
    public MailAddress of(NotifyClass noticeClass) {
        String configured = settings.recipients().get(noticeClass);
        if (configured.indexOf('@') >= 0) {
            return address(configured);
        }
        MailAddress postmaster = james.get().getPostmaster();
        return configured.equalsIgnoreCase(POSTMASTER)
                ? postmaster
                : address(configured + "@" + postmaster.getDomain().asString());
    }

    private static MailAddress address(String text) {
        try {
            return new MailAddress(text);
        } catch (AddressException e) {
            throw new IllegalStateException("notices cannot go to " + text, e);
        }
    }
}
