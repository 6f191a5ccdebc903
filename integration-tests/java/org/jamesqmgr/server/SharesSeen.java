/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.Multiset;
import java.io.IOException;
import java.util.Map;
import org.jamesqmgr.home.MailLogLines;
import org.jamesqmgr.home.MailLogLines.Delivery;
import org.jamesqmgr.home.ServerHome;

/**
 * What has become of the mails of a batch so far, by their ids, in all lives of a server.
 *
 * @param mailboxes what was put there
 * @param local what the mail log says was put there
 * @param remote what the mail log says was sent
 */
record SharesSeen(Multiset<String> mailboxes, Multiset<String> local, Multiset<String> remote) {

    static SharesSeen of(ServerHome home, NotedMailboxes mailboxes) throws IOException {
        MailLogLines log = home.mailLog();
        return new SharesSeen(
                mailboxes.copies().stream()
                        .map(MailBatch::id)
                        .collect(ImmutableMultiset.toImmutableMultiset()),
                logged(log, "local"),
                logged(log, "smtp"));
    }

    /** What a transport has delivered; a message whose Message-ID was not logged counts as another mail. */
    static Multiset<String> logged(MailLogLines log, String transport) {
        Map<String, String> names = log.messageIds();
        return log.deliveriesBy(transport).stream()
                .filter(Delivery::sent)
                .map(delivery -> names.getOrDefault(delivery.id(), "<" + delivery.id() + "@>"))
                .map(MailBatch::id)
                .collect(ImmutableMultiset.toImmutableMultiset());
    }

    @Override
    public String toString() {
        return "%d copies in mailboxes, %d logged as local, %d logged as sent on"
                .formatted(mailboxes.size(), local.size(), remote.size());
    }
}
