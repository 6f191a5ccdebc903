/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.former;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.jms.JMSException;
import javax.jms.Message;
import javax.jms.MessageConsumer;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.jamesqmgr.admin.LeavingContent;
import org.jamesqmgr.admin.Migration;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The queues that James kept with an ActiveMQ broker of its own, in {@code var/store/activemq}, read
 * while James is stopped.
 *
 * <p>A mail is acknowledged, and so forgotten there, when a store has it for good. Its id there is
 * made of what the broker calls it, so that the next run after one that was killed finds what is in
 * the store already. One thread.
 */
public final class FormerQueues implements AutoCloseable {

    /** Nobody else uses these queues, so that what is there comes at once. */
    private static final long PATIENCE_MILLIS = 1_000;

    /** Where the broker itself keeps what it could not deliver, and the like. */
    private static final String BROKERS_OWN = "ActiveMQ.";

    private final FormerBroker broker;
    private final FormerMail mails;
    private final Map<String, Long> moved = new TreeMap<>();
    private long looked;
    private long left;

    private FormerQueues(FormerBroker broker, FormerMail mails) {
        this.broker = broker;
        this.mails = mails;
    }

    /**
     * Opens them.
     *
     * @param directory James's {@code var/store/activemq}
     * @throws IOException if they cannot be opened; the text says why
     */
    public static FormerQueues open(Path directory) throws IOException {
        return new FormerQueues(
                FormerBroker.start(directory), new FormerMail(directory.resolve("blob-transfer")));
    }

    /**
     * What became of it.
     *
     * @param moved how many mails went over, by their queue
     * @param left how many stayed, of each of which the watcher was told why
     */
    public record Result(Map<String, Long> moved, long left) {}

    /**
     * Moves all mail into a store, each to the transport that has the name of its queue.
     *
     * @throws MessageStoreException if the store cannot go on; what was moved so far is safe
     * @throws IOException if the queues cannot be read any more
     */
    public Result moveTo(MessageStore store, Migration.Watcher watcher)
            throws MessageStoreException, IOException {
        try {
            for (String queue : broker.queues()) {
                move(queue, store, watcher);
            }
        } catch (JMSException e) {
            throw new IOException("James's former queues cannot be read: " + e.getMessage(), e);
        }
        return new Result(moved, left);
    }

    private void move(String queue, MessageStore store, Migration.Watcher watcher)
            throws JMSException, MessageStoreException {
        MessageConsumer consumer = broker.consumer(queue);
        // What stays is not acknowledged, and not given out again before this consumer is closed.
        Message message = consumer.receive(PATIENCE_MILLIS);
        while (message != null) {
            move(queue, message, store, watcher);
            watcher.at(++looked, looked);
            message = consumer.receive(PATIENCE_MILLIS);
        }
        consumer.close();
    }

    private void move(String queue, Message jms, MessageStore store, Migration.Watcher watcher)
            throws JMSException, MessageStoreException {
        QueuedMessage message;
        LeavingContent content;
        try {
            if (queue.startsWith(BROKERS_OWN)) {
                throw new IOException("it is in " + queue + ": James had given it up");
            }
            content = new LeavingContent(mails.content(jms));
            message = mails.message(jms, queue, content.size());
        } catch (IOException | MailQueueException e) {
            leave(watcher, jms, e.getMessage());
            return;
        }
        try {
            Migration.adopt(store, message, content);
        } catch (MessageStoreException e) {
            if (content.trouble().isEmpty()) {
                throw e;
            }
            leave(watcher, jms, "it cannot be read: " + content.trouble().get());
            return;
        }
        jms.acknowledge(); // the store has it for good
        mails.forget(jms);
        moved.merge(queue, 1L, Long::sum);
    }

    private void leave(Migration.Watcher watcher, Message jms, String why) throws JMSException {
        left++;
        watcher.left(FormerMail.name(jms), why);
    }

    @Override
    public void close() throws IOException {
        broker.close();
    }
}
