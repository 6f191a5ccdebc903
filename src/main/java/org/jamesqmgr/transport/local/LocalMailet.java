/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.local;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.Map;
import javax.inject.Inject;
import javax.inject.Provider;
import javax.mail.MessagingException;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MailetContext;

/**
 * James's own mailet LocalDelivery, made to throw what goes wrong instead of turning the mail into a
 * bounce. Loaded when the first mail needs it: it depends on most of James, which depends on the
 * queues. Safe for use by any thread.
 */
public final class LocalMailet {

    private static final String NAME = "LocalDelivery";

    private final Provider<MailetLoader> loader;
    private final Provider<MailetContext> context;

    @GuardedBy("this")
    private Mailet mailet;

    @Inject
    public LocalMailet(Provider<MailetLoader> loader, Provider<MailetContext> context) {
        this.loader = loader;
        this.context = context;
    }

    /**
     * Loads the mailet unless that was done.
     *
     * @throws MessagingException if James cannot
     */
    void load() throws MessagingException {
        mailet();
    }

    /**
     * Stores the mail into the mailboxes of its recipients.
     *
     * @throws MessagingException or a RuntimeException at the first recipient that fails
     */
    void deliver(Mail mail) throws MessagingException {
        mailet().service(mail);
    }

    synchronized void destroy() {
        if (mailet != null) {
            mailet.destroy();
            mailet = null;
        }
    }

    private synchronized Mailet mailet() throws MessagingException {
        if (mailet == null) {
            mailet = loader.get().getMailet(new Config(context.get()));
        }
        return mailet;
    }

    private record Config(MailetContext context) implements MailetConfig {

        private static final Map<String, String> PARAMETERS =
                Map.of("onMailetException", "propagate");

        @Override
        public String getInitParameter(String name) {
            return PARAMETERS.get(name);
        }

        @Override
        public Iterator<String> getInitParameterNames() {
            return PARAMETERS.keySet().iterator();
        }

        @Override
        public MailetContext getMailetContext() {
            return context;
        }

        @Override
        public String getMailetName() {
            return NAME;
        }
    }
}
