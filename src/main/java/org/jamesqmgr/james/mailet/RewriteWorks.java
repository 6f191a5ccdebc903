/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTable.ErrorMappingException;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;

/**
 * Matches recipients whom the rewrite table can say something about. For the error processor of
 * RecipientRewriteTable, which is sent to alike when a mapping is wrong and when the table could not
 * be asked: who matches here goes back to where the rewriting is done.
 *
 * <pre>{@code
 * <mailet match="org.jamesqmgr.james.mailet.RewriteWorks" class="ToProcessor">
 *     <processor>transport</processor>
 *     <onMatchException>propagate</onMatchException>
 * </mailet>
 * }</pre>
 *
 * <p>While the table cannot be asked, matching fails; with {@code propagate} the mail then waits and is
 * tried again with backoff.
 */
public final class RewriteWorks extends GenericMatcher {

    private final RecipientRewriteTable table;

    @Inject
    public RewriteWorks(RecipientRewriteTable table) {
        this.table = table;
    }

    @Override
    public Collection<MailAddress> match(Mail mail) throws MessagingException {
        List<MailAddress> known = new ArrayList<>();
        for (MailAddress recipient : mail.getRecipients()) {
            if (resolves(recipient)) {
                known.add(recipient);
            }
        }
        return known;
    }

    private boolean resolves(MailAddress recipient) throws MessagingException {
        try {
            table.getResolvedMappings(recipient.getLocalPart(), recipient.getDomain());
            return true;
        } catch (ErrorMappingException e) {
            return false;
        } catch (RecipientRewriteTableException e) {
            throw new MessagingException(
                    "the rewrite table cannot be asked for " + recipient.asString(), e);
        }
    }
}
