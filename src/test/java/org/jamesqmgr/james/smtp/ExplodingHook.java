/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.RcptHook;

/** A handler with a mistake in it that shows with one recipient. */
public final class ExplodingHook implements RcptHook {

    @Override
    public HookResult doRcpt(SMTPSession session, MaybeSender sender, MailAddress recipient) {
        if (recipient.getLocalPart().equals("boom")) {
            throw new IllegalStateException("a mistake");
        }
        return HookResult.DECLINED;
    }
}
