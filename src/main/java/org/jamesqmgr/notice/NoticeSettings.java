/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Of what the postmaster is told, who that is, and how often.
 *
 * @param classes {@code notify_classes}; with bounce comes 2bounce
 * @param recipients for every class, as configured: an address, or a local part alone, {@code
 *     postmaster} being James's own
 * @param interval events of one cause are summed up for so long ({@code notice_interval}); zero sends
 *     every one
 */
public record NoticeSettings(
        Set<NotifyClass> classes, Map<NotifyClass, String> recipients, Duration interval) {

    public NoticeSettings {
        classes = Set.copyOf(classes);
        recipients = Map.copyOf(recipients);
        if (interval.isNegative() || !recipients.keySet().equals(Set.of(NotifyClass.values()))) {
            throw new IllegalArgumentException("incomplete: " + recipients + ", " + interval);
        }
    }
}
