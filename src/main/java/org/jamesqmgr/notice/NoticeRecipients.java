/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;

/**
 * Who gets the notices, as addresses that mail can be sent to. Immutable.
 *
 * @param byClass for every class
 */
public record NoticeRecipients(Map<NotifyClass, MailAddress> byClass) {

    public NoticeRecipients {
        byClass = Map.copyOf(byClass);
        if (!byClass.keySet().equals(Set.of(NotifyClass.values()))) {
            throw new IllegalArgumentException("incomplete: " + byClass);
        }
    }

    public MailAddress of(NotifyClass noticeClass) {
        return byClass.get(noticeClass);
    }
}
