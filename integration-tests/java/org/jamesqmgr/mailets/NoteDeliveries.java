/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import javax.inject.Inject;
import org.apache.james.events.Event;
import org.apache.james.events.EventListener;
import org.apache.james.events.Group;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageIdManager;
import org.apache.james.mailbox.events.MailboxEvents.Added;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.FetchGroup;
import org.apache.james.mailbox.model.MessageMetaData;
import org.apache.james.mailbox.model.MessageResult;

/**
 * Not a mailet but a mailbox listener: copies what was put into a mailbox to {@link #DIRECTORY} in the
 * server's home, before whoever put it there is told so. The mailboxes of the memory application are
 * gone with the server, the copies outlive a kill.
 */
public final class NoteDeliveries implements EventListener.GroupEventListener {

    /** Where the copies are, a file for each message; those not whole have names that begin with a dot. */
    public static final String DIRECTORY = "delivered";

    /** Names this listener among those of James. */
    public static final class NoteDeliveriesGroup extends Group {}

    private final MailboxManager mailboxes;
    private final MessageIdManager messages;
    private final Path directory = Path.of(System.getProperty("working.directory"), DIRECTORY);

    @Inject
    public NoteDeliveries(MailboxManager mailboxes, MessageIdManager messages) {
        this.mailboxes = mailboxes;
        this.messages = messages;
    }

    @Override
    public Group getDefaultGroup() {
        return new NoteDeliveriesGroup();
    }

    @Override
    public boolean isHandling(Event event) {
        return event instanceof Added;
    }

    @Override
    public void event(Event event) throws MailboxException, IOException {
        MailboxSession session = mailboxes.createSystemSession(event.getUsername());
        for (MessageMetaData added : ((Added) event).getAdded().values()) {
            for (MessageResult message :
                    messages.getMessage(added.getMessageId(), FetchGroup.FULL_CONTENT, session)) {
                copy(message);
            }
        }
    }

    private void copy(MessageResult message) throws MailboxException, IOException {
        Files.createDirectories(directory);
        String name = UUID.randomUUID().toString();
        Path unfinished = directory.resolve("." + name);
        try (InputStream content = message.getFullContent().getInputStream()) {
            Files.copy(content, unfinished);
        }
        Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
