/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the postmaster may want to hear of: the values of Postfix's {@code notify_classes}. */
public enum NotifyClass {
    /** Mail was returned to its sender: a copy of the report, with the headers. */
    BOUNCE("bounce"),
    /** Mail that cannot be returned, since it has no sender: the last copy of it. */
    TWO_BOUNCE("2bounce"),
    /** Mail is late: a copy of what its sender was told. */
    DELAY("delay"),
    /** A client was refused by the server's rules. */
    POLICY("policy"),
    /** A client or a server did not keep to SMTP. */
    PROTOCOL("protocol"),
    /** The server lacks disk space, memory, or files it may open. */
    RESOURCE("resource"),
    /** Something failed that should not: a mailet, a queue file, an agent. */
    SOFTWARE("software"),
    /** Something that is looked up elsewhere cannot be: users, domains, tables. */
    DATA("data");

    private final String name;

    NotifyClass(String name) {
        this.name = name;
    }

    public static Optional<NotifyClass> parse(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Stream.of(values()).filter(each -> each.name.equals(lower)).findFirst();
    }

    /** As in {@code notify_classes}. */
    public String asString() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
