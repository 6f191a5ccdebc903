/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static java.util.Objects.requireNonNull;

/** What to log in with. Its text form keeps the secret: it may end up in a log. */
public record UserPassword(String user, String password) {

    public UserPassword {
        requireNonNull(user);
        requireNonNull(password);
    }

    @Override
    public String toString() {
        return "UserPassword[user=" + user + "]";
    }
}
