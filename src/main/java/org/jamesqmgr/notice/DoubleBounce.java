/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;

/**
 * The sender of what postmasters are told. Of trouble with such mail nobody is told: one notice would
 * make the next.
 *
 * @param address {@code double_bounce_sender} and {@code myhostname}
 */
public record DoubleBounce(MailAddress address) {

    /** Whether mail from this sender tells a postmaster something. */
    public boolean sent(MaybeSender sender) {
        return sender.asOptional().filter(address::equals).isPresent();
    }
}
