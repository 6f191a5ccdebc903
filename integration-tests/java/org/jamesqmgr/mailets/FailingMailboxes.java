/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
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
            field.set(mappers, failing((MailboxMapper) field.get(mappers)));
        } catch (ReflectiveOperationException e) {
            throw new MessagingException("the mailboxes are not those of the memory server", e);
        }
    }

    private MailboxMapper failing(MailboxMapper real) {
        Path file = Path.of(getInitParameter("while"));
        return (MailboxMapper)
                Proxy.newProxyInstance(
                        MailboxMapper.class.getClassLoader(),
                        new Class<?>[] {MailboxMapper.class},
                        (proxy, method, arguments) -> call(file, real, method, arguments));
    }

    private static Object call(Path file, MailboxMapper real, Method method, Object[] arguments)
            throws Throwable {
        if (Files.exists(file)) {
            throw new IllegalStateException("the mailboxes are down");
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public void service(Mail mail) {
        // Only its start matters.
    }
}
