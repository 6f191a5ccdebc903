/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;

/**
 * Who hears of what becomes of mail, and of the server. Immutable.
 *
 * @param reports for those who sent the mail
 * @param notices for the postmaster
 * @param recipientParameters for every class, the name of the parameter that says who gets its notices
 */
public record ReportingSettings(
        ReportSettings reports,
        NoticeSettings notices,
        Map<NotifyClass, String> recipientParameters) {

    public ReportingSettings {
        requireNonNull(reports);
        recipientParameters = Map.copyOf(recipientParameters);
        if (!recipientParameters.keySet().equals(notices.recipients().keySet())) {
            throw new IllegalArgumentException("incomplete: " + recipientParameters);
        }
    }
}
