/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import java.lang.reflect.Field;
import java.nio.file.Path;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.mailbox.inmemory.InMemoryMailboxSessionMapperFactory;
import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/**
 * Takes the server's mailboxes down for as long as the file {@code while} exists: whatever is asked of
 * them fails, as it does where a database behind them is gone. Does nothing to mail.
 */
public final class FailingMailboxes extends GenericMailet {

    private final InMemoryMailboxSessionMapperFactory mappers;

    @Inject
    public FailingMailboxes(InMemoryMailboxSessionMapperFactory mappers) {
        this.mappers = mappers;
    }

    @Override
    public void init() throws MessagingException {
        try {
            Field field =
                    InMemoryMailboxSessionMapperFactory.class.getDeclaredField("mailboxMapper");
            field.setAccessible(true);
            field.set(
                    mappers,
                    DownWhile.exists(
                            Path.of(getInitParameter("while")),
                            MailboxMapper.class,
                            (MailboxMapper) field.get(mappers),
                            () -> new IllegalStateException("the mailboxes are down")));
        } catch (ReflectiveOperationException e) {
            throw new MessagingException("the mailboxes are not those of the memory server", e);
        }
    }

    @Override
    public void service(Mail mail) {
        // Only its start matters.
    }
}
