/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;

/**
 * The sender of what postmasters are told. Of trouble with such mail nobody is told: one notice would
 * make the next.
 *
 * @param address {@code double_bounce_sender} and {@code myhostname}
 */
public record DoubleBounce(MailAddress address) {

    /**
     * The address of this local part at this host.
     *
     * @throws IllegalArgumentException if that makes no address
     */
    public static DoubleBounce of(String localPart, String host) {
        try {
            return new DoubleBounce(new MailAddress(localPart, host));
        } catch (AddressException e) {
            throw new IllegalArgumentException("no address: " + localPart + "@" + host, e);
        }
    }

    /** Whether mail from this sender tells a postmaster something. */
    public boolean sent(MaybeSender sender) {
        return sender.asOptional().filter(address::equals).isPresent();
    }
}
