/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.util.Optional;
import org.apache.james.protocols.smtp.core.fastfail.AbstractValidRcptHandler;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.smtpserver.SendMailHandler;
import org.jamesqmgr.notice.NotifyClass;

/**
 * What kind of trouble a reply stands for, if any.
 *
 * <table>
 *   <caption>How replies are read</caption>
 *   <tr><td>resource</td><td>{@link QueueSpaceGuard}; a message that could not be queued</td></tr>
 *   <tr><td>data</td><td>a recipient that cannot be looked up at the moment</td></tr>
 *   <tr><td>policy</td><td>any other hook that refuses; 5xx of other kinds, 552 (size) among them</td></tr>
 *   <tr><td>protocol</td><td>500 to 509 and 555 that no hook has asked for</td></tr>
 *   <tr><td>software</td><td>451 that no hook has asked for: something was thrown</td></tr>
 *   <tr><td>nothing</td><td>a wrong password, as in Postfix; everything else</td></tr>
 * </table>
 *
 * @param origin the hook, the code of the reply or the exception: names that come from programs, not
 *     from clients
 */
record SessionError(NotifyClass noticeClass, String origin) {

    /** An AUTH that James cannot make sense of. */
    static final SessionError BAD_SECRET = new SessionError(NotifyClass.PROTOCOL, "AUTH");

    private static final String LOOK_UPS = "SPFHandler";

    /** A reply that a hook has asked for by refusing. */
    static Optional<SessionError> refusal(Hook hook, boolean temporary) {
        if (hook instanceof AuthHook) {
            return Optional.empty();
        }
        return Optional.of(
                new SessionError(classOf(hook, temporary), hook.getClass().getSimpleName()));
    }

    private static NotifyClass classOf(Hook hook, boolean temporary) {
        if (hook instanceof QueueSpaceGuard) {
            return NotifyClass.RESOURCE;
        }
        if (temporary && hook instanceof SendMailHandler) {
            return NotifyClass.RESOURCE;
        }
        return temporary && looksUp(hook) ? NotifyClass.DATA : NotifyClass.POLICY;
    }

    /** Hooks that answer with a temporary refusal only if they cannot know. */
    private static boolean looksUp(Hook hook) {
        return hook instanceof AbstractValidRcptHandler
                || hook.getClass().getSimpleName().equals(LOOK_UPS);
    }

    /** A reply that no hook has asked for. */
    static Optional<SessionError> reply(String code) {
        if (code == null || code.length() != 3) {
            return Optional.empty();
        }
        if (code.startsWith("50") || code.equals("555")) {
            return Optional.of(new SessionError(NotifyClass.PROTOCOL, code));
        }
        if (code.equals("451")) {
            return Optional.of(new SessionError(NotifyClass.SOFTWARE, code));
        }
        return code.startsWith("5") && !code.equals("535")
                ? Optional.of(new SessionError(NotifyClass.POLICY, code))
                : Optional.empty();
    }

    static SessionError thrown(RuntimeException exception) {
        return new SessionError(NotifyClass.SOFTWARE, exception.getClass().getSimpleName());
    }

    /** As causes of notices are named. */
    String cause() {
        return "SMTP server: %s: %s".formatted(noticeClass.asString(), origin);
    }
}
