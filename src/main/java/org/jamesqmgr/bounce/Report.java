/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.OwnTrouble;

/**
 * A report that is to be made.
 *
 * @param from envelope sender: null for senders, the double-bounce address for postmasters
 * @param attempts one for each recipient that is told of, at least one
 * @param original how much of the mail it carries
 */
public record Report(
        ReportKind kind,
        Audience audience,
        MaybeSender from,
        MailAddress to,
        List<Attempt> attempts,
        Original original) {

    /** How much of the mail a report carries. */
    public enum Original {
        WHOLE,
        HEADERS
    }

    /** Why a recipient is told of, in as much as the audience is to know. */
    String reason(DeliveryStatus status) {
        return audience == Audience.SENDER ? OwnTrouble.forStrangers(status) : status.reason();
    }

    public Report {
        attempts = List.copyOf(attempts);
        if (attempts.isEmpty()) {
            throw new IllegalArgumentException("a report on nobody, to " + to);
        }
    }
}
