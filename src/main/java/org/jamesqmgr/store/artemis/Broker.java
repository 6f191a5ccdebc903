/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.UnreachableStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the broker. A lost one is replaced by the next work that needs it; nothing here
 * waits for the broker to come back.
 *
 * <p>Work is done on threads of the executor: the broker's client does not bear a thread that is
 * interrupted, and James interrupts those that come here. Safe for use by any thread.
 */
final class Broker implements AutoCloseable {

    /** Attempts to connect before work is given up; half a second lies between them. */
    private static final int CONNECTS = 2;

    private static final int CONNECTS_AT_START = 20;
    private static final long RETRY_MILLIS = 500;

    /** For so long nobody tries again after a connection could not be made, but {@link Watch}. */
    private static final long DOWN_NANOS = 1_000_000_000;

    /** How often work is done anew of which it is not known whether the broker did it. */
    private static final int ATTEMPTS = 3;

    /** The journal of a broker takes 490 kB in one piece unless it is told otherwise. */
    private static final int LONGEST_IN_JOURNAL = 450 * 1_024;

    private static final Logger LOGGER = LoggerFactory.getLogger(Broker.class);

    private final ArtemisSettings settings;
    private final Executor threads;
    private final ServerLocator locator;
    private final Queue<Channel> idle = new ConcurrentLinkedQueue<>();

    @GuardedBy("this")
    private ClientSessionFactory connection;

    /** When a connection could not be made, if that was the last that was tried. */
    private volatile OptionalLong down = OptionalLong.empty();

    private volatile boolean closed;
    private volatile boolean uncertain;

    /**
     * Connects to nothing yet.
     *
     * @param threads without bound: work waits for other work
     * @throws MessageStoreException if the address of the broker cannot be understood
     */
    Broker(ArtemisSettings settings, Executor threads) throws MessageStoreException {
        this.settings = settings;
        this.threads = threads;
        this.locator = locator(settings, CONNECTS);
    }

    private static ServerLocator locator(ArtemisSettings settings, int connects)
            throws MessageStoreException {
        ServerLocator locator;
        try {
            locator = ActiveMQClient.createServerLocator(settings.brokers());
        } catch (Exception e) {
            throw new MessageStoreException(
                    "not the address of a broker: " + settings.brokers() + ": " + e.getMessage(),
                    e);
        }
        // Each work starts anew by itself, and knows better than the client what to repeat.
        locator.setReconnectAttempts(0);
        locator.setRetryInterval(RETRY_MILLIS);
        locator.setInitialConnectAttempts(connects);
        locator.setCallTimeout(settings.timeout().toMillis());
        locator.setConnectionTTL(3 * settings.timeout().toMillis());
        locator.setClientFailureCheckPeriod(settings.timeout().toMillis());
        // The commit waits for the answer, and fails if anything before it did. What is not durable
        // is a question to the management, which would wait for ever if it were not allowed.
        locator.setBlockOnDurableSend(false);
        locator.setBlockOnNonDurableSend(true);
        // A longer one becomes a file at the broker; a content does so earlier.
        locator.setMinLargeMessageSize(LONGEST_IN_JOURNAL);
        // Else a broker without room keeps us waiting for ever instead of saying so.
        locator.setProducerWindowSize(-1);
        return locator;
    }

    /** Work at the broker. */
    @FunctionalInterface
    interface Work<T> {
        /**
         * Does it, to its commit.
         *
         * @param again whether it was tried before and may have been done
         */
        T with(Channel channel, boolean again)
                throws ActiveMQException, IOException, MessageStoreException;
    }

    /**
     * Does work, anew if it is not known whether it was done. Whatever it left open is rolled back.
     *
     * @throws MessageStoreException if it was not done, or nobody can say
     */
    <T> T call(Work<T> work) throws MessageStoreException {
        FutureTask<T> task = new FutureTask<>(() -> here(work));
        threads.execute(task);
        return await(task);
    }

    /** Runs something on a thread that may work at the broker. */
    void execute(Runnable task) {
        threads.execute(task);
    }

    /**
     * Waits for work that another thread does, whoever interrupts.
     *
     * @throws MessageStoreException if it was not done, or nobody can say
     */
    static <T> T await(Future<T> task) throws MessageStoreException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw told(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static MessageStoreException told(Throwable cause) {
        if (cause instanceof RuntimeException defect) {
            throw defect;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof ActiveMQSecurityException) {
            return new MessageStoreException(
                    "the broker does not allow it; give the role of broker_user all permissions"
                            + " of conf-samples/shared/broker.xml: "
                            + cause.getMessage(),
                    cause);
        }
        if (cause instanceof ActiveMQException) {
            return new UnreachableStoreException(
                    "trouble with the broker: " + cause.getMessage(), cause);
        }
        return cause instanceof MessageStoreException known
                ? known
                : new MessageStoreException(
                        "trouble with the broker: " + cause.getMessage(), cause);
    }

    /** As {@link #call}, on the thread of the caller, which nobody interrupts. */
    <T> T here(Work<T> work) throws Exception {
        boolean again = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work, again);
            } catch (ActiveMQException e) {
                boolean unknown = isUnknown(e);
                if (attempt == ATTEMPTS || closed || !unknown || isSilent(e)) {
                    uncertain |= unknown;
                    throw e;
                }
                again = true;
            }
        }
    }

    /** Who waits for mail to be accepted has no patience for a second wait. */
    static boolean isSilent(ActiveMQException e) {
        return e.getType() == ActiveMQExceptionType.CONNECTION_TIMEDOUT;
    }

    /** Whether there was work since the last time of which nobody knows whether it was done. */
    boolean wasUncertain() {
        boolean was = uncertain;
        uncertain = false;
        return was;
    }

    /** Whether the broker may have done what it was told. */
    static boolean isUnknown(ActiveMQException e) {
        return switch (e.getType()) {
            case CONNECTION_TIMEDOUT,
                    DISCONNECTED,
                    LARGE_MESSAGE_INTERRUPTED,
                    NOT_CONNECTED,
                    OBJECT_CLOSED,
                    SESSION_CREATION_REJECTED,
                    TRANSACTION_OUTCOME_UNKNOWN,
                    TRANSACTION_ROLLED_BACK,
                    UNBLOCKED ->
                    true;
            default -> false;
        };
    }

    private <T> T once(Work<T> work, boolean again) throws Exception {
        Channel channel = borrow();
        boolean whole = false;
        try {
            T result = work.with(channel, again);
            whole = true;
            return result;
        } catch (MessageStoreException | IOException e) {
            channel.rollback();
            whole = true;
            throw e;
        } finally {
            giveBack(channel, whole);
        }
    }

    private Channel borrow() throws Exception {
        requireNotDown();
        Channel channel = idle.poll();
        while (channel != null && !channel.usable()) {
            channel.close();
            channel = idle.poll();
        }
        return channel == null ? channel(false) : channel;
    }

    /** To try takes seconds, one after the other: those who wait for that all fail together. */
    private void requireNotDown() throws ActiveMQException {
        OptionalLong since = down;
        if (since.isPresent() && System.nanoTime() - since.getAsLong() < DOWN_NANOS) {
            throw new ActiveMQException(
                    ActiveMQExceptionType.NOT_CONNECTED,
                    "the broker " + settings.brokers() + " cannot be reached");
        }
    }

    private void giveBack(Channel channel, boolean whole) {
        if (whole && channel.usable() && !closed) {
            idle.add(channel);
        } else {
            channel.close();
        }
    }

    /** A channel for somebody who keeps it, and closes it. Tries to connect, whoever failed before. */
    Channel open() throws ActiveMQException {
        return channel(true);
    }

    private Channel channel(boolean anyway) throws ActiveMQException {
        ClientSessionFactory current = connection(anyway);
        try {
            return new Channel(current, settings);
        } catch (ActiveMQException e) {
            if (e.getType() != ActiveMQExceptionType.SECURITY_EXCEPTION) {
                forget(current);
            }
            throw e;
        }
    }

    private synchronized ClientSessionFactory connection(boolean anyway) throws ActiveMQException {
        if (closed) {
            throw new ActiveMQException("the store was closed: the server is stopping");
        }
        if (connection != null && (connection.isClosed() || connection.getConnection() == null)) {
            connection.close();
            connection = null;
        }
        if (connection == null) {
            if (!anyway) {
                requireNotDown();
            }
            connection = connect();
        }
        return connection;
    }

    private ClientSessionFactory connect() throws ActiveMQException {
        try {
            ClientSessionFactory made = locator.createSessionFactory();
            down = OptionalLong.empty();
            return made;
        } catch (ActiveMQException e) {
            down = OptionalLong.of(System.nanoTime());
            throw e;
        } catch (Exception e) {
            down = OptionalLong.of(System.nanoTime());
            throw new ActiveMQException(ActiveMQExceptionType.NOT_CONNECTED, e.getMessage(), e);
        }
    }

    /**
     * Waits until the broker is there: whoever starts has nothing else to do, and may have been
     * started before it.
     *
     * @throws MessageStoreException if it is there and does not let us in, or we are interrupted
     */
    void await() throws MessageStoreException {
        try (ServerLocator patient = locator(settings, CONNECTS_AT_START)) {
            while (!isThere(patient)) {
                LOGGER.error(
                        "the broker {} cannot be reached; the server waits for it",
                        settings.brokers());
                if (Thread.currentThread().isInterrupted()) {
                    throw new MessageStoreException(
                            "interrupted while waiting for the broker " + settings.brokers());
                }
            }
        }
    }

    /**
     * Waits for nobody.
     *
     * @throws MessageStoreException if it is not there, or does not let us in
     */
    void requireThere() throws MessageStoreException {
        if (!isThere(locator)) {
            throw new MessageStoreException(
                    "the broker " + settings.brokers() + " cannot be reached");
        }
    }

    private boolean isThere(ServerLocator patient) throws MessageStoreException {
        try (ClientSessionFactory some = patient.createSessionFactory()) {
            new Channel(some, settings).close();
            return true;
        } catch (ActiveMQSecurityException e) {
            throw new MessageStoreException(
                    "the broker "
                            + settings.brokers()
                            + " does not let broker_user in: "
                            + e.getMessage(),
                    e);
        } catch (Exception e) {
            LOGGER.debug("not there", e);
            return false;
        }
    }

    private synchronized void forget(ClientSessionFactory broken) {
        if (connection == broken) {
            connection = null;
        }
        broken.close();
    }

    /** Breaks the connection as the death of this process would. */
    synchronized void cut() {
        closed = true;
        if (connection != null && connection.getConnection() != null) {
            connection.getConnection().destroy();
        }
        locator.close();
    }

    @Override
    public void close() {
        closed = true;
        for (Channel channel = idle.poll(); channel != null; channel = idle.poll()) {
            channel.close();
        }
        locator.close();
    }
}
