/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.Username;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.api.UsersRepositoryException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/**
 * Adds the user {@code address} with {@code password} before any mail is processed: the memory
 * application forgets its users when it stops, and mail for them may be waiting.
 */
public final class AddUser extends GenericMailet {

    private final UsersRepository users;

    @Inject
    public AddUser(UsersRepository users) {
        this.users = users;
    }

    @Override
    public void init() throws MessagingException {
        try {
            users.addUser(Username.of(getInitParameter("address")), getInitParameter("password"));
        } catch (UsersRepositoryException e) {
            throw new MessagingException("cannot add a user", e);
        }
    }

    @Override
    public void service(Mail mail) {}
}
