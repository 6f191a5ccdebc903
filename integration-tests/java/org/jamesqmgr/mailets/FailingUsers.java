/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import java.lang.reflect.Field;
import java.nio.file.Path;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.user.api.UsersRepositoryException;
import org.apache.james.user.lib.UsersDAO;
import org.apache.james.user.lib.UsersRepositoryImpl;
import org.apache.james.user.memory.MemoryUsersRepository;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/**
 * Takes the server's users down for as long as the file {@code while} exists: whatever is asked of
 * them fails, as it does where a directory behind them is gone. Does nothing to mail.
 */
public final class FailingUsers extends GenericMailet {

    private final MemoryUsersRepository users;

    @Inject
    public FailingUsers(MemoryUsersRepository users) {
        this.users = users;
    }

    @Override
    public void init() throws MessagingException {
        try {
            Field field = UsersRepositoryImpl.class.getDeclaredField("usersDAO");
            field.setAccessible(true);
            field.set(
                    users,
                    DownWhile.exists(
                            Path.of(getInitParameter("while")),
                            UsersDAO.class,
                            (UsersDAO) field.get(users),
                            () -> new UsersRepositoryException("the users are down")));
        } catch (ReflectiveOperationException e) {
            throw new MessagingException("the users are not those of the memory server", e);
        }
    }

    @Override
    public void service(Mail mail) {
        // Only its start matters.
    }
}
