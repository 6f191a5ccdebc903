/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.mailets.AddUser;
import org.jamesqmgr.mailets.NoteDeliveries;
import org.jamesqmgr.peer.ReceivedMail;

/** What was put into the mailboxes of a home in all the lives of its server, kills or not. */
final class NotedMailboxes {

    private final ServerHome home;

    private NotedMailboxes(ServerHome home) {
        this.home = home;
    }

    /** Has a home that was not started yet keep track, and gives it these users, in every life. */
    static NotedMailboxes of(ServerHome home, List<String> users) throws IOException {
        home.withMailets(
                        AddUser.class,
                        NoteDeliveries.class,
                        NoteDeliveries.NoteDeliveriesGroup.class)
                .runFirst(users.stream().map(NotedMailboxes::addUser).collect(Collectors.joining()))
                .replace(
                        "listeners.xml",
                        "<listeners/>",
                        "<listeners><listener><class>%s</class></listener></listeners>"
                                .formatted(NoteDeliveries.class.getName()));
        return new NotedMailboxes(home);
    }

    private static String addUser(String address) {
        return "<mailet match=\"All\" class=\"%s\"><address>%s</address><password>x</password></mailet>"
                .formatted(AddUser.class.getName(), address);
    }

    /** Every copy, whichever mailbox it is in. */
    List<ReceivedMail> copies() throws IOException {
        List<ReceivedMail> mails = new ArrayList<>();
        Path directory = home.directory().resolve(NoteDeliveries.DIRECTORY);
        try (Stream<Path> copies = Files.list(directory)) {
            for (Path copy : copies.filter(path -> !isUnfinished(path)).toList()) {
                mails.add(ReceivedMail.withoutEnvelope(Files.readAllBytes(copy)));
            }
        }
        return mails;
    }

    private static boolean isUnfinished(Path copy) {
        return copy.getFileName().toString().startsWith(".");
    }
}
