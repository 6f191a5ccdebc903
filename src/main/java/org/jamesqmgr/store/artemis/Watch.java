/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the others that this run lives, hears their news, and sees when one of them does not live any
 * more. The broker knows: who is connected has a consumer on its active queue.
 *
 * <p>One thread listens until the watch is closed.
 */
final class Watch implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Watch.class);

    /** For so long after it has answered the broker counts as there. */
    private static final long THERE_NANOS = 5_000_000_000L;

    private static final long NANOS_IN_A_MILLI = 1_000_000;

    /**
     * How long things take.
     *
     * @param listenedMillis a round of listening in which nothing is heard
     * @param rounds between two looks for who is missing
     * @param looks in a row at which somebody is missing who is gone for good
     */
    record Pace(long listenedMillis, int rounds, int looks) {

        /** Somebody is gone who has been missing for fifteen seconds. */
        static final Pace USUAL = new Pace(1_000, 5, 3);
    }

    /** What the watch finds out. */
    interface Watcher {
        void heard(Raw news) throws MessageStoreException;

        /** A run is gone for good. */
        void missed(String run) throws MessageStoreException;

        /** A few seconds have passed in which it may have missed something. */
        void looked() throws MessageStoreException;

        /** There was no connection for a while: anything may have happened. */
        void back() throws MessageStoreException;
    }

    private final Broker broker;
    private final Queues queues;
    private final Run run;
    private final Rescue rescue;
    private final Watcher watcher;
    private final Pace pace;
    private final Map<String, Integer> missing = new HashMap<>();
    private Channel channel;
    private ClientConsumer news;
    private int rounds;
    private volatile boolean connected;
    private volatile long answered;
    private volatile boolean closed;

    Watch(Broker broker, Queues queues, Run run, Rescue rescue, Watcher watcher, Pace pace) {
        this.broker = broker;
        this.queues = queues;
        this.run = run;
        this.rescue = rescue;
        this.watcher = watcher;
        this.pace = pace;
    }

    /** Shows itself and subscribes to news; to be called before anybody listens. */
    void appear() throws MessageStoreException {
        broker.call(
                (any, again) -> {
                    connect();
                    seen();
                    return run;
                });
    }

    private void connect() throws ActiveMQException {
        Channel next = broker.open();
        try {
            next.create(queues.active(run.name()));
            next.create(queues.log(run.name()));
            next.consumer(queues.active(run.name()), Run.NOTHING);
            news = next.subscribe(queues.news(), queues.news(run.name()), notFrom(run.name()));
            channel = next;
        } catch (ActiveMQException e) {
            next.close();
            throw e;
        }
    }

    private void seen() {
        answered = System.nanoTime();
        connected = true;
    }

    /**
     * Whether this run shows itself at the broker, which has answered a moment ago: then nobody takes it
     * for dead, and its queues are there.
     */
    boolean isSeen() {
        return connected && System.nanoTime() - answered < THERE_NANOS;
    }

    private static String notFrom(String run) {
        return News.RUN + " <> '" + run + "'";
    }

    /** Listens until it is closed. */
    void listen() {
        boolean well = true;
        while (!closed) {
            try {
                if (!well) {
                    connect();
                    watcher.back();
                    seen();
                    well = true;
                    LOGGER.info("the broker is there again");
                } else if (broker.wasUncertain()) {
                    watcher.back();
                }
                listenForARound();
            } catch (ActiveMQException | IOException | MessageStoreException e) {
                if (well && !closed) {
                    LOGGER.error("the broker cannot be reached: {}", e.getMessage());
                }
                well = false;
                leave();
            } catch (RuntimeException e) {
                LOGGER.error("a defect in watching the broker; all is read again", e);
                well = false;
                leave();
            }
        }
    }

    private void leave() {
        connected = false;
        missing.clear();
        channel.close();
    }

    private void listenForARound() throws ActiveMQException, IOException, MessageStoreException {
        long began = System.nanoTime();
        long round = pace.listenedMillis() * NANOS_IN_A_MILLI;
        ClientMessage message = news.receive(pace.listenedMillis());
        while (message != null && System.nanoTime() - began < round) {
            watcher.heard(Channel.read(message));
            message.acknowledge();
            message = news.receive(pace.listenedMillis());
        }
        if (message != null) {
            watcher.heard(Channel.read(message));
        }
        if (closed) {
            return;
        }
        channel.commit();
        if (!channel.usable()) {
            throw new ActiveMQException("the connection is lost");
        }
        answered = System.nanoTime();
        rounds++;
        if (rounds % pace.rounds() == 0) {
            look();
        }
    }

    private void look() throws MessageStoreException {
        List<String> runs = rescue.runs();
        missing.keySet().retainAll(runs);
        for (String other : runs) {
            if (other.equals(run.name()) || !isMissing(other)) {
                missing.remove(other);
            } else if (missing.merge(other, 1, Integer::sum) >= pace.looks()) {
                missing.remove(other);
                watcher.missed(other);
            }
        }
        watcher.looked();
    }

    /** Whether nobody is there who would end what it has in work. */
    private boolean isMissing(String other) throws MessageStoreException {
        String active = queues.active(other);
        return broker.call((any, again) -> any.consumers(active) == 0 && any.count(active) > 0);
    }

    @Override
    public void close() {
        closed = true;
        Optional.ofNullable(channel).ifPresent(Channel::close);
    }
}
