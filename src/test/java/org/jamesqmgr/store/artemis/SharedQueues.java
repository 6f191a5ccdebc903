/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.ArtemisBroker;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The queues at the test's broker, as somebody sees and treats them who is not a server. As an
 * extension of a test it makes them empty before each.
 */
public final class SharedQueues implements AutoCloseable, BeforeEachCallback {

    static final int SHARDS = 2;
    private static final String PREFIX = "qmgr.test";

    static final Executor THREADS =
            Executors.newCachedThreadPool(
                    work -> {
                        Thread thread = new Thread(work, "broker work");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** Where a message waits. */
    private static final List<QueueName> PLACES =
            List.of(QueueName.INCOMING, QueueName.DEFERRED, QueueName.HOLD);

    private final ArtemisBroker process;
    private final Duration patience;
    private final String prefix;
    private final Queues queues;
    private final Broker broker;

    /** At the broker of all tests, for as long as they run. */
    public static SharedQueues ofAllTests() {
        try {
            return new SharedQueues(ArtemisBroker.shared(), PREFIX);
        } catch (IOException | MessageStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Others than those of the other tests. */
    public SharedQueues(ArtemisBroker process, String prefix) throws MessageStoreException {
        this(process, prefix, Duration.ofSeconds(10));
    }

    SharedQueues(ArtemisBroker process, Duration patience) throws MessageStoreException {
        this(process, PREFIX, patience);
    }

    private SharedQueues(ArtemisBroker process, String prefix, Duration patience)
            throws MessageStoreException {
        this.process = process;
        this.patience = patience;
        this.prefix = prefix;
        this.queues = new Queues(prefix, SHARDS);
        this.broker = new Broker(settings("operator"), THREADS);
    }

    ArtemisSettings settings(String server) {
        return settings(server, ArtemisBroker.USER, ArtemisBroker.PASSWORD, prefix);
    }

    ArtemisSettings settings(String server, String user, String password, String prefix) {
        return new ArtemisSettings(process.url(), user, password, prefix, server, patience);
    }

    /** The store as a server of that name opens it. */
    public ArtemisMessageStore open(String server, Clock clock) throws MessageStoreException {
        return open(settings(server), clock);
    }

    ArtemisMessageStore open(ArtemisSettings settings, Clock clock) throws MessageStoreException {
        ArtemisMessageStore store =
                ArtemisMessageStore.open(
                        settings, SHARDS, new Watch.Pace(50, 2, 3), clock, THREADS);
        store.load();
        return store;
    }

    /** The store as a program opens it that moves mail. */
    ArtemisMessageStore openAlone(String name, Clock clock) throws MessageStoreException {
        return ArtemisMessageStore.openAlone(
                settings(name), SHARDS, new Watch.Pace(50, 2, 3), clock, THREADS);
    }

    @Override
    public void beforeEach(ExtensionContext test) throws MessageStoreException {
        clear();
    }

    /** Makes the store empty for who opens it next. */
    public void clear() throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    List<String> names =
                            Stream.of((Object[]) channel.manage("broker", "getQueueNames"))
                                    .map(Object::toString)
                                    .filter(name -> name.startsWith(prefix + "."))
                                    // These go with their connection.
                                    .filter(name -> !name.startsWith(prefix + ".news."))
                                    .toList();
                    for (String name : names) {
                        if (queues.lasting().contains(name)) {
                            if (channel.count(name) > 0) {
                                channel.manage("queue." + name, "removeAllMessages");
                            }
                        } else {
                            channel.manage("broker", "destroyQueue", name, true);
                        }
                    }
                    return names;
                });
    }

    /** Puts back what a server has in work, as others do that miss it for a while. */
    void takeForDead(String server, Clock clock) throws MessageStoreException {
        Rescue rescue = new Rescue(broker, queues, new News(queues, "operator"), clock);
        for (String run : rescue.runs()) {
            if (run.startsWith(server + ".")) {
                rescue.rescue(run);
            }
        }
    }

    /** The standing orders as a server has them that does not listen. */
    Orders orders() {
        return new Orders(broker, queues, new News(queues, "operator"));
    }

    /** Gives a standing order and tells nobody. */
    void orderSilently(String order) throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    ClientMessage message = channel.message(Message.BYTES_TYPE, true);
                    message.putStringProperty(Orders.ORDER, order);
                    channel.send(queues.orders(), message);
                    channel.commit();
                    return order;
                });
    }

    /** Takes a new message into work as a run of another server, and tells nobody. */
    void claimSilently(QueueId id, String worker) throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    channel.create(queues.active(worker));
                    channel.create(queues.log(worker));
                    Raw raw =
                            channel.take(queues.envelope(QueueName.INCOMING, id), id).orElseThrow();
                    ClientMessage copy = channel.message(id, true);
                    copy.putStringProperty(Envelopes.CLAIM, "1");
                    copy.getBodyBuffer().writeBytes(raw.body());
                    channel.send(queues.active(worker), copy);
                    channel.commit();
                    return id;
                });
        keepAlive(worker);
    }

    /** Takes a new message into work as the run of a server that does not know of it. */
    void claimUnknown(QueueId id, String server) throws MessageStoreException {
        Rescue rescue = new Rescue(broker, queues, new News(queues, "operator"), Clock.systemUTC());
        for (String run : rescue.runs()) {
            if (run.startsWith(server + ".")) {
                claimSilently(id, run);
            }
        }
    }

    /** For work of a test's own. */
    Broker broker() {
        return broker;
    }

    /** Nobody takes that run for dead as long as this is open. */
    private void keepAlive(String worker) throws MessageStoreException {
        broker.call(
                (any, again) -> {
                    Channel channel = broker.open();
                    channel.consumer(queues.active(worker), Run.NOTHING);
                    return worker;
                });
    }

    /** Takes an envelope away and leaves its content. */
    void orphan(QueueId id) throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    channel.drop(queues.envelope(QueueName.INCOMING, id), Channel.filter(id));
                    channel.commit();
                    return id;
                });
    }

    boolean hasContent(QueueId id) throws MessageStoreException {
        return broker.call(
                (channel, again) -> channel.count(queues.content(id), Channel.filter(id)) > 0);
    }

    /** Writes over the envelope of a waiting message. */
    void damage(QueueId id) throws MessageStoreException, IOException {
        broker.call(
                (channel, again) -> {
                    for (QueueName place : PLACES) {
                        Optional<Raw> raw = channel.take(queues.envelope(place, id), id);
                        if (raw.isPresent()) {
                            ClientMessage damaged = channel.message(id, true);
                            byte[] body = raw.get().body().clone();
                            body[body.length / 2] ^= 1;
                            damaged.getBodyBuffer().writeBytes(body);
                            channel.send(queues.envelope(place, id), damaged);
                            channel.commit();
                            return id;
                        }
                    }
                    throw new AssertionError(id + " does not wait");
                });
    }

    @Override
    public void close() {
        broker.close();
    }
}
