/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.ActiveMQNonExistentQueueException;
import org.apache.activemq.artemis.api.core.ActiveMQQueueExistsException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientRequestor;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;
import org.jamesqmgr.model.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction at the broker at a time: what is taken and sent happens with {@link #commit},
 * together or not at all. For one thread at a time.
 */
final class Channel implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Channel.class);

    /** A filter that every message passes. */
    static final String ALL = "";

    /** The property that holds the queue id. */
    static final String ID = "qid";

    /** Without a bound: no more than a shard is ever asked for, and with one browsing ends early. */
    private static final int ANY_WINDOW = -1;

    /** Each message is sent when it is asked for: the broker looks no further than to the first. */
    private static final int ONE_BY_ONE = 0;

    private static final long MANAGEMENT_TIMEOUT_MILLIS = 120_000;
    private static final long NEXT_LOOK_MILLIS = 50;
    private static final int LOOKS = 40;

    /** So many times nothing, and there is nothing. */
    private static final int SURE = 4;

    private final ClientSessionFactory connection;
    private final ArtemisSettings settings;
    private final ClientSession session;
    private final ClientProducer producer;
    private ClientSession managing;
    private ClientRequestor manager;

    Channel(ClientSessionFactory connection, ArtemisSettings settings) throws ActiveMQException {
        this.connection = connection;
        this.settings = settings;
        this.session = session(false);
        this.producer = session.createProducer();
    }

    private ClientSession session(boolean autoCommit) throws ActiveMQException {
        boolean named = !settings.user().isEmpty();
        ClientSession opened =
                connection.createSession(
                        named ? settings.user() : null,
                        named ? settings.password() : null,
                        false,
                        autoCommit,
                        autoCommit,
                        false,
                        0);
        opened.start();
        return opened;
    }

    boolean usable() {
        return !session.isClosed() && !connection.isClosed();
    }

    ClientMessage message(QueueId id, boolean durable) {
        ClientMessage message = session.createMessage(Message.BYTES_TYPE, durable);
        message.putStringProperty(ID, id.asString());
        return message;
    }

    /** A message that is about no other. */
    ClientMessage message(byte type, boolean durable) {
        return session.createMessage(type, durable);
    }

    static String filter(QueueId id) {
        return ID + "='" + id.asString() + "'";
    }

    static String filter(Collection<QueueId> ids) {
        return ids.stream()
                .map(QueueId::asString)
                .collect(Collectors.joining("','", ID + " IN ('", "')"));
    }

    /** A text as a filter has it. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    void send(String queue, ClientMessage message) throws ActiveMQException {
        producer.send(SimpleString.toSimpleString(queue), message);
    }

    void commit() throws ActiveMQException {
        session.commit();
    }

    void rollback() {
        try {
            session.rollback();
        } catch (ActiveMQException e) {
            close();
        }
    }

    /** Takes the message with this id out of a queue, if it is there and in nobody's hands. */
    Optional<Raw> take(String queue, QueueId id) throws ActiveMQException, IOException {
        try (ClientConsumer consumer = consumer(queue, filter(id), ONE_BY_ONE, false)) {
            ClientMessage message = next(consumer, queue, filter(id));
            if (message == null) {
                return Optional.empty();
            }
            Raw raw = read(message);
            message.acknowledge();
            return Optional.of(raw);
        }
    }

    /**
     * As {@link #takeAll}.
     *
     * @return which were taken
     */
    Set<QueueId> drop(String queue, List<QueueId> ids) throws ActiveMQException, IOException {
        Set<QueueId> dropped = new HashSet<>();
        takeAll(
                queue,
                ids,
                message -> QueueId.parse(message.getStringProperty(ID)).ifPresent(dropped::add));
        return dropped;
    }

    /** Has a message that is taken out of a queue. */
    @FunctionalInterface
    interface Taker {
        void take(ClientMessage message) throws ActiveMQException, IOException;
    }

    /** Takes those of these messages out of a queue that are there, as far as the broker says at once. */
    void takeAll(String queue, List<QueueId> ids, Taker taker)
            throws ActiveMQException, IOException {
        try (ClientConsumer consumer = consumer(queue, filter(ids), false)) {
            ClientMessage message = consumer.receive(NEXT_LOOK_MILLIS);
            for (int taken = 1; message != null; taken++) {
                taker.take(message);
                message.acknowledge();
                message = taken < ids.size() ? consumer.receive(NEXT_LOOK_MILLIS) : null;
            }
        }
    }

    /** As {@link #take}, without reading what is taken: all that passes the filter. */
    boolean drop(String queue, String filter) throws ActiveMQException {
        return drop(queue, filter, Integer.MAX_VALUE);
    }

    /**
     * As the other.
     *
     * @param most so many there are: the broker looks no further
     */
    boolean drop(String queue, String filter, int most) throws ActiveMQException {
        try (ClientConsumer consumer = consumer(queue, filter, ONE_BY_ONE, false)) {
            ClientMessage message = next(consumer, queue, filter);
            int dropped = 0;
            while (message != null) {
                message.acknowledge();
                dropped++;
                message = dropped < most ? consumer.receiveImmediate() : null;
            }
            return dropped > 0;
        }
    }

    /**
     * The broker now and then says too early that there is none: while others work on the same queue,
     * and of what has only just been sent.
     */
    private ClientMessage next(ClientConsumer consumer, String queue, String filter)
            throws ActiveMQException {
        ClientMessage message = consumer.receive(NEXT_LOOK_MILLIS);
        for (int look = 0;
                message == null && look < LOOKS && (look < SURE || isThere(queue, filter));
                look++) {
            message = consumer.receive(NEXT_LOOK_MILLIS);
        }
        return message;
    }

    /** Whether there is a message, as far as the broker says at once. */
    boolean isThere(String queue, String filter) throws ActiveMQException {
        try (ClientConsumer browser = consumer(queue, filter, ONE_BY_ONE, true)) {
            return browser.receiveImmediate() != null;
        }
    }

    /** Reads the first message without taking it. */
    Optional<Raw> look(String queue, String filter) throws ActiveMQException, IOException {
        try (ClientConsumer browser = consumer(queue, filter, ONE_BY_ONE, true)) {
            ClientMessage message = browser.receiveImmediate();
            return message == null ? Optional.empty() : Optional.of(read(message));
        }
    }

    /** The size of the body of the first message, without reading it; zero if there is none. */
    long bodySize(String queue, String filter) throws ActiveMQException {
        try (ClientConsumer browser = consumer(queue, filter, true)) {
            ClientMessage message = browser.receiveImmediate();
            return message == null ? 0 : message.getBodySize();
        }
    }

    /** Where the body of a message goes. */
    @FunctionalInterface
    interface Sink {
        OutputStream to(ClientMessage message) throws IOException;
    }

    /**
     * Pours the bodies of messages out, without taking them and without having them in memory.
     *
     * @param patience milliseconds to wait for a next one: the broker may say too early that there is
     *     none
     * @param most so many there are: the broker looks no further
     */
    void pour(String queue, String filter, long patience, int most, Sink sink)
            throws ActiveMQException, IOException {
        try (ClientConsumer browser = consumer(queue, filter, ONE_BY_ONE, true)) {
            ClientMessage message = nextOf(browser, patience);
            for (int poured = 1; message != null; poured++) {
                pour(message, sink.to(message));
                message = poured < most ? nextOf(browser, patience) : null;
            }
        }
    }

    /** As {@link #browse}, without reading their bodies. */
    void browseHeads(String queue, String filter, Visitor visitor)
            throws ActiveMQException, IOException {
        try (ClientConsumer browser = consumer(queue, filter, true)) {
            for (ClientMessage message = nextOf(browser, 0);
                    message != null;
                    message = nextOf(browser, 0)) {
                visitor.visit(new Raw(message, new byte[0]));
            }
        }
    }

    private static ClientMessage nextOf(ClientConsumer browser, long patience)
            throws ActiveMQException {
        ClientMessage message = browser.receiveImmediate();
        return message == null && patience > 0 ? browser.receive(patience) : message;
    }

    /** Looks at messages. */
    @FunctionalInterface
    interface Visitor {
        void visit(Raw raw) throws IOException;
    }

    /**
     * Reads messages without taking them, in their order.
     *
     * @param filter null for all
     */
    void browse(String queue, String filter, Visitor visitor)
            throws ActiveMQException, IOException {
        long expected = filter == null ? count(queue) : 0;
        try (ClientConsumer browser = consumer(queue, filter, true)) {
            ClientMessage message = nextOf(browser, expected > 0 ? NEXT_LOOK_MILLIS : 0);
            for (long seen = 1; message != null; seen++) {
                visitor.visit(read(message));
                message = nextOf(browser, seen < expected ? NEXT_LOOK_MILLIS : 0);
            }
        }
    }

    private ClientConsumer consumer(String queue, String filter, boolean browse)
            throws ActiveMQException {
        return consumer(queue, filter, ANY_WINDOW, browse);
    }

    private ClientConsumer consumer(String queue, String filter, int window, boolean browse)
            throws ActiveMQException {
        return session.createConsumer(
                SimpleString.toSimpleString(queue),
                SimpleString.toSimpleString(filter),
                window,
                -1,
                browse);
    }

    /** A consumer that its caller closes. */
    ClientConsumer consumer(String queue, String filter) throws ActiveMQException {
        return consumer(queue, filter, false);
    }

    static Raw read(ClientMessage message) throws ActiveMQException, IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(message.getBodySize());
        pour(message, body);
        return new Raw(message, body.toByteArray());
    }

    private static void pour(ClientMessage message, OutputStream out)
            throws ActiveMQException, IOException {
        if (message.isLargeMessage()) {
            message.saveToOutputStream(new Kept(out));
        } else {
            byte[] bytes = new byte[message.getBodyBuffer().readableBytes()];
            message.getBodyBuffer().readBytes(bytes);
            out.write(bytes);
        }
    }

    /** A stream that the broker's client does not close. */
    private static final class Kept extends FilterOutputStream {

        Kept(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }

    /** How many messages are in a queue, in hands or not; none if there is no such queue. */
    long count(String queue) throws ActiveMQException {
        return session.queueQuery(SimpleString.toSimpleString(queue)).getMessageCount();
    }

    /** How many consumers a queue has, browsers apart. */
    int consumers(String queue) throws ActiveMQException {
        return session.queueQuery(SimpleString.toSimpleString(queue)).getConsumerCount();
    }

    /** Makes a durable queue that nothing but {@link #delete} takes away. */
    void create(String queue) throws ActiveMQException {
        SimpleString name = SimpleString.toSimpleString(queue);
        if (session.queueQuery(name).isExists()) {
            return;
        }
        try {
            session.createQueue(
                    new QueueConfiguration(name)
                            .setAddress(name)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setDurable(true)
                            .setAutoDelete(false));
        } catch (ActiveMQQueueExistsException e) {
            // somebody else was faster
        }
    }

    /** Subscribes to an address for as long as this channel lives. */
    ClientConsumer subscribe(String address, String queue, String filter) throws ActiveMQException {
        session.createQueue(
                new QueueConfiguration(SimpleString.toSimpleString(queue))
                        .setAddress(address)
                        .setRoutingType(RoutingType.MULTICAST)
                        .setFilterString(filter)
                        .setDurable(false)
                        .setTemporary(true));
        return session.createConsumer(queue);
    }

    /** Takes a queue away, unless somebody is just looking into it: then it stays. */
    void delete(String queue) throws ActiveMQException {
        try {
            session.deleteQueue(queue);
        } catch (ActiveMQNonExistentQueueException e) {
            // somebody else was faster
        } catch (ActiveMQIllegalStateException e) {
            LOGGER.debug("{} stays until its server starts again", queue, e);
        }
    }

    /** Moves messages at the broker, in a transaction of its own, and says how many. */
    long moveAll(String queue, String filter, String to) throws ActiveMQException {
        return ((Number) manage("queue." + queue, "moveMessages", 1_000, filter, to, false))
                .longValue();
    }

    /** How many messages pass a filter and are in nobody's hands. */
    long count(String queue, String filter) throws ActiveMQException {
        return ((Number) manage("queue." + queue, "countMessages", filter)).longValue();
    }

    /** Removes messages at the broker, in transactions of its own, and says how many. */
    long removeAll(String queue, String filter) throws ActiveMQException {
        return ((Number) manage("queue." + queue, "removeMessages", 1_000, filter)).longValue();
    }

    /** Asks the broker to do something, or for something. */
    Object manage(String resource, String operation, Object... arguments) throws ActiveMQException {
        try {
            if (manager == null) {
                managing = session(true);
                manager = new ClientRequestor(managing, "activemq.management");
            }
            ClientMessage request = managing.createMessage(false);
            ManagementHelper.putOperationInvocation(request, resource, operation, arguments);
            ClientMessage reply = manager.request(request, MANAGEMENT_TIMEOUT_MILLIS);
            if (reply == null) {
                throw new ActiveMQException(
                        ActiveMQExceptionType.CONNECTION_TIMEDOUT, operation + " got no answer");
            }
            Object result = ManagementHelper.getResult(reply);
            if (!ManagementHelper.hasOperationSucceeded(reply)) {
                throw new ActiveMQException(operation + " on " + resource + ": " + result);
            }
            return result;
        } catch (ActiveMQException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ActiveMQException(
                    ActiveMQExceptionType.INTERNAL_ERROR, operation + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        for (ClientSession some : new ClientSession[] {managing, session}) {
            try {
                if (some != null) {
                    some.close();
                }
            } catch (ActiveMQException e) {
                // The broker closes what a lost connection leaves open.
            }
        }
    }
}
