/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Attempt;

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

    public Report {
        attempts = List.copyOf(attempts);
        if (attempts.isEmpty()) {
            throw new IllegalArgumentException("a report on nobody, to " + to);
        }
    }
}
