/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStore;

/**
 * Messages that nobody takes: their transport was taken out of {@code qmgr.xml}, or the mailet that
 * drained their queue out of {@code mailetcontainer.xml}. They are safe and wait.
 */
final class StrandedMail {

    private final MessageStore store;
    private final MailQueueFactory<?> queues;

    @Inject
    StrandedMail(MessageStore store, MailQueueFactory<?> queues) {
        this.store = store;
        this.queues = queues;
    }

    /** A line for each transport that nobody drains; to be asked once the server has started. */
    List<String> report() {
        Set<String> drained =
                queues.listCreatedMailQueues().stream()
                        .map(MailQueueName::asString)
                        .collect(Collectors.toSet());
        return new TreeSet<>(store.transports())
                .stream()
                        .filter(transport -> !drained.contains(transport.asString()))
                        .map(this::line)
                        .toList();
    }

    private String line(TransportName transport) {
        return ("messages waiting for \"%s\": %d; nobody takes them: it is neither a transport of"
                        + " conf/qmgr.xml nor a queue that a mailet of conf/mailetcontainer.xml drains")
                .formatted(transport, store.count(transport));
    }
}
