/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.notice.NoticeRecipients;
import org.jamesqmgr.notice.NoticeSettings;

/** Makes addresses of the recipients that {@code qmgr.xml} names. */
final class NoticeAddresses {

    private static final String POSTMASTER = "postmaster";

    private NoticeAddresses() {}

    /**
     * @param postmaster James's own
     * @param domain of local parts that stand alone
     */
    static NoticeRecipients of(NoticeSettings settings, MailAddress postmaster, Domain domain) {
        return new NoticeRecipients(
                settings.recipients().entrySet().stream()
                        .collect(
                                toUnmodifiableMap(
                                        Map.Entry::getKey,
                                        named -> address(named.getValue(), postmaster, domain))));
    }

    private static MailAddress address(String named, MailAddress postmaster, Domain domain) {
        return named.equalsIgnoreCase(POSTMASTER)
                ? postmaster
                : parsed(named.contains("@") ? named : named + "@" + domain.name());
    }

    private static MailAddress parsed(String address) {
        try {
            return new MailAddress(address);
        } catch (AddressException e) {
            throw new IllegalStateException(address + " should have been refused at start", e);
        }
    }
}
